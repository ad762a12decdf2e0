// The message composer, used under a channel and under a thread.
import { ArrowUp, Bold, Code, Italic, Paperclip, Smile } from 'lucide-react';
import { useEffect, useRef, useState, type ClipboardEvent } from 'react';
import { createPortal } from 'react-dom';
import { draftKey } from '@/data/drafts';
import { addUploads, removeUpload, restoreStoredUploads, retryUpload, useDraftUploads } from '@/data/uploads';
import { IconButton } from '@/design/controls';
import { Popover } from '@/design/overlay';
import { EmojiPicker } from '@/emoji/Picker';
import { t } from '@/i18n';
import { cx } from '@/lib/text';
import css from './composer.module.css';
import { Suggestions } from './Suggestions';
import { Typing } from './Typing';
import { UploadList } from './UploadList';
import { useComposer } from './useComposer';
import { useDrop } from './useDrop';
import { useSuggestions } from './useSuggestions';

interface ComposerProps {
  channelId: string;
  rootId?: string;
  teamId: string;
  placeholder: string;
  disabledReason?: string;
}

export function Composer({ channelId, rootId = '', teamId, placeholder, disabledReason }: ComposerProps) {
  const key = draftKey(channelId, rootId);
  const uploads = useDraftUploads(key);
  useEffect(() => void restoreStoredUploads(key, channelId), [key, channelId]);
  const add = (files: File[]) => addUploads(key, channelId, files);
  const composer = useComposer({ channelId, rootId, teamId, key, uploads });
  const { text, area, replace, insert, send, canSend, hint, wrap } = composer;
  const suggestions = useSuggestions({ text, area, context: { teamId, channelId }, replace });
  const box = useRef<HTMLDivElement>(null);
  const filePicker = useRef<HTMLInputElement>(null);
  const [emojiOpen, setEmojiOpen] = useState(false);
  const { zone: dropZone, dragging } = useDrop(box, add);

  // Typing without a focused field goes to the composer.
  useEffect(() => {
    if (rootId) return undefined;
    const onKey = (event: globalThis.KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey || event.key === ' ') return;
      if (target !== document.body) return;
      area.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [rootId, area]);

  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return;
    event.preventDefault();
    const stamp = new Date().toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.');
    add(files.map((file) => (file.name === 'image.png' ? new File([file], `Pasted ${stamp}.png`, { type: file.type }) : file)));
  };

  if (disabledReason) return <div className={css.wrap}><p className={css.disabled} data-testid="composer-disabled">{disabledReason}</p></div>;

  return (
    <div className={css.wrap} ref={box}>
      <div className={css.anchor}>
        {suggestions.open && <Suggestions id={`suggest-${rootId || 'main'}`} list={suggestions.list} active={suggestions.active} onPick={suggestions.pick} onHover={suggestions.setActive} />}
      </div>
      <div className={css.box}>
        <UploadList uploads={uploads} onRemove={(upload) => removeUpload(key, upload)} onRetry={(upload) => retryUpload(key, upload)} />
        <textarea
          ref={area}
          className={css.area}
          rows={1}
          dir="auto"
          data-composer={rootId ? 'thread' : 'channel'}
          value={text}
          placeholder={placeholder}
          aria-label={placeholder}
          aria-autocomplete="list"
          aria-controls={suggestions.open ? `suggest-${rootId || 'main'}` : undefined}
          aria-activedescendant={suggestions.open ? `suggest-${rootId || 'main'}-${suggestions.active}` : undefined}
          data-testid={rootId ? 'thread-composer' : 'composer'}
          onChange={(e) => composer.onChange(e.target.value)}
          onSelect={suggestions.update}
          onBlur={suggestions.close}
          onPaste={onPaste}
          onKeyDown={(event) => { if (!suggestions.onKeyDown(event)) composer.onKeyDown(event); }}
        />
        {hint && <p className={cx(css.hint, !canSend && css.error)} role="status" data-testid="composer-hint">{hint}</p>}
        <div className={css.bar}>
          <IconButton label={t('composer.attach')} onClick={() => filePicker.current?.click()}><Paperclip size={18} /></IconButton>
          <Popover
            label={t('emoji.title')} side="top" open={emojiOpen} onOpenChange={setEmojiOpen}
            trigger={<button type="button" className={css.tool} aria-label={t('emoji.title')} title={t('emoji.title')}><Smile size={18} /></button>}
          >
            <EmojiPicker onPick={(name, character) => { setEmojiOpen(false); insert(character || `:${name}:`); }} />
          </Popover>
          <span className={css.formats}>
            <IconButton label={t('composer.bold')} shortcut="Ctrl B" onMouseDown={(e) => e.preventDefault()} onClick={() => wrap('**')}><Bold size={16} /></IconButton>
            <IconButton label={t('composer.italic')} shortcut="Ctrl I" onMouseDown={(e) => e.preventDefault()} onClick={() => wrap('_')}><Italic size={16} /></IconButton>
            <IconButton label={t('composer.code')} onMouseDown={(e) => e.preventDefault()} onClick={() => wrap('`')}><Code size={17} /></IconButton>
          </span>
          <span className={css.space} />
          <button type="button" className={cx(css.send, canSend && css.enabled)} disabled={!canSend} aria-label={t('composer.send')} title={t('composer.send')} data-testid={rootId ? 'thread-send' : 'send'} onMouseDown={(e) => e.preventDefault()} onClick={send}>
            <ArrowUp size={18} strokeWidth={2.4} />
          </button>
        </div>
        <input ref={filePicker} type="file" multiple hidden data-testid={rootId ? 'thread-file-input' : 'file-input'} onChange={(e) => { add([...(e.target.files ?? [])]); e.target.value = ''; }} />
      </div>
      <Typing channelId={channelId} rootId={rootId} />
      {dropZone && dragging && createPortal(<div className={css.drop}><div><Paperclip size={22} />{t('composer.drop')}</div></div>, dropZone)}
    </div>
  );
}
