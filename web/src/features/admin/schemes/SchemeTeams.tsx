// The teams that have a scheme.
import type { Team } from '@mattermost/types/teams';
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { getTeamsOfScheme, setTeamScheme, type Scheme } from '@/api/schemes';
import { getOpenTeams } from '@/api/teams';
import { IconButton } from '@/design/controls';
import { t } from '@/i18n/admin';
import { toastError } from '@/state/ui';
import { Card } from '../Page';
import rolesCss from '../roles/roles.module.css';

export function SchemeTeams({ scheme, mayWrite }: { scheme: Scheme; mayWrite: boolean }) {
  const query = useQuery({ queryKey: ['admin', 'scheme-teams', scheme.id], queryFn: () => getTeamsOfScheme(scheme.id), staleTime: 0 });
  const teams = useQuery({ queryKey: ['admin', 'teams'], queryFn: getOpenTeams, enabled: mayWrite, staleTime: 0 });
  const others = (teams.data ?? []).filter((team) => !query.data?.some(({ id }) => id === team.id));
  const give = async (team: Pick<Team, 'id'>, schemeId: string) => {
    try {
      await setTeamScheme(team.id, schemeId);
      await query.refetch();
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <Card>
      <h2>{t('schemes.teams')}</h2>
      <ul className={rolesCss.people}>
        {query.data?.length === 0 && <li className={rolesCss.note}>{t('schemes.noTeams')}</li>}
        {query.data?.map((team) => (
          <li key={team.id} data-testid="scheme-team" data-name={team.name}>
            <span>{team.display_name}</span>
            {mayWrite && <IconButton label={t('schemes.take', { name: team.display_name })} data-testid="scheme-take" onClick={() => void give(team, '')}><X size={15} /></IconButton>}
          </li>
        ))}
      </ul>
      {mayWrite && others.length > 0 && (
        <select aria-label={t('schemes.give')} value="" data-testid="scheme-give" onChange={(e) => void give({ id: e.target.value }, scheme.id)}>
          <option value="" disabled>{t('schemes.give')}</option>
          {others.map((team) => <option key={team.id} value={team.id}>{team.display_name}</option>)}
        </select>
      )}
    </Card>
  );
}
