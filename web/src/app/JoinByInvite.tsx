// An invitation opened by a user who is logged in: joins the team and opens it.
import { useEffect, useState } from 'react';
import { joinTeamByInvite, joinTeamByToken } from '@/api/teams';
import { loadTeam } from '@/data/channels';
import { t } from '@/i18n';
import { navigateTo } from '@/lib/navigate';
import { getState } from '@/state/store';
import { toastError } from '@/state/ui';
import { LoadingScreen } from './LoadingScreen';

async function join(id: string, token: string): Promise<void> {
  const { team_id: teamId } = await (token ? joinTeamByToken(token) : joinTeamByInvite(id));
  await loadTeam(teamId);
  navigateTo(`/${getState().teams[teamId]?.name ?? ''}`, { replace: true });
}

export function JoinByInvite() {
  const [error, setError] = useState<string | null>(null);
  const params = new URLSearchParams(location.search);
  const [id, token] = [params.get('id') ?? '', params.get('t') ?? ''];
  useEffect(() => {
    if (!id && !token) return navigateTo('/', { replace: true });
    join(id, token).catch((cause: unknown) => {
      toastError(cause);
      setError(t('signup.askAdmin'));
    });
    return undefined;
  }, [id, token]);
  return <LoadingScreen title={t('signup.badInvite')} error={error} onRetry={() => navigateTo('/', { replace: true })} />;
}
