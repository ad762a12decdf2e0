// The quick switcher: finds channels, people and commands.
import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { searchChannels } from '@/api/channels';
import { avatarUrl, searchUsers } from '@/api/users';
import { availableCommands } from '@/commands/table';
import { formatShortcut } from '@/commands/keyboard';
import { joinChannel, openDirectChannel } from '@/data/channels';
import { currentTeam } from '@/data/screen';
import { Avatar, Badge, EmptyState, Kbd } from '@/design/primitives';
import { Dialog } from '@/design/overlay';
import { t } from '@/i18n';
import { currentPath } from '@/lib/base';
import { navigateTo } from '@/lib/navigate';
import { decodeSegment } from '@/lib/text';
import { channelPath, channelTitle, getTeammateId, unreadOf } from '@/state/entities/channels';
import { displayName, receiveUsers } from '@/state/entities/users';
import { apply, getState, useEntities } from '@/state/store';
import { closeDialog, toastError } from '@/state/ui';
import { Hash, Lock, Users } from 'lucide-react';
import css from './dialogs.module.css';
import { rank, type Candidate } from './rank';

interface Entry extends Candidate {
  group: 'channel' | 'join' | 'command';
  icon: ReactNode;
  title: string;
  note?: string;
  end?: ReactNode;
  unread?: boolean;
  path?: string;
  run: () => void;
}

