// An invitation link opened by a user who is logged in: joins the team and opens it.
import { useEffect, useState } from 'react';
import { getInviteInfo, joinTeamByInvite } from '@/api/teams';
import { loadTeam } from '@/data/channels';
import { t } from '@/i18n';
import { navigateTo } from '@/lib/navigate';
import { toastError } from '@/state/ui';
import { LoadingScreen } from './LoadingScreen';

async function join(id: string): Promise<void> {
  const member = await joinTeamByInvite(id);
  await loadTeam(member.team_id);
  const info = await getInviteInfo(id);
  navigateTo(`/${info.name}/channels/town-square`, { replace: true });
}

export function JoinByInvite() {
  const [error, setError] = useState<string | null>(null);
  const id = new URLSearchParams(location.search).get('id') ?? '';
  useEffect(() => {
    if (!id) return navigateTo('/', { replace: true });
    join(id).catch((cause: unknown) => {
      toastError(cause);
      setError(t('signup.askAdmin'));
    });
    return undefined;
  }, [id]);
  return <LoadingScreen title={t('signup.badInvite')} error={error} onRetry={() => navigateTo('/', { replace: true })} />;
}
