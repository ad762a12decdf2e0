// The editor of a message, in its row.
import type { Post } from '@mattermost/types/posts';
import { useEffect, useLayoutEffect, useRef, type KeyboardEvent } from 'react';
import { editMessage } from '@/data/posts';
import { Button } from '@/design/controls';
import { t, tn } from '@/i18n';
import { focusComposer } from '@/lib/focus';
import { cx, excessLength } from '@/lib/text';
import { useEntities } from '@/state/store';
import { discardEdit, saveEdit, openDialog, setEditing, useUi } from '@/state/ui';
import type { Place } from './place';
import { isInCodeBlock } from '../markdown/fences';
import css from './post.module.css';

export function EditBox({ post, place }: { post: Post; place: Place }) {
  // In the store, because the row is unmounted when it is scrolled out of view.
  const edit = useUi((s) => s.edits[post.id]);
  const text = edit?.text ?? post.message;
  const excess = excessLength(text.trimEnd(), Number(useEntities((s) => s.config.MaxPostSize)) || Infinity);
  const problem = excess > 0 ? tn('post.editTooLong', excess) : edit?.problem;
  const box = useRef<HTMLDivElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const element = area.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
  }, []);
  // Keeps the buttons below the growing text in view.
  useLayoutEffect(() => { box.current?.scrollIntoView({ block: 'nearest' }); }, [text, problem]);
  const close = () => {
    setEditing(null);
    discardEdit(post.id);
    focusComposer(place === 'thread' ? 'thread' : 'channel');
  };
  const save = () => {
    if (excess > 0) return;
    close();
    if (text.trim() === '' && !post.file_ids?.length) openDialog({ kind: 'delete-post', postId: post.id });
    else void editMessage(post.id, text, place);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const addsLine = event.shiftKey || (!event.ctrlKey && !event.metaKey && isInCodeBlock(text, event.currentTarget.selectionStart));
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && !addsLine && !event.nativeEvent.isComposing) save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={box} className={cx(css.edit, problem && css.editRejected)}>
      <textarea ref={area} dir="auto" className={css.editArea} value={text} rows={1} aria-label={t('post.edit')} data-testid="edit-input" aria-invalid={problem ? true : undefined} onChange={(e) => saveEdit(post.id, e.target.value)} onKeyDown={onKeyDown} />
      <div className={css.editFoot}>
        {problem ? <span className={css.editProblem} role="alert" data-testid="edit-problem">{problem}</span> : <span>{t('post.editHint')}</span>}
        <Button size="small" variant="ghost" onClick={close}>{t('action.cancel')}</Button>
        <Button size="small" variant="primary" data-testid="edit-save" disabled={excess > 0} onClick={save}>{t('action.save')}</Button>
      </div>
    </div>
  );
}
