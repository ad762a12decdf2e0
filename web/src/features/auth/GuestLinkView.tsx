// The page of a guest link for who is not logged in: a name and an address, and a code where the link takes one.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { ApiError } from '@/api/core';
import { getGuestLinkInfo, joinByGuestLink, type GuestLinkInfo } from '@/api/guestLinks';
import { beginSession } from '@/data/session';
import { Button, TextField } from '@/design/controls';
import { Skeleton } from '@/design/primitives';
import { t } from '@/i18n';
import css from './auth.module.css';
import { AuthLayout } from './AuthLayout';
import { FormError } from './FormError';
import { CodeForm, type Requested } from './MagicLinkViews';
import { useSubmit } from './useSubmit';

export function GuestLinkView() {
  const [params] = useSearchParams();
  const token = params.get('t') ?? '';
  const [requested, setRequested] = useState<Requested | null>(null);
  const info = useQuery({ queryKey: ['guest link', token], queryFn: () => getGuestLinkInfo(token), retry: false });
  // Whoever has an account comes by the link after logging in.
  const login = `/login?redirect_to=${encodeURIComponent(location.pathname + location.search)}`;
  const foot = <>{t('signup.have')} <Link href={login}>{t('login.submit')}</Link></>;
  if (info.isPending) return <AuthLayout title={t('guestLink.loading')}><Skeleton width="60%" height={16} /></AuthLayout>;
  if (info.isError) return <AuthLayout title={t('guestLink.badTitle')} foot={foot}><div className={css.form}><FormError error={info.error} /></div></AuthLayout>;
  if (requested) return <CodeForm requested={requested} onAgain={() => setRequested(null)} />;
  const { channel_name: channel, team_name: team } = info.data;
  return (
    <AuthLayout title={t('guestLink.title', { channel })} text={t('guestLink.text', { team })} foot={foot}>
      <GuestForm token={token} info={info.data} onRequested={setRequested} login={login} />
    </AuthLayout>
  );
}

interface GuestFormProps {
  token: string;
  info: GuestLinkInfo;
  onRequested: (requested: Requested) => void;
  login: string;
}

function GuestForm({ token, info, onRequested, login }: GuestFormProps) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { busy, error, onSubmit } = useSubmit(async () => {
    const answer = await joinByGuestLink(token, { name: name.trim(), email: email.trim(), password });
    if ('request_token' in answer) onRequested({ email: email.trim(), requestToken: answer.request_token });
    else await beginSession(answer);
  });

  const hasAccount = error instanceof ApiError && error.id === 'app.user.save.email_exists.app_error';
  return (
    <form className={css.form} onSubmit={onSubmit} data-testid="guest-link-form">
      <FormError error={error} />
      {hasAccount && <Link className={css.forgot} href={login} data-testid="guest-link-log-in">{t('guestLink.logIn')}</Link>}
      <TextField label={t('guestLink.name')} name="name" autoComplete="name" autoFocus required tall maxLength={64} value={name} onChange={(e) => setName(e.target.value)} data-testid="guest-link-name" />
      <TextField label={t('auth.email')} hint={info.takes_code ? t('guestLink.codeHint') : t('guestLink.emailHint')} type="email" name="email" autoComplete="email" required tall value={email} onChange={(e) => setEmail(e.target.value)} data-testid="guest-link-email" />
      {info.takes_password && <TextField label={t('guestLink.password')} hint={t('guestLink.passwordHint')} type="password" autoComplete="off" required tall value={password} onChange={(e) => setPassword(e.target.value)} data-testid="guest-link-password" />}
      <Button type="submit" variant="primary" size="large" fullWidth busy={busy} disabled={!name.trim() || !email || (info.takes_password && !password)} data-testid="guest-link-submit">{t('guestLink.join')}</Button>
    </form>
  );
}
