// The line below a message with replies: participants, count, time of the last one.
import type { Post } from '@mattermost/types/posts';
import { useEffect } from 'react';
import { avatarUrl } from '@/api/users';
import { requestUsers } from '@/data/users';
import { Avatar } from '@/design/primitives';
import { t, tn } from '@/i18n';
import { openPanel } from '@/lib/navigate';
import { cx } from '@/lib/text';
import { formatAgo } from '@/lib/time';
import { displayName } from '@/state/entities/users';
import { useEntities, useEntitiesShallow } from '@/state/store';
import css from './post.module.css';

export function ThreadFooter({ post }: { post: Post }) {
  const people = (post.participants as Array<{ id: string }> | null | undefined) ?? [];
  const ids = people.map((p) => p.id).slice(0, 4);
  const joined = ids.join(' ');
  const users = useEntitiesShallow((s) => ids.map((id) => s.users[id]));
  const unread = useEntities((s) => (s.threads[post.id]?.unread_replies ?? 0) > 0);
  useEffect(() => requestUsers(joined.split(' ')), [joined]);
  return (
    <button type="button" className={cx(css.thread, unread && css.threadUnread)} data-testid="thread-footer" onClick={() => openPanel({ kind: 'thread', id: post.id })}>
      <span className={css.threadAvatars}>
        {ids.map((id, i) => (
          <Avatar key={id} id={id} name={displayName(users[i])} size={20} src={users[i]?.last_picture_update ? avatarUrl(id, users[i]?.last_picture_update ?? 0) : undefined} />
        ))}
      </span>
      <span className={css.threadCount}>{tn('thread.replies', post.reply_count)}</span>
      {Boolean(post.last_reply_at) && <span className={css.threadTime}>{t('thread.last', { time: formatAgo(post.last_reply_at ?? 0) })}</span>}
    </button>
  );
}
