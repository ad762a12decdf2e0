// Changing a message where it stands.
import type { Post } from '@mattermost/types/posts';
import { useEffect, useLayoutEffect, useRef, type KeyboardEvent } from 'react';
import { editMessage } from '@/data/posts';
import { Button } from '@/design/controls';
import { t, tn } from '@/i18n';
import { refocus } from '@/lib/focus';
import { cx, excess } from '@/lib/text';
import { useEntities } from '@/state/store';
import { dropEdit, keepEdit, openDialog, setEditing, useUi } from '@/state/ui';
import type { Place } from './place';
import css from './post.module.css';

export function EditBox({ post, place }: { post: Post; place: Place }) {
  // Kept outside, for the row may leave the page while somebody scrolls.
  const edit = useUi((s) => s.edits[post.id]);
  const text = edit?.text ?? post.message;
  const over = excess(text.trimEnd(), Number(useEntities((s) => s.config.MaxPostSize)) || Infinity);
  const problem = over > 0 ? tn('post.editTooLong', over) : edit?.problem;
  const box = useRef<HTMLDivElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const element = area.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
  }, []);
  // The buttons and what is wrong stand below the text that grows.
  useLayoutEffect(() => { box.current?.scrollIntoView({ block: 'nearest' }); }, [text, problem]);
  const close = () => {
    setEditing(null);
    dropEdit(post.id);
    refocus(place === 'thread' ? 'thread' : 'channel');
  };
  const save = () => {
    if (over > 0) return;
    close();
    if (text.trim() === '' && !post.file_ids?.length) openDialog({ kind: 'delete-post', postId: post.id });
    else void editMessage(post.id, text, place);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={box} className={cx(css.edit, problem && css.editRefused)}>
      <textarea ref={area} dir="auto" className={css.editArea} value={text} rows={1} aria-label={t('post.edit')} data-testid="edit-input" aria-invalid={problem ? true : undefined} onChange={(e) => keepEdit(post.id, e.target.value)} onKeyDown={onKeyDown} />
      <div className={css.editFoot}>
        {problem ? <span className={css.editProblem} role="alert" data-testid="edit-problem">{problem}</span> : <span>{t('post.editHint')}</span>}
        <Button size="small" tone="ghost" onClick={close}>{t('action.cancel')}</Button>
        <Button size="small" tone="primary" data-testid="edit-save" disabled={over > 0} onClick={save}>{t('action.save')}</Button>
      </div>
    </div>
  );
}
