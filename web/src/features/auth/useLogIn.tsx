// Submitting a log-in, of whatever kind, and the code of a second factor that the server may ask for then.
import { useRef, useState, type ReactNode, type SyntheticEvent } from 'react';
import { ApiError } from '@/api/core';
import { TextField } from '@/design/controls';
import { t } from '@/i18n';

interface LogInForm {
  busy: boolean;
  error: unknown;
  onSubmit: (event: SyntheticEvent) => void;
  // Another way to log in, on the same form.
  logInBy: (way: () => Promise<void>) => void;
  // Nothing until the server has asked for the code.
  secondFactorField: ReactNode;
}

export function useLogIn(logIn: (secondFactor: string) => Promise<void>, onFailure?: (cause: unknown) => void): LogInForm {
  const [secondFactor, setSecondFactor] = useState<string | null>(null);
  // What the server said when it asked for the code: where it is to be found.
  const [codeHint, setCodeHint] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const field = useRef<HTMLInputElement>(null);

  const attempt = async (way: () => Promise<void>, onError: (cause: unknown) => void) => {
    setBusy(true);
    setError(null);
    try {
      await way();
    } catch (cause) {
      setBusy(false);
      onError(cause);
    }
  };

  const onLogInError = (cause: unknown) => {
    if (cause instanceof ApiError && cause.id.startsWith('mfa.validate_token') && secondFactor === null) {
      setSecondFactor('');
      setCodeHint(cause.message);
    } else {
      setError(cause);
      if (field.current) field.current.select();
      else onFailure?.(cause);
    }
  };

  return {
    busy,
    error,
    onSubmit: (event) => {
      event.preventDefault();
      void attempt(() => logIn(secondFactor ?? ''), onLogInError);
    },
    logInBy: (way) => void attempt(way, setError),
    secondFactorField: secondFactor !== null && (
      <TextField ref={field} label={t('login.code')} hint={codeHint} autoComplete="one-time-code" autoFocus required tall spellCheck={false} autoCapitalize="none" value={secondFactor} onChange={(e) => setSecondFactor(e.target.value)} data-testid="login-code" />
    ),
  };
}
