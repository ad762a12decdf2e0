// Asking for a link to set a new password.
import { useState, type FormEvent } from 'react';
import { Link } from 'wouter';
import { sendPasswordReset } from '@/api/users';
import { Button, TextField } from '@/design/controls';
import { t } from '@/i18n';
import { useEntities } from '@/state/store';
import css from './auth.module.css';
import { AuthLayout } from './AuthLayout';
import { FormError } from './FormError';

export function ForgotPasswordView() {
  const sendsMail = useEntities((s) => s.config.SendEmailNotifications === 'true');
  const [email, setEmail] = useState('');
  const [sentTo, setSentTo] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const foot = <Link href="/login">{t('reset.back')}</Link>;

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await sendPasswordReset(email.trim());
      setSentTo(email.trim());
    } catch (cause) {
      setError(cause);
    }
    setBusy(false);
  };

  if (!sendsMail) return <AuthLayout title={t('reset.title')} text={t('reset.askAdmin')} foot={foot}><span data-testid="reset-ask-admin" /></AuthLayout>;
  if (sentTo) return <AuthLayout title={t('reset.sentTitle')} text={t('reset.sentText', { email: sentTo })} foot={foot}><span data-testid="reset-sent" /></AuthLayout>;
  return (
    <AuthLayout title={t('reset.title')} text={t('reset.text')} foot={foot}>
      <form className={css.form} onSubmit={(e) => void onSubmit(e)} data-testid="reset-form">
        <FormError error={error} />
        <TextField label={t('auth.email')} type="email" name="email" autoComplete="email" autoFocus required tall value={email} onChange={(e) => setEmail(e.target.value)} data-testid="reset-email" />
        <Button type="submit" variant="primary" size="large" fullWidth busy={busy} disabled={!email} data-testid="reset-submit">{t('reset.submit')}</Button>
      </form>
    </AuthLayout>
  );
}
