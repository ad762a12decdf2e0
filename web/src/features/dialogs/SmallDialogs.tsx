// The confirmation before a message is deleted, and the list of keyboard shortcuts.
import { useRef, useState } from 'react';
import { formatShortcut } from '@/commands/keyboard';
import { commands } from '@/commands/table';
import { deleteMessage } from '@/data/posts';
import { Kbd } from '@/design/primitives';
import { Button } from '@/design/controls';
import { Dialog } from '@/design/overlay';
import { t, type MessageKey } from '@/i18n';
import { findComposer } from '@/lib/focus';
import { Markdown } from '@/messages/markdown/Markdown';
import { useEntities } from '@/state/store';
import { closeDialog } from '@/state/ui';
import css from './dialogs.module.css';

export function DeletePostDialog({ postId }: { postId: string }) {
  const post = useEntities((s) => s.posts[postId]);
  const [busy, setBusy] = useState(false);
  const deleted = useRef(false);
  if (!post) return null;
  const confirm = async () => {
    setBusy(true);
    deleted.current = true;
    await deleteMessage(postId);
    closeDialog();
  };
  return (
    <Dialog title={t('deletePost.title')} description={post.reply_count > 0 ? t('deletePost.withReplies') : t('deletePost.text')} closeLabel={t('action.close')} onClose={closeDialog} testId="delete-post-dialog" finalFocus={() => (deleted.current ? findComposer() : null)}>
      {post.message && <div className={css.quote}><Markdown text={post.message} team="" /></div>}
      <div className={css.buttons}>
        <Button autoFocus onClick={closeDialog}>{t('action.cancel')}</Button>
        <Button variant="danger" busy={busy} onClick={() => void confirm()} data-testid="delete-confirm">{t('action.delete')}</Button>
      </div>
    </Dialog>
  );
}

const messageShortcuts: Array<[string, MessageKey]> = [
  ['Enter', 'shortcuts.send'], ['Shift+Enter', 'shortcuts.newLine'], ['ArrowUp', 'shortcuts.editLast'], ['Mod+B', 'composer.bold'], ['Mod+I', 'composer.italic'],
  ['R', 'shortcuts.reply'], ['E', 'shortcuts.edit'],
];

export function ShortcutsDialog() {
  const keys = (shortcut: string) => <span>{formatShortcut(shortcut).map((k) => <Kbd key={k}>{k}</Kbd>)}</span>;
  return (
    <Dialog title={t('command.shortcuts')} closeLabel={t('action.close')} onClose={closeDialog}>
      <p className={css.subhead}>{t('shortcuts.navigation')}</p>
      <div className={css.keys}>{commands.filter((c) => c.shortcut).map((c) => [<div key={c.id}>{t(c.title)}</div>, <div key={`${c.id}-keys`}>{keys(c.shortcut ?? '')}</div>])}</div>
      <p className={css.subhead}>{t('shortcuts.messages')}</p>
      <div className={css.keys}>{messageShortcuts.map(([shortcut, title]) => [<div key={shortcut}>{t(title)}</div>, <div key={`${shortcut}-keys`}>{keys(shortcut)}</div>])}</div>
    </Dialog>
  );
}
