// Setting up an authenticator app: the QR code, its first code, and the recovery codes.
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { activate, generateKey } from '@/api/mfa';
import { Button, TextField } from '@/design/controls';
import { t } from '@/i18n';
import { RecoveryCodes } from './RecoveryCodes';
import css from './security.module.css';

export function SetUpSecondFactor({ onDone }: { onDone: () => void }) {
  // Each request makes another key, so it is made once for this form.
  const key = useQuery({ queryKey: ['authenticatorKey'], queryFn: generateKey, staleTime: Infinity, gcTime: 0 });
  const [code, setCode] = useState('');
  const [recoveryCodes, setRecoveryCodes] = useState<string[] | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setBusy(true);
    setError(null);
    try {
      setRecoveryCodes((await activate(code)).recovery_codes);
    } catch (cause) {
      setError((cause as Error).message);
    }
    setBusy(false);
  };

  if (recoveryCodes) return <RecoveryCodes codes={recoveryCodes} onDone={onDone} />;
  if (key.error) return <p className={css.error} role="alert">{key.error.message}</p>;
  if (!key.data) return null;
  return (
    <form className={css.form} onSubmit={(e) => void onSubmit(e)} data-testid="second-factor-form">
      <p className={css.text}>{t('mfa.scan')}</p>
      <img className={css.qrCode} src={`data:image/png;base64,${key.data.qr_code}`} alt={t('mfa.qrCode')} />
      <p className={css.text}>{t('mfa.type')} <code className={css.key} data-testid="second-factor-key">{key.data.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code></p>
      <TextField label={t('mfa.firstCode')} inputMode="numeric" autoComplete="one-time-code" required maxLength={7} value={code} error={error} onChange={(e) => setCode(e.target.value)} data-testid="second-factor-code" />
      <Button type="submit" variant="primary" busy={busy} disabled={!code.trim()} data-testid="second-factor-submit">{t('mfa.activate')}</Button>
    </form>
  );
}
