// Adding a passkey: the password, a name, and then the browser's own dialog.
import { useState, type FormEvent } from 'react';
import { createPasskey, suggestedName } from '@/data/passkeys';
import { Button, TextField } from '@/design/controls';
import { t } from '@/i18n';
import css from './security.module.css';

export function AddPasskey({ onDone, onCancel }: { onDone: () => void; onCancel: () => void }) {
  const [password, setPassword] = useState('');
  const [name, setName] = useState(suggestedName);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setBusy(true);
    setError(null);
    try {
      await createPasskey(password, name);
      onDone();
    } catch (cause) {
      setError((cause as Error).message);
      setBusy(false);
    }
  };

  return (
    <form className={css.form} onSubmit={(e) => void onSubmit(e)} data-testid="passkey-form">
      <p className={css.text}>{t('passkey.addText')}</p>
      <TextField label={t('passkey.nameLabel')} required maxLength={64} value={name} onChange={(e) => setName(e.target.value)} data-testid="passkey-name" />
      <TextField type="password" autoComplete="current-password" label={t('settings.currentPassword')} hint={t('passkey.passwordHint')} autoFocus value={password} error={error} onChange={(e) => setPassword(e.target.value)} data-testid="passkey-password" />
      <div className={css.buttons}>
        <Button onClick={onCancel}>{t('action.cancel')}</Button>
        <Button type="submit" variant="primary" busy={busy} disabled={!name.trim()} data-testid="passkey-add-confirm">{t('passkey.add')}</Button>
      </div>
    </form>
  );
}
