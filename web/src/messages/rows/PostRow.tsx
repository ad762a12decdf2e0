// One message in a timeline, a thread or a result list.
import type { Post } from '@mattermost/types/posts';
import { Bookmark, Pencil, Pin, RotateCcw, Trash2 } from 'lucide-react';
import { memo, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { avatarUrl } from '@/api/users';
import { discardPending, resendPost, returnToComposer } from '@/data/posts';
import { Avatar, Tag } from '@/design/primitives';
import { Emoji } from '@/emoji/Emoji';
import { StatusEmoji } from '@/emoji/StatusEmoji';
import { t } from '@/i18n';
import { openPanel } from '@/lib/navigate';
import { cx } from '@/lib/text';
import { formatClock, formatClockShort, formatClockWithSeconds, formatFull } from '@/lib/time';
import { displayName } from '@/state/entities/users';
import { authorName, isRejected, sendTime } from '@/state/entities/posts';
import { useEntities } from '@/state/store';
import { openDialog, setEditing, useUi } from '@/state/ui';
import { useImageSource } from '../images';
import { isSystem } from '../list/model';
import { Markdown } from '../markdown/Markdown';
import type { ChannelMentions } from '../markdown/Marks';
import { canDelete, canEdit } from '../permissions';
import { Attachments } from './Attachments';
import { EditBox } from './EditBox';
import { Files } from './Files';
import type { Place } from './place';
import css from './post.module.css';
import { PostToolbar } from './PostToolbar';
import { Reactions } from './Reactions';
import { SystemRow } from './SystemRow';
import { ThreadFooter } from './ThreadFooter';

// Screen readers read this much of a message when it gets the focus.
const LABEL_LENGTH = 120;

interface PostRowProps {
  id: string;
  compact: boolean;
  place: Place;
  focused?: boolean;
}

export const PostRow = memo(function PostRow({ id, compact, place, focused }: PostRowProps) {
  const post = useEntities((s) => s.posts[id]);
  const [active, setActive] = useState(false);
  const [menuOpen, setMenuOpen] = useState(false);
  const editing = useUi((s) => s.editing === `${place}:${id}`);
  const author = useEntities((s) => displayName(s.users[post?.user_id ?? '']));
  if (!post) return null;
  if (isSystem(post)) return <SystemRow post={post} />;
  const pending = post.id === post.pending_post_id;

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'r' && place === 'channel' && !pending) openPanel({ kind: 'thread', id: post.root_id || post.id });
    else if (event.key === 'e' && canEdit(post)) setEditing(`${place}:${id}`);
    else if (event.key === 'Delete' && canDelete(post)) openDialog({ kind: 'delete-post', postId: id });
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') focusAdjacentRow(event.currentTarget as HTMLElement, event.key === 'ArrowDown');
    else return;
    event.preventDefault();
  };
  // Touch screens have no hover: tapping the row displays its actions.
  const onClick = (event: MouseEvent) => {
    if (window.matchMedia('(hover: none)').matches && !(event.target as HTMLElement).closest('a, button, input, textarea')) setActive((on) => !on);
  };

  return (
    <article
      className={cx(css.row, compact && css.compact, pending && css.pending, post.failed && css.failed, focused && css.focused, editing && css.editing, post.is_pinned && css.pinned)}
      tabIndex={place === 'result' ? -1 : 0}
      data-testid="post"
      data-post-id={post.id}
      data-pending={pending || undefined}
      aria-label={t('post.label', { author: authorName(post, author), time: formatClock(post.create_at), text: post.message.slice(0, LABEL_LENGTH) || t('post.noText') })}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onMouseMove={() => { if (!active && window.matchMedia('(hover: hover)').matches) setActive(true); }}
      onMouseLeave={() => setActive(false)}
      onFocus={(e) => { if (e.currentTarget.matches(':focus-visible, :has(:focus-visible)') && !window.matchMedia('(hover: none)').matches) setActive(true); }}
      onBlur={(e) => { if (!e.currentTarget.contains(e.relatedTarget as Node | null) && !e.currentTarget.matches(':hover')) setActive(false); }}
    >
      <div className={css.gutter}>
        {compact ? <time className={css.gutterTime} title={formatFull(post.create_at)}>{formatClockShort(post.create_at)}</time> : <Author post={post} />}
      </div>
      <div className={css.main}>
        {post.is_pinned && <p className={css.pinnedNote}><Pin size={11} />{t('post.pinned')}</p>}
        {!compact && <Heading post={post} />}
        {editing ? <EditBox post={post} place={place} /> : <Body post={post} />}
        <Files post={post} />
        <Attachments post={post} />
        <Reactions post={post} />
        {place === 'channel' && post.reply_count > 0 && <ThreadFooter post={post} />}
        {post.failed && (
          <p className={css.error} role="alert" data-testid="post-failed">
            {sendTime(post) > 0 ? t('post.tooEarly', { time: formatClockWithSeconds(sendTime(post)) }) : t(isRejected(post) ? 'post.rejected' : 'post.failed')}
            {isRejected(post)
              ? <button type="button" data-testid="post-revise" onClick={() => returnToComposer(post.id)}><Pencil size={13} />{t('post.edit')}</button>
              : <button type="button" data-testid="post-retry" onClick={() => resendPost(post.id)}><RotateCcw size={13} />{t('post.retry')}</button>}
            <button type="button" onClick={() => discardPending(post.id)}><Trash2 size={13} />{t('post.discard')}</button>
          </p>
        )}
      </div>
      {(active || menuOpen) && !pending && !editing && place !== 'result' && <PostToolbar post={post} place={place} onMenu={setMenuOpen} />}
    </article>
  );
});

