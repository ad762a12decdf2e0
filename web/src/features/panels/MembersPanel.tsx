// The members of a channel.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Search, UserPlus, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { getUsersInChannel } from '@/api/users';
import { avatarUrl } from '@/api/users';
import { requestUsers } from '@/data/users';
import { Avatar, Skeleton, Tag } from '@/design/primitives';
import { Button, IconButton, TextField } from '@/design/controls';
import { t } from '@/i18n';
import { closePanel } from '@/lib/navigate';
import { amGuest, displayName, receiveUsers } from '@/state/entities/users';
import { apply, useEntities, useEntitiesShallow } from '@/state/store';
import { openDialog } from '@/state/ui';
import css from './panels.module.css';

export function MembersPanel({ channelId }: { channelId: string }) {
  const [term, setTerm] = useState('');
  const version = useEntities((s) => s.memberChanges[channelId] ?? 0);
  const query = useInfiniteQuery({
    queryKey: ['members', channelId, version], staleTime: 0, initialPageParam: 0,
    queryFn: async ({ pageParam }) => {
      const users = await getUsersInChannel(channelId, pageParam);
      apply((s) => receiveUsers(s, users));
      requestUsers(users.map((u) => u.id));
      return users.map((u) => u.id);
    },
    getNextPageParam: (last, all) => (last.length >= 100 ? all.length : undefined),
  });
  const ids = useMemo(() => query.data?.pages.flat() ?? [], [query.data]);
  const users = useEntitiesShallow((s) => ids.map((id) => s.users[id]));
  const statuses = useEntities((s) => s.statuses);
  const meId = useEntities((s) => s.meId);
  const guest = useEntities(amGuest);
  const filter = term.toLowerCase();
  const filtered = users.filter((u) => u && (`${displayName(u)} ${u.username}`).toLowerCase().includes(filter))
    .sort((a, b) => displayName(a).localeCompare(displayName(b)));
  return (
    <section className={css.panel} aria-label={t('channel.members')} data-testid="members-panel">
      <header className={css.header}>
        <h2>{t('channel.members')}</h2>
        {!guest && <Button size="small" onClick={() => openDialog({ kind: 'add-members', channelId })}><UserPlus size={15} />{t('action.add')}</Button>}
        <IconButton label={t('action.close')} onClick={closePanel}><X size={18} /></IconButton>
      </header>
      <div className={css.filter}><TextField icon={<Search size={16} />} value={term} placeholder={t('people.find')} aria-label={t('people.find')} onChange={(e) => setTerm(e.target.value)} /></div>
      <div className={css.scroll}>
        {query.isPending && <div className={css.loading}>{[0, 1, 2, 3].map((i) => <Skeleton key={i} width="100%" height={40} />)}</div>}
        <ul className={css.people}>
          {filtered.map((user) => user && (
            <li key={user.id}>
              <button type="button" className={css.person} onClick={() => openDialog({ kind: 'profile', userId: user.id })}>
                <Avatar id={user.id} name={displayName(user)} size={34} status={statuses[user.id] ?? 'offline'} src={user.last_picture_update ? avatarUrl(user.id, user.last_picture_update) : undefined} />
                <span><b><bdi>{displayName(user)}</bdi>{user.id === meId && <i> {t('user.youNote')}</i>}</b><span>@{user.username}</span></span>
                {user.is_bot && <Tag>{t('user.bot')}</Tag>}
              </button>
            </li>
          ))}
        </ul>
        {query.hasNextPage && <div className={css.more}><Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('action.more')}</Button></div>}
      </div>
    </section>
  );
}
