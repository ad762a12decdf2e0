// An app asks to act for the person who is logged in. The server has checked who asks, and where the answer goes.
import { useQuery } from '@tanstack/react-query';
import { Check, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { authorizeApp, denyApp, getAppInfo, type AuthorizationRequest, type OAuthApp } from '@/api/oauth';
import { Button } from '@/design/controls';
import { Skeleton } from '@/design/primitives';
import { t } from '@/i18n';
import { initials } from '@/lib/text';
import { useImageSource } from '@/messages/images';
import { useEntities } from '@/state/store';
import css from './authorize.module.css';
import auth from './auth.module.css';
import { AuthLayout } from './AuthLayout';
import { FormError } from './FormError';

function requestOf(search: string): AuthorizationRequest {
  const params = new URLSearchParams(search);
  const text = (name: string) => params.get(name) ?? '';
  return {
    response_type: text('response_type'),
    client_id: text('client_id'),
    redirect_uri: text('redirect_uri'),
    state: text('state'),
    scope: text('scope'),
    code_challenge: text('code_challenge'),
    code_challenge_method: text('code_challenge_method'),
    resource: text('resource'),
  };
}

// The host to which the answer goes; null for a program on the same device.
function hostOf(address: string): string | null {
  const { host, hostname } = new URL(address, location.origin);
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname) ? null : host;
}

export function AuthorizeAppView() {
  const request = requestOf(location.search);
  const app = useQuery({ queryKey: ['oauthApp', request.client_id], queryFn: () => getAppInfo(request.client_id), retry: false });
  if (app.isPending) return <AuthLayout title={t('app.loading')}><Skeleton width="60%" height={16} /></AuthLayout>;
  if (app.isError) return <AuthLayout title={t('authorize.badTitle')}><div className={auth.form}><FormError error={app.error} /></div></AuthLayout>;
  return <Question app={app.data} request={request} />;
}

function Question({ app, request }: { app: OAuthApp; request: AuthorizationRequest }) {
  const username = useEntities((s) => s.users[s.meId]?.username ?? '');
  const isAdmin = useEntities((s) => (s.users[s.meId]?.roles ?? '').split(' ').includes('system_admin'));
  const [busy, setBusy] = useState<'allow' | 'deny' | null>(null);
  const [error, setError] = useState<unknown>(null);
  const host = hostOf(request.redirect_uri);

  // The page stays busy while the browser leaves.
  const decide = (decision: 'allow' | 'deny') => {
    setBusy(decision);
    setError(null);
    (decision === 'allow' ? authorizeApp(request) : denyApp(request))
      .then(({ redirect }) => location.assign(redirect))
      .catch((cause: unknown) => {
        setBusy(null);
        setError(cause);
      });
  };

  return (
    <AuthLayout title={t('authorize.title', { app: app.name })} text={t('authorize.loggedIn', { username })}>
      <div className={auth.form} data-testid="authorize-app">
        <FormError error={error} />
        <div className={css.app}>
          <Icon app={app} />
          <div className={css.about}>
            <b dir="auto">{app.name}</b>
            {app.description && <span dir="auto">{app.description}</span>}
            {app.homepage && <a href={app.homepage} target="_blank" rel="noreferrer noopener">{app.homepage}</a>}
          </div>
        </div>
        {app.is_dynamically_registered && <p className={css.warning} data-testid="authorize-unchecked"><TriangleAlert size={16} />{t('authorize.unchecked')}</p>}
        <div>
          <p className={css.will}>{t('authorize.will')}</p>
          <ul className={css.rights}>
            <li><Check size={16} />{t('authorize.read')}</li>
            <li><Check size={16} />{t('authorize.post')}</li>
            <li><Check size={16} />{t('authorize.rest')}</li>
            {isAdmin && <li data-testid="authorize-admin"><Check size={16} />{t('authorize.admin')}</li>}
          </ul>
          <p className={css.note}>{t('authorize.cannot')}</p>
        </div>
        <div className={css.buttons}>
          <Button size="large" fullWidth busy={busy === 'deny'} disabled={busy !== null} onClick={() => decide('deny')} data-testid="authorize-deny">{t('authorize.deny')}</Button>
          <Button variant="primary" size="large" fullWidth busy={busy === 'allow'} disabled={busy !== null} onClick={() => decide('allow')} data-testid="authorize-allow">{t('authorize.allow')}</Button>
        </div>
        <p className={css.note} data-testid="authorize-host">{host === null ? t('authorize.backHere') : t('authorize.back', { host })} {t('authorize.whenever')}</p>
      </div>
    </AuthLayout>
  );
}

function Icon({ app }: { app: OAuthApp }) {
  const [isBroken, setBroken] = useState(false);
  const source = useImageSource()(app.icon_url);
  if (!app.icon_url || !source || isBroken) return <span className={css.icon} aria-hidden>{initials(app.name)}</span>;
  return <img className={css.icon} src={source} alt="" onError={() => setBroken(true)} />;
}
