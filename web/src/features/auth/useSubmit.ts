// Submitting a form: busy while it runs, and its error until the next attempt.
import { useState, type SyntheticEvent } from 'react';

interface Submission {
  busy: boolean;
  error: unknown;
  onSubmit: (event: SyntheticEvent) => void;
}

// `action` leads away when it succeeds: the form stays busy.
export function useSubmit(action: () => Promise<void>): Submission {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    action().catch((cause: unknown) => {
      setBusy(false);
      setError(cause);
    });
  };
  return { busy, error, onSubmit };
}
