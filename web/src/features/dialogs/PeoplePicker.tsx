// Selecting users: a search field, the results, and the selected ones.
import type { UserProfile } from '@mattermost/types/users';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Check, Search, UserX, X } from 'lucide-react';
import { useEffect, useMemo, useState, type KeyboardEvent } from 'react';
import { avatarUrl, getUsersInTeam, searchUsers } from '@/api/users';
import { requestUsers } from '@/data/users';
import { Avatar, EmptyState, Skeleton, Tag } from '@/design/primitives';
import { TextField } from '@/design/controls';
import { t } from '@/i18n';
import { displayName, receiveUsers } from '@/state/entities/users';
import { apply, useEntities } from '@/state/store';
import css from './dialogs.module.css';

interface PeoplePickerProps {
  teamId: string;
  notInChannelId?: string;
  allTeams?: boolean;
  selected: UserProfile[];
  onChange: (users: UserProfile[]) => void;
  onSubmit: () => void;
}

export function PeoplePicker({ teamId, notInChannelId, allTeams, selected, onChange, onSubmit }: PeoplePickerProps) {
  const [term, setTerm] = useState('');
  const [active, setActive] = useState(0);
  const statuses = useEntities((s) => s.statuses);
  const query = useQuery({
    queryKey: ['people', teamId, notInChannelId, allTeams, term.trim()],
    queryFn: async ({ signal }) => {
      const users = term.trim() || notInChannelId
        ? await searchUsers({ term: term.trim(), team_id: allTeams ? undefined : teamId, not_in_channel_id: notInChannelId }, { signal })
        : await getUsersInTeam(teamId);
      apply((s) => receiveUsers(s, users));
      return users.filter((u) => u.delete_at === 0);
    },
    placeholderData: keepPreviousData, staleTime: 10_000,
  });
  const users = useMemo(() => query.data ?? [], [query.data]);
  useEffect(() => requestUsers(users.map((u) => u.id)), [users]);
  const toggle = (user: UserProfile) => {
    onChange(selected.some((u) => u.id === user.id) ? selected.filter((u) => u.id !== user.id) : [...selected, user]);
    setTerm('');
    setActive(0);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const user = users[active];
    if (event.key === 'ArrowDown') setActive((i) => Math.min(users.length - 1, i + 1));
    else if (event.key === 'ArrowUp') setActive((i) => Math.max(0, i - 1));
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && (term || selected.length === 0) && user) toggle(user);
    else if (event.key === 'Enter' && selected.length > 0) onSubmit();
    else if (event.key === 'Backspace' && term === '' && selected.length > 0) onChange(selected.slice(0, -1));
    else return;
    event.preventDefault();
  };
  return (
    <>
      {selected.length > 0 && (
        <div className={css.chips}>
          {selected.map((u) => <button key={u.id} type="button" className={css.chip} onClick={() => toggle(u)}><Avatar id={u.id} name={displayName(u)} size={20} />{displayName(u)}<X size={13} /></button>)}
        </div>
      )}
      <TextField autoFocus icon={<Search size={16} />} value={term} placeholder={t('people.find')} aria-label={t('people.find')} onChange={(e) => { setTerm(e.target.value); setActive(0); }} onKeyDown={onKeyDown} data-testid="people-input" />
      <div className={css.rows} role="listbox" aria-multiselectable>
        {query.isPending && [0, 1, 2, 3].map((i) => <div key={i} className={css.row}><Skeleton width="100%" height={34} /></div>)}
        {users.map((user, index) => {
          const on = selected.some((u) => u.id === user.id);
          return (
            <button key={user.id} type="button" role="option" aria-selected={on} className={css.row} data-active={index === active} data-testid="person" data-username={user.username} tabIndex={-1} onMouseEnter={() => setActive(index)} onClick={() => toggle(user)}>
              <Avatar id={user.id} name={displayName(user)} size={34} status={statuses[user.id]} src={user.last_picture_update ? avatarUrl(user.id, user.last_picture_update) : undefined} />
              <span className={css.rowText}><b>{displayName(user)} {user.is_bot && <Tag>{t('user.bot')}</Tag>}</b><span>@{user.username}</span></span>
              <span className={css.check} data-on={on}><Check size={14} strokeWidth={3} /></span>
            </button>
          );
        })}
        {query.isSuccess && users.length === 0 && <EmptyState icon={<UserX size={26} />} title={t('people.none')} text={t('people.noneText')} />}
      </div>
    </>
  );
}
