// Adding a bookmark to a channel, or changing one: a name, an emoji, and a link or a file.
import { FileText, SmilePlus } from 'lucide-react';
import { useRef, useState, type FormEvent } from 'react';
import { createBookmark, updateBookmark, type Bookmark } from '@/api/bookmarks';
import { uploadFile } from '@/api/files';
import { Button, RadioCard, TextField } from '@/design/controls';
import { Dialog, Popover } from '@/design/overlay';
import { Emoji } from '@/emoji/Emoji';
import { EmojiPicker } from '@/emoji/Picker';
import { t } from '@/i18n';
import { localId } from '@/lib/ids';
import { useEntities } from '@/state/store';
import { closeDialog, toastError } from '@/state/ui';
import { toAddress } from './bookmarkAddress';
import css from './dialogs.module.css';

const NAME_CHARS_MAX = 64;
const ADDRESS_CHARS_MAX = 1024;

export function BookmarkDialog({ channelId, bookmark }: { channelId: string; bookmark?: Bookmark }) {
  const meId = useEntities((s) => s.meId);
  const [kind, setKind] = useState<'link' | 'file'>(bookmark?.type === 'file' ? 'file' : 'link');
  const [name, setName] = useState(bookmark?.display_name ?? '');
  const [address, setAddress] = useState(bookmark?.link_url ?? '');
  const [emoji, setEmoji] = useState(bookmark?.emoji ?? '');
  const [file, setFile] = useState<File | null>(null);
  const [percent, setPercent] = useState<number | null>(null);
  const [picking, setPicking] = useState(false);
  const [busy, setBusy] = useState(false);
  const fileInput = useRef<HTMLInputElement>(null);
  const aborter = useRef(new AbortController());
  const fileName = file?.name ?? bookmark?.file?.name;
  const isComplete = kind === 'link' ? address.trim() !== '' : fileName !== undefined;

  const upload = async () => {
    if (!file) return undefined;
    const onProgress = (sent: number) => setPercent(file.size ? Math.round((100 * sent) / file.size) : 100);
    return (await uploadFile(channelId, localId(), file, { signal: aborter.current.signal, onProgress })).id;
  };
  const save = async () => {
    const own = { display_name: name.trim() || fileName?.slice(0, NAME_CHARS_MAX) || toAddress(address).slice(0, NAME_CHARS_MAX), emoji };
    if (kind === 'file') {
      const fileId = await upload();
      if (bookmark) await updateBookmark(channelId, bookmark.id, { ...own, file_id: fileId });
      else await createBookmark(channelId, { ...own, type: 'file', file_id: fileId ?? '' });
    } else if (bookmark) await updateBookmark(channelId, bookmark.id, { ...own, link_url: toAddress(address) });
    else await createBookmark(channelId, { ...own, type: 'link', link_url: toAddress(address) });
  };
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await save();
      closeDialog();
    } catch (error) {
      if (!aborter.current.signal.aborted) toastError(error);
      setBusy(false);
      setPercent(null);
    }
  };
  const close = () => {
    aborter.current.abort();
    closeDialog();
  };

  return (
    <Dialog title={t(bookmark ? 'bookmark.edit' : 'bookmark.add')} description={t(bookmark && bookmark.owner_id !== meId ? 'bookmark.ofOther' : 'bookmark.text')} closeLabel={t('action.close')} onClose={close} testId="bookmark-dialog">
      <form className={css.form} onSubmit={(e) => void onSubmit(e)}>
        {!bookmark && (
          <div className={css.pair}>
            <RadioCard name="bookmark-kind" checked={kind === 'link'} title={t('bookmark.address')} onChoose={() => setKind('link')} />
            <RadioCard name="bookmark-kind" checked={kind === 'file'} title={t('bookmark.file')} onChoose={() => setKind('file')} />
          </div>
        )}
        {kind === 'link'
          ? <TextField autoFocus required label={t('bookmark.address')} hint={t('bookmark.addressHint')} maxLength={ADDRESS_CHARS_MAX} value={address} onChange={(e) => setAddress(e.target.value)} data-testid="bookmark-address" />
          : (
            <div className={css.choice}>
              <input ref={fileInput} type="file" hidden data-testid="bookmark-file" onChange={(e) => setFile(e.target.files?.[0] ?? null)} />
              <Button onClick={() => fileInput.current?.click()}><FileText size={16} />{fileName ?? t('bookmark.chooseFile')}</Button>
            </div>
          )}
        <div className={css.statusLine}>
          <Popover label={t('emoji.title')} open={picking} onOpenChange={setPicking} trigger={<button type="button" className={css.statusEmoji} aria-label={t('emoji.title')}>{emoji ? <Emoji name={emoji} /> : <SmilePlus size={18} />}</button>}>
            <EmojiPicker onPick={(picked) => { setPicking(false); setEmoji(picked); }} />
          </Popover>
          <TextField value={name} maxLength={NAME_CHARS_MAX} placeholder={t('bookmark.name')} aria-label={t('bookmark.name')} onChange={(e) => setName(e.target.value)} data-testid="bookmark-name" />
        </div>
        {percent !== null && <p className={css.note} role="status">{t('bookmark.uploading', { percent })}</p>}
        <div className={css.buttons}>
          <Button onClick={close}>{t('action.cancel')}</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={!isComplete} data-testid="bookmark-save">{t(bookmark ? 'action.save' : 'action.add')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
