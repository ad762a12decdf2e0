// The composer's behaviour: draft, sending, slash commands, formatting keys, editing the last message.
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { runLocalCommand } from '@/commands/table';
import { runCommand, sendMessage } from '@/data/posts';
import { readDraft, subscribeDrafts, writeDraft } from '@/data/drafts';
import { sendTyping } from '@/data/session';
import { clearUploads, type Upload } from '@/data/uploads';
import { t, tn } from '@/i18n';
import { navigateTo } from '@/lib/navigate';
import { excessLength } from '@/lib/text';
import { isInCodeBlock } from '@/messages/markdown/fences';
import { getState, useEntities } from '@/state/store';
import { setEditing, toastError } from '@/state/ui';
import { warnAboutNonMembers } from './nonMembers';

interface Options {
  channelId: string;
  rootId: string;
  teamId: string;
  // The key of the draft, by which its text and files are kept.
  key: string;
  uploads: Upload[];
}

export function toggleWrap(text: string, start: number, end: number, mark: string): { text: string; start: number; end: number } {
  const inside = text.slice(start, end);
  const wrapped = text.slice(start - mark.length, start) === mark && text.slice(end, end + mark.length) === mark;
  if (wrapped) {
    return { text: text.slice(0, start - mark.length) + inside + text.slice(end + mark.length), start: start - mark.length, end: end - mark.length };
  }
  return { text: text.slice(0, start) + mark + inside + mark + text.slice(end), start: start + mark.length, end: end + mark.length };
}

function lastOwnPost(channelId: string, rootId: string): string | null {
  const s = getState();
  const ids = rootId ? s.replies[rootId]?.ids : s.timelines[channelId]?.ids;
  return [...(ids ?? [])].reverse().find((id) => {
    const post = s.posts[id];
    return post && post.user_id === s.meId && !post.type && post.id !== post.pending_post_id;
  }) ?? null;
}

// Measured in a box of fixed height, so that the list of messages does not change its height twice.
function sizeByContent(element: HTMLTextAreaElement): void {
  const box = element.parentElement;
  if (box) box.style.height = `${box.offsetHeight}px`;
  element.style.height = 'auto';
  element.style.height = `${element.scrollHeight}px`;
  if (box) box.style.height = '';
}

export function useComposer({ channelId, rootId, teamId, key, uploads }: Options) {
  const [text, setTextState] = useState(() => readDraft(key));
  // Sent once all files are uploaded: Enter was pressed before.
  const [queued, setQueued] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const caretAfter = useRef<[number, number] | null>(null);

  const setText = useCallback((next: string) => {
    setTextState(next);
    writeDraft(key, next);
  }, [key]);

  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    if (caretAfter.current) {
      element.setSelectionRange(...caretAfter.current);
      caretAfter.current = null;
    }
    // Browsers that size fields by content do this themselves.
    if (!CSS.supports?.('field-sizing', 'content')) sizeByContent(element);
  }, [text]);

  useEffect(() => {
    if (window.matchMedia('(hover: hover)').matches) area.current?.focus();
  }, [key]);

  useEffect(() => subscribeDrafts((restored) => {
    if (restored !== key) return;
    setTextState(readDraft(key));
    area.current?.focus();
  }), [key]);

  const replace = useCallback((next: string, start: number, end = start) => {
    caretAfter.current = [start, end];
    setText(next);
    area.current?.focus();
  }, [setText]);

  const insert = useCallback((piece: string) => {
    const element = area.current;
    const at = element?.selectionStart ?? text.length;
    const end = element?.selectionEnd ?? at;
    const lead = at > 0 && !/\s$/.test(text.slice(0, at)) ? ' ' : '';
    const next = `${text.slice(0, at)}${lead}${piece} ${text.slice(end)}`;
    replace(next, at + lead.length + piece.length + 1);
  }, [replace, text]);

  const pendingUpload = uploads.find((u) => !u.info && !u.error);
  const uploading = pendingUpload !== undefined;
  const failed = uploads.some((u) => u.error);
  const files = uploads.flatMap((u) => (u.info ? [u.info] : []));
  const excess = excessLength(text.trimEnd(), Number(useEntities((s) => s.config.MaxPostSize)) || Infinity);
  const canSend = !failed && excess === 0 && (text.trim() !== '' || uploads.length > 0);
  const hint = failed ? t('composer.fileFailed')
    : excess > 0 ? tn('composer.tooLong', excess)
      : queued && pendingUpload ? t('composer.waiting', { name: pendingUpload.name }) : '';

  const send = useCallback(() => {
    if (!canSend) return;
    if (uploading) {
      setQueued(true);
      return;
    }
    const message = text.trimEnd();
    if (message.startsWith('/') && files.length === 0) {
      setText('');
      if (runLocalCommand(message)) return;
      runCommand({ channelId, teamId, rootId, command: message }).then((answer) => {
        // An answer with text arrives as an ephemeral message.
        if (answer.goto_location?.startsWith('/')) navigateTo(answer.goto_location);
      }, (error: unknown) => {
        setText(message);
        toastError(error);
      });
      return;
    }
    setText('');
    clearUploads(key);
    void sendMessage({ channelId, rootId, message, files });
    // Without an answer there is no warning.
    warnAboutNonMembers(channelId, message).catch(() => undefined);
  }, [canSend, uploading, text, files, channelId, teamId, rootId, setText, key]);

  useEffect(() => {
    if (!queued || uploading) return;
    setQueued(false);
    send();
  }, [queued, uploading, send]);

  const wrap = useCallback((mark: string) => {
    const element = area.current;
    if (!element) return;
    const next = toggleWrap(text, element.selectionStart, element.selectionEnd, mark);
    replace(next.text, next.start, next.end);
  }, [replace, text]);

  const onKeyDown = useCallback((event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    const command = event.ctrlKey || event.metaKey;
    const caret = event.currentTarget.selectionStart;
    // Within an open code block Enter inserts a line break.
    if (event.key === 'Enter' && !event.shiftKey && (command || !isInCodeBlock(text, caret))) send();
    else if (command && event.key === 'b') wrap('**');
    else if (command && event.key === 'i') wrap('_');
    else if (command && event.shiftKey && event.key.toLowerCase() === 'c') wrap('`');
    else if (event.key === 'ArrowUp' && text === '') {
      const id = lastOwnPost(channelId, rootId);
      if (!id) return;
      setEditing(`${rootId ? 'thread' : 'channel'}:${id}`);
    } else return;
    event.preventDefault();
  }, [text, send, wrap, channelId, rootId]);

  const onChange = useCallback((next: string) => {
    setText(next);
    // The message is being changed again.
    setQueued(false);
    if (next.trim() !== '' && !next.startsWith('/')) sendTyping(channelId, rootId);
  }, [setText, channelId, rootId]);

  return { text, area, replace, insert, send, canSend, hint, wrap, onKeyDown, onChange };
}