function useEntries(term: string): Entry[] {
  const team = useEntities(currentTeam);
  const teamId = team?.id ?? '';
  const query = term.trim().replace(/^[@~#>]/, '');
  const people = useQuery({
    queryKey: ['switch-people', query], enabled: query.length > 0, staleTime: 30_000,
    queryFn: async ({ signal }) => {
      const users = await searchUsers({ term: query }, { signal });
      apply((s) => receiveUsers(s, users));
      return users;
    },
  });
  const otherChannels = useQuery({ queryKey: ['switch-channels', teamId, query], enabled: query.length > 0 && teamId !== '', staleTime: 30_000, queryFn: ({ signal }) => searchChannels(teamId, query, { signal }) });
  return useMemo(() => {
    const s = getState();
    if (!team) return [];
    const entries: Entry[] = [];
    const teammates = new Set<string>();
    for (const channel of Object.values(s.channels)) {
      const member = s.members[channel.id];
      if (!member || channel.delete_at > 0 || (channel.team_id && channel.team_id !== team.id)) continue;
      const { unread, mentions } = unreadOf(channel, member);
      const teammateId = getTeammateId(channel, s.meId);
      const teammate = s.users[teammateId];
      teammates.add(teammateId);
      const title = channelTitle(s, channel);
      entries.push({
        id: channel.id, group: 'channel', title, note: teammate ? `@${teammate.username}` : undefined, text: teammate ? `${title} ${teammate.username}` : `${title} ${channel.name}`,
        weight: channel.last_post_at + (mentions > 0 ? 2e13 : unread ? 1e13 : 0), unread,
        icon: teammate ? <Avatar id={teammateId} name={title} size={24} status={s.statuses[teammateId]} src={teammate.last_picture_update ? avatarUrl(teammateId, teammate.last_picture_update) : undefined} />
          : channel.type === 'G' ? <Users size={17} /> : channel.type === 'P' ? <Lock size={16} /> : <Hash size={17} />,
        end: mentions > 0 ? <Badge count={mentions} /> : undefined,
        path: channelPath(s, team.name, channel),
        run: () => navigateTo(channelPath(getState(), team.name, channel)),
      });
    }
    for (const user of people.data ?? []) {
      if (teammates.has(user.id) || user.delete_at > 0) continue;
      const title = displayName(user);
      entries.push({
        id: user.id, group: 'channel', title, note: `@${user.username}`, text: `${title} ${user.username}`, weight: 0,
        icon: <Avatar id={user.id} name={title} size={24} src={user.last_picture_update ? avatarUrl(user.id, user.last_picture_update) : undefined} />,
        run: () => { openDirectChannel([user.id]).then((c) => navigateTo(channelPath(getState(), team.name, c)), toastError); },
      });
    }
    for (const channel of otherChannels.data ?? []) {
      if (s.members[channel.id] || channel.type !== 'O' || channel.delete_at > 0) continue;
      entries.push({
        id: channel.id, group: 'join', title: channel.display_name, note: channel.purpose, text: `${channel.display_name} ${channel.name}`, weight: 0, icon: <Hash size={17} />,
        run: () => { joinChannel(channel).then(() => navigateTo(`/${team.name}/channels/${channel.name}`), toastError); },
      });
    }
    for (const command of availableCommands()) {
      if (command.hidden) continue;
      const Icon = command.icon;
      entries.push({
        id: command.id, group: 'command', title: t(command.title), text: t(command.title), weight: 0, icon: <Icon size={17} />,
        end: command.shortcut ? <span>{formatShortcut(command.shortcut).map((k) => <Kbd key={k}>{k}</Kbd>)}</span> : undefined,
        run: () => setTimeout(command.run),
      });
    }
    const openPath = decodeSegment(currentPath());
    if (!query) return entries.filter((e) => e.group === 'channel' && e.path !== openPath).sort((a, b) => b.weight - a.weight).slice(0, 9).concat(entries.filter((e) => e.group === 'command').slice(0, 4));
    const commandsOnly = term.startsWith('>');
    const ranked = rank(commandsOnly ? entries.filter((e) => e.group === 'command') : entries, query);
    return (['channel', 'join', 'command'] as const).flatMap((group) => ranked.filter((e) => e.group === group).slice(0, group === 'channel' ? 9 : 5));
  }, [team, people.data, otherChannels.data, query, term]);
}

const groupTitles = { channel: 'switcher.channels', join: 'switcher.join', command: 'switcher.commands' } as const;

export function Switcher() {
  const [term, setTerm] = useState('');
  const [active, setActive] = useState(0);
  const entries = useEntries(term);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => { list.current?.querySelector('[data-active="true"]')?.scrollIntoView({ block: 'nearest' }); }, [active]);
  const choose = (entry: Entry | undefined) => {
    if (!entry) return;
    closeDialog();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setActive((i) => Math.min(entries.length - 1, i + 1));
    else if (event.key === 'ArrowUp') setActive((i) => Math.max(0, i - 1));
    else if (event.key === 'Enter') choose(entries[active]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={t('command.switcher')} closeLabel={t('action.close')} onClose={closeDialog} hideTitle large testId="switcher">
      <div className={css.switcherInput}>
        <Search size={18} />
        <input autoFocus value={term} placeholder={t('switcher.placeholder')} aria-label={t('switcher.placeholder')} data-testid="switcher-input" onChange={(e) => { setTerm(e.target.value); setActive(0); }} onKeyDown={onKeyDown} />
      </div>
      <div className={css.switcherList} ref={list} role="listbox">
        {entries.map((entry, index) => (
          <div key={`${entry.group}-${entry.id}`}>
            {entry.group !== entries[index - 1]?.group && <p className={css.switcherGroup}>{term ? t(groupTitles[entry.group]) : t(entry.group === 'channel' ? 'switcher.recent' : 'switcher.commands')}</p>}
            <button type="button" className={css.row} role="option" aria-selected={index === active} data-active={index === active} data-testid="switcher-item" tabIndex={-1} onMouseMove={() => setActive(index)} onClick={() => choose(entry)}>
              <span className={css.icon}>{entry.icon}</span>
              <span className={css.rowText}><b className={entry.unread ? css.unreadText : undefined}>{entry.title}</b></span>
              {entry.note && <span className={css.joined}>{entry.note}</span>}
              {entry.end}
            </button>
          </div>
        ))}
        {entries.length === 0 && <EmptyState icon={<Search size={24} />} title={t('switcher.none')} text={t('switcher.noneText')} />}
      </div>
      <div className={css.switcherFoot}><span>↑↓ {t('switcher.navigate')}</span><span>↵ {t('switcher.open')}</span><span>&gt; {t('switcher.commands')}</span></div>
    </Dialog>
  );
}
