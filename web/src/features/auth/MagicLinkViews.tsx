// Logging in without a password: asking for a mail, the code that it has, and the page that its link opens.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { getMagicLinkOwner, sendMagicLink } from '@/api/users';
import { logInByCode, logInByLink } from '@/data/session';
import { Button, TextField } from '@/design/controls';
import { Skeleton } from '@/design/primitives';
import { t } from '@/i18n';
import { useEntities } from '@/state/store';
import { whoMayUseMagicLinks } from './actions';
import css from './auth.module.css';
import { AuthLayout } from './AuthLayout';
import { FormError } from './FormError';
import { useLogIn } from './useLogIn';
import { useSubmit } from './useSubmit';

export interface Requested {
  email: string;
  requestToken: string;
}

export function AskForMagicLinkView() {
  const isOffered = useEntities((s) => whoMayUseMagicLinks(s.config) !== 'none');
  const [requested, setRequested] = useState<Requested | null>(null);
  const foot = <Link href="/login">{t('magicLink.back')}</Link>;
  if (!isOffered) return <AuthLayout title={t('magicLink.title')} text={t('magicLink.notOffered')} foot={foot}><span data-testid="magic-link-none" /></AuthLayout>;
  if (requested) return <CodeForm requested={requested} onAgain={() => setRequested(null)} />;
  return <AuthLayout title={t('magicLink.title')} text={t('magicLink.text')} foot={foot}><AddressForm onRequested={setRequested} /></AuthLayout>;
}

function AddressForm({ onRequested }: { onRequested: (requested: Requested) => void }) {
  const [params] = useSearchParams();
  const [email, setEmail] = useState(params.get('email') ?? '');
  const { busy, error, onSubmit } = useSubmit(async () => {
    const { request_token: requestToken } = await sendMagicLink(email.trim());
    onRequested({ email: email.trim(), requestToken });
  });

  return (
    <form className={css.form} onSubmit={onSubmit} data-testid="magic-link-form">
      <FormError error={error} />
      <TextField label={t('auth.email')} type="email" name="email" autoComplete="email" autoFocus required tall value={email} onChange={(e) => setEmail(e.target.value)} data-testid="magic-link-email" />
      <Button type="submit" variant="primary" size="large" fullWidth busy={busy} disabled={!email} data-testid="magic-link-submit">{t('magicLink.send')}</Button>
    </form>
  );
}

export function CodeForm({ requested, onAgain }: { requested: Requested; onAgain: () => void }) {
  const [code, setCode] = useState('');
  const { busy, error, onSubmit, secondFactorField } = useLogIn((secondFactor) => logInByCode(requested.requestToken, code, secondFactor));
  return (
    <AuthLayout
      title={t('magicLink.sentTitle')} text={t('magicLink.sentText', { email: requested.email })}
      foot={<button type="button" onClick={onAgain} data-testid="magic-link-again">{t('magicLink.again')}</button>}
    >
      <form className={css.form} onSubmit={onSubmit} data-testid="magic-link-code-form">
        <FormError error={error} />
        <TextField label={t('magicLink.code')} hint={t('magicLink.codeHint')} inputMode="numeric" autoComplete="one-time-code" maxLength={12} autoFocus required tall value={code} onChange={(e) => setCode(e.target.value)} data-testid="magic-link-code" />
        {secondFactorField}
        <Button type="submit" variant="primary" size="large" fullWidth busy={busy} disabled={!code} data-testid="magic-link-code-submit">{t('login.submit')}</Button>
      </form>
    </AuthLayout>
  );
}

// The link is used by the button only: mail systems open links to look at them.
export function MagicLinkView() {
  const [params] = useSearchParams();
  const token = params.get('t') ?? '';
  const owner = useQuery({ queryKey: ['magic link', token], queryFn: () => getMagicLinkOwner(token), retry: false });
  const { busy, error, onSubmit, secondFactorField } = useLogIn((secondFactor) => logInByLink(token, secondFactor));
  const foot = <Link href="/login/magic_link">{t('magicLink.again')}</Link>;
  if (owner.isPending) return <AuthLayout title={t('magicLink.linkTitle')}><Skeleton width="60%" height={16} /></AuthLayout>;
  if (owner.isError) return <AuthLayout title={t('magicLink.linkTitle')} foot={foot}><div className={css.form}><FormError error={owner.error} /></div></AuthLayout>;
  const { username, email } = owner.data;
  return (
    <AuthLayout title={t('magicLink.linkTitle')} text={t('magicLink.linkText', { email })} foot={foot}>
      <form className={css.form} onSubmit={onSubmit} data-testid="magic-link-log-in-form">
        <FormError error={error} />
        {secondFactorField}
        <Button type="submit" variant="primary" size="large" fullWidth busy={busy} data-testid="magic-link-log-in">{username ? t('magicLink.logInAs', { name: username }) : t('login.submit')}</Button>
      </form>
    </AuthLayout>
  );
}
