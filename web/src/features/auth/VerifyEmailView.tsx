// Verifying an email address: the page that the link opens, and the one for people who may not log in before.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { sendVerification, verifyEmail } from '@/api/users';
import { Button } from '@/design/controls';
import { Skeleton } from '@/design/primitives';
import { t } from '@/i18n';
import css from './auth.module.css';
import { AuthLayout } from './AuthLayout';
import { FormError } from './FormError';

export function VerifyEmailView() {
  const [params] = useSearchParams();
  const token = params.get('token') ?? '';
  // Asked once: the token is used up by it.
  const answer = useQuery({ queryKey: ['verify email', token], queryFn: () => verifyEmail(token), staleTime: Infinity, gcTime: Infinity });
  const foot = <Link href="/">{t('verify.continue')}</Link>;
  if (answer.isPending) return <AuthLayout title={t('verify.busy')}><Skeleton width="60%" height={16} /></AuthLayout>;
  if (answer.isError) return <AuthLayout title={t('verify.failedTitle')} foot={foot}><div className={css.form}><FormError error={answer.error} /></div></AuthLayout>;
  return <AuthLayout title={t('verify.doneTitle')} text={t('verify.doneText')} foot={foot}><span data-testid="verify-done" /></AuthLayout>;
}

export function UnverifiedView() {
  const [params] = useSearchParams();
  const email = params.get('email') ?? '';
  const [isSent, setSent] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const onSend = async () => {
    setBusy(true);
    setError(null);
    try {
      await sendVerification(email);
      setSent(true);
    } catch (cause) {
      setError(cause);
    }
    setBusy(false);
  };

  return (
    <AuthLayout title={t('verify.neededTitle')} text={t('verify.neededText', { email })} foot={<Link href="/login">{t('login.submit')}</Link>}>
      <div className={css.form} data-testid="verify-needed">
        <FormError error={error} />
        <Button size="large" fullWidth busy={busy} disabled={isSent || !email} data-testid="verify-send" onClick={() => void onSend()}>{isSent ? t('verify.sent') : t('verify.send')}</Button>
      </div>
    </AuthLayout>
  );
}
