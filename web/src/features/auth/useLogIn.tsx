// Submitting a log-in, of whatever kind, and the code of a second factor that the server may ask for then.
import { useRef, useState, type ReactNode, type SyntheticEvent } from 'react';
import { ApiError } from '@/api/core';
import { TextField } from '@/design/controls';
import { t } from '@/i18n';

interface LogInForm {
  busy: boolean;
  error: unknown;
  onSubmit: (event: SyntheticEvent) => void;
  // Nothing until the server has asked for the code.
  secondFactorField: ReactNode;
}

export function useLogIn(logIn: (secondFactor: string) => Promise<void>, onFailure?: (cause: unknown) => void): LogInForm {
  const [secondFactor, setSecondFactor] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const field = useRef<HTMLInputElement>(null);

  const submit = async () => {
    setBusy(true);
    setError(null);
    try {
      await logIn(secondFactor ?? '');
    } catch (cause) {
      setBusy(false);
      if (cause instanceof ApiError && cause.id.startsWith('mfa.validate_token') && secondFactor === null) setSecondFactor('');
      else {
        setError(cause);
        if (field.current) field.current.select();
        else onFailure?.(cause);
      }
    }
  };

  return {
    busy,
    error,
    onSubmit: (event) => {
      event.preventDefault();
      void submit();
    },
    secondFactorField: secondFactor !== null && (
      <TextField ref={field} label={t('login.code')} hint={t('login.codeHint')} autoComplete="one-time-code" autoFocus required tall spellCheck={false} autoCapitalize="none" value={secondFactor} onChange={(e) => setSecondFactor(e.target.value)} data-testid="login-code" />
    ),
  };
}
