// Changing a message where it stands.
import type { Post } from '@mattermost/types/posts';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { editMessage } from '@/data/posts';
import { Button } from '@/design/controls';
import { t } from '@/i18n';
import { refocus } from '@/lib/focus';
import { openDialog, setEditing } from '@/state/ui';
import css from './post.module.css';
import type { Place } from './PostRow';

export function EditBox({ post, place }: { post: Post; place: Place }) {
  const [text, setText] = useState(post.message);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const element = area.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
    element?.scrollIntoView({ block: 'nearest' });
  }, []);
  const close = () => {
    setEditing(null);
    refocus(place === 'thread' ? 'thread' : 'channel');
  };
  const save = () => {
    close();
    if (text.trim() === '' && !post.file_ids?.length) openDialog({ kind: 'delete-post', postId: post.id });
    else void editMessage(post.id, text);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={css.edit}>
      <textarea ref={area} dir="auto" className={css.editArea} value={text} rows={1} aria-label={t('post.edit')} data-testid="edit-input" onChange={(e) => setText(e.target.value)} onKeyDown={onKeyDown} />
      <div className={css.editFoot}>
        <span>{t('post.editHint')}</span>
        <Button size="small" tone="ghost" onClick={close}>{t('action.cancel')}</Button>
        <Button size="small" tone="primary" data-testid="edit-save" onClick={save}>{t('action.save')}</Button>
      </div>
    </div>
  );
}
