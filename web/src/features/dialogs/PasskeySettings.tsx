// One's passkeys: adding, naming and removing them.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Pencil, Trash2 } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { getPasskeys, removePasskey, renamePasskey, type Passkey } from '@/api/passkeys';
import { hasPasskeys } from '@/data/passkeys';
import { Button, IconButton, TextField } from '@/design/controls';
import { t } from '@/i18n';
import { formatDateAndTime } from '@/lib/time';
import { AddPasskey } from '@/security/AddPasskey';
import { useEntities } from '@/state/store';
import { toastError } from '@/state/ui';
import css from './dialogs.module.css';

export function PasskeySettings() {
  const isEnabled = useEntities((s) => s.config.EnablePasskeys === 'true');
  const queries = useQueryClient();
  const { data } = useQuery({ queryKey: ['passkeys'], queryFn: getPasskeys, staleTime: 0 });
  const [isAdding, setAdding] = useState(false);
  const reload = () => void queries.invalidateQueries({ queryKey: ['passkeys'] });
  const onAdded = () => {
    setAdding(false);
    reload();
  };
  if (!isEnabled && !data?.length) return null;
  return (
    <div className={css.form} data-testid="passkey-settings">
      <p className={css.subhead}>{t('passkey.title')}</p>
      {isAdding ? <AddPasskey onDone={onAdded} onCancel={() => setAdding(false)} /> : (
        <>
          <p className={css.note}>{t(hasPasskeys() ? 'passkey.hint' : 'passkey.notHere')}</p>
          {!!data?.length && <ul className={css.items}>{data.map((passkey) => <Item key={passkey.id} passkey={passkey} onChange={reload} />)}</ul>}
          {isEnabled && hasPasskeys() && <div className={css.buttons}><Button onClick={() => setAdding(true)} data-testid="passkey-add">{t('passkey.add')}</Button></div>}
        </>
      )}
    </div>
  );
}

function Item({ passkey, onChange }: { passkey: Passkey; onChange: () => void }) {
  const [step, setStep] = useState<'rename' | 'remove' | null>(null);
  const close = () => setStep(null);
  const onDone = () => {
    close();
    onChange();
  };
  return (
    <li className={css.item} data-testid="passkey">
      {step === 'rename' ? <Rename passkey={passkey} onDone={onDone} onCancel={close} /> : (
        <>
          <span className={css.icon}><KeyRound size={18} /></span>
          <span className={css.rowText}>
            <b dir="auto">{passkey.name}</b>
            <span>{passkey.last_used_at ? t('passkey.used', { date: formatDateAndTime(passkey.last_used_at) }) : t('passkey.neverUsed')}{passkey.domain !== window.location.hostname && ` · ${passkey.domain}`}</span>
          </span>
          {step === 'remove' ? (
            <>
              <Button size="small" onClick={close}>{t('action.cancel')}</Button>
              <Button size="small" variant="danger" onClick={() => void removePasskey(passkey.id).then(onDone).catch(toastError)} data-testid="passkey-remove-confirm">{t('passkey.remove')}</Button>
            </>
          ) : (
            <>
              <IconButton label={t('passkey.rename')} onClick={() => setStep('rename')} data-testid="passkey-rename"><Pencil size={16} /></IconButton>
              <IconButton label={t('passkey.remove')} onClick={() => setStep('remove')} data-testid="passkey-remove"><Trash2 size={16} /></IconButton>
            </>
          )}
        </>
      )}
    </li>
  );
}

function Rename({ passkey, onDone, onCancel }: { passkey: Passkey; onDone: () => void; onCancel: () => void }) {
  const [name, setName] = useState(passkey.name);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void renamePasskey(passkey.id, name).then(onDone).catch(toastError);
  };
  return (
    <form className={css.rename} onSubmit={onSubmit}>
      <TextField aria-label={t('passkey.nameLabel')} autoFocus maxLength={64} value={name} onChange={(e) => setName(e.target.value)} data-testid="passkey-new-name" />
      <Button size="small" onClick={onCancel}>{t('action.cancel')}</Button>
      <Button size="small" type="submit" variant="primary" disabled={!name.trim()} data-testid="passkey-rename-confirm">{t('action.save')}</Button>
    </form>
  );
}
