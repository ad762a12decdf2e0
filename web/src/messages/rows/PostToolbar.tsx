// The toolbar of a message: react, reply, and a menu of other actions.
import type { Post } from '@mattermost/types/posts';
import { BellOff, Bell, Copy, Link2, MailOpen, MessageSquare, MoreHorizontal, Pencil, Pin, SmilePlus, Trash2 } from 'lucide-react';
import { useState, type KeyboardEvent } from 'react';
import { followThread } from '@/api/posts';
import { markUnreadFrom, togglePin, toggleReaction } from '@/data/posts';
import { IconButton } from '@/design/controls';
import { Menu, MenuItem, MenuSeparator, Popover } from '@/design/overlay';
import { useEmojiTable } from '@/emoji/data';
import { EmojiGlyph } from '@/emoji/Emoji';
import { EmojiPicker } from '@/emoji/Picker';
import { recentEmoji, addRecentEmoji } from '@/emoji/recent';
import { t } from '@/i18n';
import { currentPath, siteUrl } from '@/lib/base';
import { copyText } from '@/lib/clipboard';
import { openPanel } from '@/lib/navigate';
import { setFollowing } from '@/state/entities/threads';
import { apply, getState } from '@/state/store';
import { openDialog, setEditing, toast, toastError } from '@/state/ui';
import { canDelete, canEdit } from '../permissions';
import { useMayInChannel } from '../useMayInChannel';
import type { Place } from './place';
import css from './post.module.css';

export function permalink(post: Post): string {
  const s = getState();
  const team = s.teams[s.channels[post.channel_id]?.team_id ?? ''] ?? Object.values(s.teams).find((x) => currentPath().startsWith(`/${x.name}/`));
  return `${siteUrl()}/${team?.name ?? ''}/pl/${post.id}`;
}

function copy(text: string): void {
  void copyText(text).then((isCopied) => (isCopied ? toast(t('toast.copied'), 'success') : toast(t('toast.notCopied'), 'error')));
}

// The toolbar is one tab stop; arrow keys move within it.
function onArrow(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>(':scope > button')];
  const at = buttons.indexOf(event.target as HTMLElement);
  if (!step || at < 0) return;
  event.preventDefault();
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
}

export function PostToolbar({ post, place, onMenu }: { post: Post; place: Place; onMenu: (open: boolean) => void }) {
  const table = useEmojiTable();
  const [picking, setPicking] = useState(false);
  const setPickerOpen = (open: boolean) => {
    setPicking(open);
    onMenu(open);
  };
  const react = (name: string) => {
    addRecentEmoji(name);
    setPickerOpen(false);
    void toggleReaction(post.id, name);
  };
  const quickReactions = recentEmoji().slice(0, 3).map((name) => table?.byName.get(name)).filter((e) => e !== undefined);
  const mayReact = useMayInChannel(post.channel_id, 'add_reaction');
  const rootId = post.root_id || post.id;
  const following = post.is_following ?? false;
  const toggleFollow = () => {
    const s = getState();
    const teamId = s.channels[post.channel_id]?.team_id || Object.values(s.teams).find((x) => currentPath().startsWith(`/${x.name}/`))?.id || '';
    apply((state) => setFollowing(state, rootId, !following));
    followThread(teamId, rootId, !following).catch((error: unknown) => {
      apply((state) => setFollowing(state, rootId, following));
      toastError(error);
    });
  };
  return (
    <div className={css.toolbarAnchor}>
      <div className={css.toolbar} role="toolbar" aria-label={t('post.actions')} onKeyDown={onArrow} data-testid="post-toolbar">
        {mayReact && quickReactions.map((e) => (
          <button key={e.name} type="button" tabIndex={-1} className={css.quick} aria-label={t('post.reactWith', { name: e.name })} title={`:${e.name}:`} onClick={() => react(e.name)}><EmojiGlyph emoji={e} /></button>
        ))}
        {mayReact && <Popover
          label={t('emoji.title')} side="top" align="end" open={picking} onOpenChange={setPickerOpen}
          trigger={<button type="button" className={css.tool} aria-label={t('post.react')} title={t('post.react')} data-testid="post-react"><SmilePlus size={17} /></button>}
        >
          <EmojiPicker onPick={react} />
        </Popover>}
        {place === 'channel' && (
          <IconButton tabIndex={-1} className={css.tool} label={t('post.reply')} shortcut="R" data-testid="post-reply" onClick={() => openPanel({ kind: 'thread', id: rootId })}>
            <MessageSquare size={17} />
          </IconButton>
        )}
        <Menu
          align="end" onOpenChange={onMenu}
          trigger={<button type="button" tabIndex={-1} className={css.tool} aria-label={t('post.more')} title={t('post.more')} data-testid="post-menu"><MoreHorizontal size={17} /></button>}
        >
          {canEdit(post) && <MenuItem icon={<Pencil size={16} />} trailing="E" testId="post-edit" onSelect={() => setTimeout(() => setEditing(`${place}:${post.id}`))}>{t('post.edit')}</MenuItem>}
          <MenuItem icon={<Link2 size={16} />} onSelect={() => copy(permalink(post))}>{t('post.copyLink')}</MenuItem>
          <MenuItem icon={<Copy size={16} />} onSelect={() => copy(post.message)}>{t('post.copyText')}</MenuItem>
          <MenuItem icon={<MailOpen size={16} />} onSelect={() => void markUnreadFrom(post.id)}>{t('post.markUnread')}</MenuItem>
          <MenuItem icon={<Pin size={16} />} onSelect={() => void togglePin(post.id)}>{post.is_pinned ? t('post.unpin') : t('post.pin')}</MenuItem>
          <MenuItem icon={following ? <BellOff size={16} /> : <Bell size={16} />} onSelect={toggleFollow}>{following ? t('thread.unfollow') : t('thread.follow')}</MenuItem>
          {canDelete(post) && (
            <>
              <MenuSeparator />
              <MenuItem danger icon={<Trash2 size={16} />} testId="post-delete" onSelect={() => openDialog({ kind: 'delete-post', postId: post.id })}>{t('post.delete')}</MenuItem>
            </>
          )}
        </Menu>
      </div>
    </div>
  );
}
