// The bookmarks below the header of a channel. Without any there is no bar: the channel's menu adds the first one.
import type { ServerChannel } from '@mattermost/types/channels';
import { ArrowLeft, ArrowRight, Copy, Ellipsis, FileText, Link2, Mail, Pencil, Plus, Trash2 } from 'lucide-react';
import { deleteBookmark, moveBookmark, type Bookmark } from '@/api/bookmarks';
import { fileUrl } from '@/api/files';
import { IconButton } from '@/design/controls';
import { Menu, MenuItem, MenuSeparator } from '@/design/overlay';
import { Emoji } from '@/emoji/Emoji';
import { t } from '@/i18n';
import { copyText } from '@/lib/clipboard';
import { openDialog, toast, toastError } from '@/state/ui';
import css from './bookmarks.module.css';
import { useBookmarks, useMayBookmark } from './useBookmarks';

const addressOf = (bookmark: Bookmark) => (bookmark.type === 'file' ? fileUrl(bookmark.file_id ?? '') : bookmark.link_url ?? '');

function BookmarkIcon({ bookmark }: { bookmark: Bookmark }) {
  if (bookmark.emoji) return <Emoji name={bookmark.emoji} />;
  if (bookmark.type === 'file') return <FileText size={15} />;
  return bookmark.link_url?.toLowerCase().startsWith('mailto:') ? <Mail size={15} /> : <Link2 size={15} />;
}

export function BookmarkBar({ channel }: { channel: ServerChannel }) {
  const bookmarks = useBookmarks(channel.id);
  const mayAdd = useMayBookmark(channel, 'add');
  if (bookmarks.length === 0) return null;
  return (
    <nav className={css.bar} aria-label={t('bookmark.bar')} data-testid="bookmark-bar">
      <ul>
        {bookmarks.map((bookmark, index) => <BarItem key={bookmark.id} channel={channel} bookmark={bookmark} index={index} count={bookmarks.length} />)}
      </ul>
      {mayAdd && <IconButton label={t('bookmark.add')} data-testid="bookmark-add" onClick={() => openDialog({ kind: 'bookmark', channelId: channel.id })}><Plus size={16} /></IconButton>}
    </nav>
  );
}

function BarItem({ channel, bookmark, index, count }: { channel: ServerChannel; bookmark: Bookmark; index: number; count: number }) {
  const mayEdit = useMayBookmark(channel, 'edit');
  const mayOrder = useMayBookmark(channel, 'order');
  const mayDelete = useMayBookmark(channel, 'delete');
  const { channel_id: channelId, id, display_name: name } = bookmark;
  const move = (to: number) => { moveBookmark(channelId, id, to).catch(toastError); };
  const copy = async () => {
    const done = await copyText(new URL(addressOf(bookmark), window.location.href).href);
    toast(done ? t('toast.copied') : t('toast.notCopied'), done ? 'success' : 'error');
  };
  return (
    <li className={css.item} data-testid="bookmark">
      <a href={addressOf(bookmark)} target="_blank" rel="noopener noreferrer" title={bookmark.type === 'file' ? bookmark.file?.name : bookmark.link_url}>
        <BookmarkIcon bookmark={bookmark} /><bdi>{name}</bdi>
      </a>
      <Menu align="end" trigger={<button type="button" className={css.more} aria-label={t('bookmark.actions', { name })} data-testid="bookmark-menu"><Ellipsis size={14} /></button>}>
        {mayEdit && <MenuItem icon={<Pencil size={16} />} testId="bookmark-edit" onSelect={() => openDialog({ kind: 'bookmark', channelId, bookmark })}>{t('bookmark.edit')}</MenuItem>}
        <MenuItem icon={<Copy size={16} />} onSelect={() => void copy()}>{t('bookmark.copy')}</MenuItem>
        {mayOrder && count > 1 && (
          <>
            <MenuSeparator />
            <MenuItem icon={<ArrowLeft size={16} />} disabled={index === 0} testId="bookmark-left" onSelect={() => move(index - 1)}>{t('bookmark.left')}</MenuItem>
            <MenuItem icon={<ArrowRight size={16} />} disabled={index === count - 1} testId="bookmark-right" onSelect={() => move(index + 1)}>{t('bookmark.right')}</MenuItem>
          </>
        )}
        {mayDelete && (
          <>
            <MenuSeparator />
            <MenuItem danger icon={<Trash2 size={16} />} testId="bookmark-delete" onSelect={() => { deleteBookmark(channelId, id).catch(toastError); }}>
              {bookmark.type === 'file' ? t('bookmark.deleteFile') : t('bookmark.delete')}
            </MenuItem>
          </>
        )}
      </Menu>
    </li>
  );
}