function focusAdjacentRow(row: HTMLElement, down: boolean): void {
  const rows = [...(row.closest('[role="log"]')?.querySelectorAll<HTMLElement>('[data-testid="post"]') ?? [])];
  rows[rows.indexOf(row) + (down ? 1 : -1)]?.focus();
}

function Author({ post }: { post: Post }) {
  const user = useEntities((s) => s.users[post.user_id]);
  const name = authorName(post, displayName(user));
  const uploaded = user?.last_picture_update ? avatarUrl(user.id, user.last_picture_update) : undefined;
  const sourceOf = useImageSource();
  const override = post.props?.from_webhook && typeof post.props.override_icon_url === 'string' ? post.props.override_icon_url : '';
  const src = !post.props?.from_webhook ? uploaded : sourceOf(override) ?? undefined;
  const iconEmoji = post.props?.from_webhook && typeof post.props.override_icon_emoji === 'string' ? post.props.override_icon_emoji.replaceAll(':', '') : '';
  return (
    <button type="button" className={css.avatarButton} tabIndex={-1} aria-hidden onClick={() => openDialog({ kind: 'profile', userId: post.user_id })}>
      {iconEmoji && !src
        ? <span className={css.iconEmoji}><Emoji name={iconEmoji} large /></span>
        : <Avatar id={name === displayName(user) ? post.user_id : name} name={name} src={src} />}
    </button>
  );
}

function Heading({ post }: { post: Post }) {
  const user = useEntities((s) => s.users[post.user_id]);
  return (
    <header className={css.heading}>
      <button type="button" className={css.name} tabIndex={-1} onClick={() => openDialog({ kind: 'profile', userId: post.user_id })}>
        <bdi>{authorName(post, displayName(user))}</bdi>
      </button>
      <StatusEmoji user={user} />
      {(user?.is_bot || post.props?.from_webhook === 'true' || post.props?.from_bot === 'true') && <Tag>{t('user.bot')}</Tag>}
      <time className={css.time} title={formatFull(post.create_at)}>{formatClock(post.create_at)}</time>
      {post.metadata?.priority?.priority && <span className={css.priority}><Bookmark size={11} />{post.metadata.priority.priority}</span>}
    </header>
  );
}

function Body({ post }: { post: Post }) {
  const team = useEntities((s) => s.teams[s.channels[post.channel_id]?.team_id ?? '']?.name ?? '');
  if (!post.message) return null;
  const edited = post.edit_at > 0 ? <span className={css.edited} title={formatFull(post.edit_at)}>{t('post.edited')}</span> : undefined;
  return <div data-testid="post-message"><Markdown text={post.message} team={team} edited={edited} channelMentions={post.props?.channel_mentions as ChannelMentions | undefined} /></div>;
}
