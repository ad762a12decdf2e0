// The page that the link for a new password opens.
import { useState, type FormEvent } from 'react';
import { Link, useSearchParams } from 'wouter';
import { resetPassword } from '@/api/users';
import { Button } from '@/design/controls';
import { t } from '@/i18n';
import css from './auth.module.css';
import { AuthLayout } from './AuthLayout';
import { FormError } from './FormError';
import { PasswordField } from './PasswordField';

export function NewPasswordView() {
  const [params] = useSearchParams();
  const token = params.get('token') ?? '';
  const [password, setPassword] = useState('');
  const [isDone, setDone] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await resetPassword(token, password);
      setDone(true);
    } catch (cause) {
      setError(cause);
    }
    setBusy(false);
  };

  if (isDone) return <AuthLayout title={t('reset.doneTitle')} text={t('reset.doneText')} foot={<Link href="/login">{t('login.submit')}</Link>}><span data-testid="new-password-done" /></AuthLayout>;
  return (
    <AuthLayout title={t('reset.newTitle')} text={t('reset.newText')} foot={<Link href="/reset_password">{t('reset.again')}</Link>}>
      <form className={css.form} onSubmit={(e) => void onSubmit(e)} data-testid="new-password-form">
        <FormError error={error} />
        <PasswordField isNew value={password} onChange={setPassword} testId="new-password" />
        <Button type="submit" variant="primary" size="large" fullWidth busy={busy} disabled={!password} data-testid="new-password-submit">{t('reset.newSubmit')}</Button>
      </form>
    </AuthLayout>
  );
}
