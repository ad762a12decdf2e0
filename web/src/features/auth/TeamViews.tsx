// Selecting, joining and creating teams.
import { useQuery } from '@tanstack/react-query';
import { ArrowRight, Plus, Users } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { addTeamMember, getOpenTeams } from '@/api/teams';
import { loadTeam } from '@/data/channels';
import { logOut } from '@/data/session';
import { Avatar, EmptyState, Skeleton, Spinner } from '@/design/primitives';
import { Button } from '@/design/controls';
import { t } from '@/i18n';
import { navigateTo } from '@/lib/navigate';
import { myTeams } from '@/state/entities/teams';
import { getState, useEntities, useEntitiesShallow } from '@/state/store';
import { toastError } from '@/state/ui';
import css from './auth.module.css';
import { AuthLayout } from './AuthLayout';
import { TeamForm } from './TeamForm';

export function SelectTeamView() {
  const mine = useEntitiesShallow(myTeams);
  const members = useEntities((s) => s.teamMembers);
  const teams = useQuery({ queryKey: ['open-teams'], queryFn: getOpenTeams });
  const [joining, setJoining] = useState('');
  const open = (teams.data ?? []).filter((team) => !members[team.id] && team.delete_at === 0);

  const join = async (id: string, name: string) => {
    setJoining(id);
    try {
      await addTeamMember(id, getState().meId);
      await loadTeam(id);
      navigateTo(`/${name}`);
    } catch (error) {
      toastError(error);
      setJoining('');
    }
  };

  return (
    <AuthLayout title={t('teams.title')} text={t('teams.text')} foot={<button type="button" onClick={() => void logOut()}>{t('command.logOut')}</button>}>
      {mine.length > 0 && (
        <div className={css.list}>
          {mine.map((team) => (
            <Link key={team.id} className={css.team} href={`/${team.name}`}>
              <Avatar id={team.id} name={team.display_name} size={36} />
              <span className={css.teamText}><b>{team.display_name}</b>{team.description && <span>{team.description}</span>}</span>
              <ArrowRight size={17} />
            </Link>
          ))}
        </div>
      )}
      {teams.isPending && <div className={css.list}><Skeleton width="100%" height={58} /><Skeleton width="100%" height={58} /></div>}
      {open.length > 0 && <h2 className={css.section}>{t('teams.open')}</h2>}
      <div className={css.list}>
        {open.map((team) => (
          <button key={team.id} type="button" className={css.team} disabled={joining !== ''} onClick={() => void join(team.id, team.name)}>
            <Avatar id={team.id} name={team.display_name} size={36} />
            <span className={css.teamText}><b>{team.display_name}</b><span>{team.description || team.name}</span></span>
            {joining === team.id ? <Spinner /> : <Plus size={17} />}
          </button>
        ))}
      </div>
      {teams.isSuccess && open.length === 0 && mine.length === 0 && <EmptyState icon={<Users size={26} />} title={t('teams.none')} text={t('teams.noneText')} />}
      <div className={css.list}><Button size="large" onClick={() => navigateTo('/create_team')}><Plus size={16} />{t('teams.create')}</Button></div>
    </AuthLayout>
  );
}

export function CreateTeamView() {
  return (
    <AuthLayout title={t('teams.create')} text={t('teams.createText')} foot={<Link href="/select_team">{t('action.back')}</Link>}>
      <TeamForm submit={t('teams.create')} onDone={(team) => navigateTo(`/${team.name}`)} />
    </AuthLayout>
  );
}
