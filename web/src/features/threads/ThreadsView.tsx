// The list of followed threads.
import type { Team } from '@mattermost/types/teams';
import { useInfiniteQuery } from '@tanstack/react-query';
import { CheckCheck, MenuIcon, MessagesSquare } from 'lucide-react';
import { useState } from 'react';
import { getThreads, readAllThreads } from '@/api/posts';
import { avatarUrl } from '@/api/users';
import { requestUsers } from '@/data/users';
import { Avatar, Badge, EmptyState, Skeleton } from '@/design/primitives';
import { Button, IconButton } from '@/design/controls';
import { t, tn } from '@/i18n';
import { openPanel, usePanel } from '@/lib/navigate';
import { cx } from '@/lib/text';
import { formatAgo } from '@/lib/time';
import { channelTitle } from '@/state/entities/channels';
import { markAllThreadsRead, receiveThreadList } from '@/state/entities/threads';
import { displayName } from '@/state/entities/users';
import { apply, useEntities, useEntitiesShallow } from '@/state/store';
import { setNavOpen, toastError } from '@/state/ui';
import css from './threads.module.css';

export function ThreadsView({ team }: { team: Team }) {
  const [unreadOnly, setUnreadOnly] = useState(false);
  const query = useInfiniteQuery({
    queryKey: ['threads', team.id],
    initialPageParam: '',
    queryFn: async ({ pageParam }) => {
      const list = await getThreads(team.id, { before: pageParam || undefined });
      apply((s) => receiveThreadList(s, team.id, list));
      requestUsers((list.threads ?? []).map((x) => x.post.user_id));
      return (list.threads ?? []).map((x) => x.id);
    },
    getNextPageParam: (last) => (last.length >= 30 ? last.at(-1) : undefined),
    staleTime: 0,
  });
  const ids = useEntitiesShallow((s) => Object.values(s.threads)
    .filter((x) => x.is_following && s.posts[x.id] && [team.id, '', undefined].includes(s.channels[x.post?.channel_id]?.team_id))
    .filter((x) => !unreadOnly || x.unread_replies > 0)
    .sort((a, b) => b.last_reply_at - a.last_reply_at)
    .map((x) => x.id));
  const markAll = () => {
    apply((s) => markAllThreadsRead(s, team.id, Date.now()));
    readAllThreads(team.id).catch(toastError);
  };
  return (
    <div className={css.view}>
      <header className={css.header}>
        <IconButton className={css.navButton} label={t('sidebar.open')} onClick={() => setNavOpen(true)}><MenuIcon size={19} /></IconButton>
        <h1>{t('sidebar.threads')}</h1>
        <div className={css.filter} role="group">
          <button type="button" aria-pressed={!unreadOnly} onClick={() => setUnreadOnly(false)}>{t('threads.all')}</button>
          <button type="button" aria-pressed={unreadOnly} onClick={() => setUnreadOnly(true)}>{t('threads.unread')}</button>
        </div>
        <Button size="small" variant="ghost" onClick={markAll}><CheckCheck size={16} /><span className={css.desktopOnly}>{t('threads.markAll')}</span></Button>
      </header>
      <div className={css.scroll}>
        {query.isPending && ids.length === 0 && <div className={css.loading}>{[0, 1, 2].map((i) => <Skeleton key={i} width="100%" height={64} />)}</div>}
        {!query.isPending && ids.length === 0 && <EmptyState icon={<MessagesSquare size={26} />} title={unreadOnly ? t('threads.noUnread') : t('threads.none')} text={t('threads.noneText')} />}
        <ul>{ids.map((id) => <ThreadItem key={id} id={id} />)}</ul>
        {query.hasNextPage && <div className={css.more}><Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('action.more')}</Button></div>}
      </div>
    </div>
  );
}

function ThreadItem({ id }: { id: string }) {
  const panel = usePanel();
  const thread = useEntities((s) => s.threads[id]);
  const post = useEntities((s) => s.posts[id]);
  const user = useEntities((s) => s.users[s.posts[id]?.user_id ?? '']);
  const title = useEntities((s) => channelTitle(s, s.channels[s.posts[id]?.channel_id ?? '']));
  if (!thread || !post) return null;
  const open = panel?.kind === 'thread' && panel.id === id;
  return (
    <li>
      <button type="button" className={cx(css.item, open && css.open, thread.unread_replies > 0 && css.unread)} data-testid="thread-item" onClick={() => openPanel({ kind: 'thread', id })}>
        <Avatar id={post.user_id} name={displayName(user)} size={36} src={user?.last_picture_update ? avatarUrl(user.id, user.last_picture_update) : undefined} />
        <span className={css.text}>
          <span className={css.top}><b>{displayName(user)}</b><span>{title}</span><time>{formatAgo(thread.last_reply_at || post.create_at)}</time></span>
          <span className={css.message}>{post.message || t('post.noText')}</span>
          <span className={css.bottom}>{tn('thread.replies', thread.reply_count)}{thread.unread_replies > 0 && <em>{tn('threads.new', thread.unread_replies)}</em>}</span>
        </span>
        {thread.unread_mentions > 0 ? <Badge count={thread.unread_mentions} /> : thread.unread_replies > 0 && <span className={css.dot} />}
      </button>
    </li>
  );
}
