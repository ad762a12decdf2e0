// The custom status: an emoji, a text, and when it expires.
import { useState } from 'react';
import { setMyCustomStatus } from '@/data/users';
import { Button, RadioCard, TextField } from '@/design/controls';
import { Dialog, Popover } from '@/design/overlay';
import { Emoji } from '@/emoji/Emoji';
import { EmojiPicker } from '@/emoji/Picker';
import { t, type MessageKey } from '@/i18n';
import { endOfDay } from '@/lib/time';
import { customStatus } from '@/state/entities/users';
import { getState } from '@/state/store';
import { closeDialog, toastError } from '@/state/ui';
import css from './dialogs.module.css';

const HOUR_MS = 3_600_000;
const ends: Array<[string, MessageKey, (now: number) => number]> = [
  ['', 'status.never', () => 0],
  ['one_hour', 'status.oneHour', (now) => now + HOUR_MS],
  ['four_hours', 'status.fourHours', (now) => now + 4 * HOUR_MS],
  ['today', 'status.today', endOfDay],
];

export function CustomStatusDialog() {
  const [current] = useState(() => { const s = getState(); return customStatus(s.users[s.meId], Date.now()); });
  const [emoji, setEmoji] = useState(current?.emoji ?? 'speech_balloon');
  const [text, setText] = useState(current?.text ?? '');
  const [duration, setDuration] = useState('');
  const [picking, setPicking] = useState(false);
  const [busy, setBusy] = useState(false);
  const finish = async (clear: boolean) => {
    setBusy(true);
    try {
      const end = ends.find(([id]) => id === duration)?.[2](Date.now()) ?? 0;
      await setMyCustomStatus(clear ? null : { emoji, text: text.trim(), duration, expires_at: end ? new Date(end).toISOString() : '' });
      closeDialog();
    } catch (error) {
      toastError(error);
      setBusy(false);
    }
  };
  return (
    <Dialog title={t('status.custom')} closeLabel={t('action.close')} onClose={closeDialog} testId="custom-status-dialog">
      <form className={css.form} onSubmit={(e) => { e.preventDefault(); void finish(false); }}>
        <div className={css.statusLine}>
          <Popover label={t('emoji.title')} open={picking} onOpenChange={setPicking} trigger={<button type="button" className={css.statusEmoji} aria-label={t('emoji.title')}><Emoji name={emoji} /></button>}>
            <EmojiPicker onPick={(name) => { setPicking(false); setEmoji(name); }} />
          </Popover>
          <TextField autoFocus value={text} maxLength={100} placeholder={t('status.customPlaceholder')} aria-label={t('status.custom')} data-testid="custom-status-text" onChange={(e) => setText(e.target.value)} />
        </div>
        <p className={css.subhead}>{t('status.clearAfter')}</p>
        <div className={css.pair}>
          {ends.map(([id, title]) => <RadioCard key={id} name="clear-after" checked={duration === id} title={t(title)} onChoose={() => setDuration(id)} />)}
        </div>
        <div className={css.buttons}>
          {current && <Button busy={busy} onClick={() => void finish(true)} data-testid="custom-status-clear">{t('status.clear')}</Button>}
          <Button type="submit" variant="primary" busy={busy} disabled={text.trim() === ''} data-testid="custom-status-save">{t('action.save')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
