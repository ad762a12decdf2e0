// An invitation opened by somebody who already has an account: join, then go there.
import { useEffect, useState } from 'react';
import { getInviteInfo, joinTeamByInvite } from '@/api/teams';
import { loadTeam } from '@/data/channels';
import { t } from '@/i18n';
import { go } from '@/lib/navigate';
import { toastError } from '@/state/ui';
import { Splash } from './Splash';

async function join(id: string): Promise<void> {
  const member = await joinTeamByInvite(id);
  await loadTeam(member.team_id);
  const info = await getInviteInfo(id);
  go(`/${info.name}/channels/town-square`, { replace: true });
}

export function JoinByInvite() {
  const [error, setError] = useState<string | null>(null);
  const id = new URLSearchParams(location.search).get('id') ?? '';
  useEffect(() => {
    if (!id) return go('/', { replace: true });
    join(id).catch((cause: unknown) => {
      toastError(cause);
      setError(t('signup.badInvite'));
    });
    return undefined;
  }, [id]);
  return <Splash error={error} onRetry={() => go('/', { replace: true })} />;
}
