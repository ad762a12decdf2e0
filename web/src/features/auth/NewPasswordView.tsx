// The page that the link for a new password opens.
import { useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { resetPassword } from '@/api/users';
import { Button } from '@/design/controls';
import { t } from '@/i18n';
import css from './auth.module.css';
import { AuthLayout } from './AuthLayout';
import { FormError } from './FormError';
import { PasswordField } from './PasswordField';
import { useSubmit } from './useSubmit';

export function NewPasswordView() {
  const [params] = useSearchParams();
  const token = params.get('token') ?? '';
  const [password, setPassword] = useState('');
  const [isDone, setDone] = useState(false);
  const { busy, error, onSubmit } = useSubmit(async () => {
    await resetPassword(token, password);
    setDone(true);
  });

  if (isDone) return <AuthLayout title={t('reset.doneTitle')} text={t('reset.doneText')} foot={<Link href="/login">{t('login.submit')}</Link>}><span data-testid="new-password-done" /></AuthLayout>;
  return (
    <AuthLayout title={t('reset.newTitle')} text={t('reset.newText')} foot={<Link href="/reset_password">{t('reset.again')}</Link>}>
      <form className={css.form} onSubmit={onSubmit} data-testid="new-password-form">
        <FormError error={error} />
        <PasswordField isNew value={password} onChange={setPassword} testId="new-password" />
        <Button type="submit" variant="primary" size="large" fullWidth busy={busy} disabled={!password} data-testid="new-password-submit">{t('reset.newSubmit')}</Button>
      </form>
    </AuthLayout>
  );
}
