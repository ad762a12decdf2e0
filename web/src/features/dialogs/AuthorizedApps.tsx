// The apps that act for the person, each of which can be told to stop.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Blocks } from 'lucide-react';
import { useState } from 'react';
import { deauthorizeApp, getAuthorizedApps, type OAuthApp } from '@/api/oauth';
import { Button } from '@/design/controls';
import { t } from '@/i18n';
import { useEntities } from '@/state/store';
import { toast, toastError } from '@/state/ui';
import css from './dialogs.module.css';

export function AuthorizedApps() {
  const isEnabled = useEntities((s) => s.config.EnableOAuthServiceProvider === 'true');
  const { data } = useQuery({ queryKey: ['authorizedApps'], queryFn: getAuthorizedApps, staleTime: 0, enabled: isEnabled });
  if (!isEnabled || !data?.length) return null;
  return (
    <div className={css.form} data-testid="authorized-apps">
      <p className={css.subhead}>{t('apps.title')}</p>
      <p className={css.note}>{t('apps.hint')}</p>
      <ul className={css.items}>{data.map((app) => <Item key={app.id} app={app} />)}</ul>
    </div>
  );
}

function Item({ app }: { app: OAuthApp }) {
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const remove = async () => {
    try {
      await deauthorizeApp(app.id);
      toast(t('apps.removed', { app: app.name }), 'success');
      await queries.invalidateQueries({ queryKey: ['authorizedApps'] });
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <li className={css.item} data-testid="authorized-app">
      <span className={css.icon}><Blocks size={18} /></span>
      <span className={css.rowText}>
        <b dir="auto">{app.name}</b>
        <span>{app.homepage || app.description}</span>
      </span>
      {isAsking && <Button size="small" onClick={() => setAsking(false)}>{t('action.cancel')}</Button>}
      <Button size="small" variant={isAsking ? 'danger' : undefined} onClick={() => (isAsking ? void remove() : setAsking(true))} data-testid={isAsking ? 'authorized-app-confirm' : 'authorized-app-remove'}>{t('apps.remove')}</Button>
    </li>
  );
}
