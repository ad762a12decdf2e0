// The team's name, which opens the team's menu and the list of teams.
import type { Team } from '@mattermost/types/teams';
import { Check, ChevronsUpDown, Compass, Hash, Plus, Settings, ShieldCheck, UserPlus } from 'lucide-react';
import { runCommandById } from '@/commands/table';
import { Avatar, Badge } from '@/design/primitives';
import { Menu, MenuHeading, MenuItem, MenuSeparator } from '@/design/overlay';
import { t } from '@/i18n';
import { navigateTo } from '@/lib/navigate';
import { readLocal } from '@/lib/storage';
import { unreadOf } from '@/state/entities/channels';
import { isTeamAdmin, myTeams } from '@/state/entities/teams';
import { amAdmin, amAdministrating, amGuest } from '@/state/entities/users';
import { useEntities, useEntitiesShallow } from '@/state/store';
import { openDialog } from '@/state/ui';
import css from './sidebar.module.css';

export function TeamMenu({ team }: { team: Team }) {
  const teams = useEntitiesShallow(myTeams);
  const unreads = useEntitiesShallow((s) => {
    const counts: Record<string, number> = {};
    for (const channel of Object.values(s.channels)) {
      if (!channel.team_id || channel.team_id === team.id) continue;
      const { unread, mentions } = unreadOf(channel, s.members[channel.id]);
      if (unread) counts[channel.team_id] = (counts[channel.team_id] ?? 0) + mentions;
    }
    return counts;
  });
  const administrating = useEntities(amAdministrating);
  const admin = useEntities((s) => isTeamAdmin(s, team.id) || amAdmin(s));
  const guest = useEntities(amGuest);
  const hasUnreadTeams = Object.keys(unreads).length > 0;
  return (
    <Menu
      trigger={(
        <button type="button" className={css.team} data-testid="team-menu">
          <Avatar id={team.id} name={team.display_name} size={28} />
          <span className={css.teamName}>{team.display_name}</span>
          {hasUnreadTeams && <span className={css.newDot} />}
          <ChevronsUpDown size={14} />
        </button>
      )}
    >
      {!guest && <>
        <MenuItem icon={<UserPlus size={16} />} testId="menu-invite" onSelect={() => runCommandById('invite')}>{t('command.invite')}</MenuItem>
        <MenuItem icon={<Hash size={16} />} onSelect={() => runCommandById('create-channel')}>{t('command.createChannel')}</MenuItem>
        <MenuItem icon={<Compass size={16} />} onSelect={() => runCommandById('browse')}>{t('command.browse')}</MenuItem>
      </>}
      {admin && <MenuItem icon={<Settings size={16} />} testId="menu-team-settings" onSelect={() => openDialog({ kind: 'team-settings', teamId: team.id })}>{t('teamSettings.title')}</MenuItem>}
      {administrating && <MenuItem icon={<ShieldCheck size={16} />} testId="menu-system-console" onSelect={() => runCommandById('system-console')}>{t('command.systemConsole')}</MenuItem>}
      {!guest && <MenuSeparator />}
      <MenuHeading>{t('teams.yours')}</MenuHeading>
      {teams.map((other) => (
        <MenuItem
          key={other.id} icon={<Avatar id={other.id} name={other.display_name} size={20} />}
          trailing={other.id === team.id ? <Check size={15} /> : unreads[other.id] ? <Badge count={unreads[other.id] ?? 0} /> : other.id in unreads ? <span className={css.newDot} /> : undefined}
          onSelect={() => navigateTo(readLocal(`last.${other.id}`) ?? `/${other.name}`)}
        >
          {other.display_name}
        </MenuItem>
      ))}
      {!guest && <MenuItem icon={<Plus size={16} />} onSelect={() => navigateTo('/select_team')}>{t('teams.joinOrCreate')}</MenuItem>}
    </Menu>
  );
}
