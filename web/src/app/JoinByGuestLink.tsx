// A guest link opened by somebody who is logged in: joins its channel and opens it.
import { useEffect, useState, type FormEvent } from 'react';
import { ApiError } from '@/api/core';
import { acceptGuestLink } from '@/api/guestLinks';
import { loadTeam } from '@/data/channels';
import { Button, TextField } from '@/design/controls';
import { t } from '@/i18n';
import { navigateTo } from '@/lib/navigate';
import css from './app.module.css';
import { LoadingScreen } from './LoadingScreen';

async function accept(token: string, password: string): Promise<void> {
  const { team_id: teamId, team_name: team, channel_name: channel } = await acceptGuestLink(token, password);
  await loadTeam(teamId);
  navigateTo(`/${team}/channels/${channel}`, { replace: true });
}

export function JoinByGuestLink() {
  const token = new URLSearchParams(location.search).get('t') ?? '';
  const [password, setPassword] = useState('');
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    accept(token, '').catch(setError);
  }, [token]);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    accept(token, password).catch(setError);
  };
  const takesPassword = error instanceof ApiError && error.id === 'api.guest_link.password.app_error';
  const message = error instanceof Error ? error.message : null;
  if (!takesPassword) return <LoadingScreen title={t('guestLink.badTitle')} error={message} onRetry={() => navigateTo('/', { replace: true })} />;
  return (
    <form className={css.linkPassword} onSubmit={onSubmit} data-testid="guest-link-password-form">
      <TextField label={t('guestLink.password')} hint={t('guestLink.passwordHint')} error={password ? message : null} type="password" autoComplete="off" autoFocus required tall value={password} onChange={(e) => setPassword(e.target.value)} data-testid="guest-link-password" />
      <Button type="submit" variant="primary" size="large" disabled={!password} data-testid="guest-link-submit">{t('guestLink.join')}</Button>
    </form>
  );
}
