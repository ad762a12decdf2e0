// The form for a new team.
import type { Team } from '@mattermost/types/teams';
import { useState, type FormEvent } from 'react';
import { Button, Checkbox, TextField } from '@/design/controls';
import { t } from '@/i18n';
import { siteUrl } from '@/lib/base';
import { localId } from '@/lib/ids';
import { slugify } from '@/lib/text';
import { createAndLoadTeam } from './actions';
import css from './auth.module.css';
import { FormError } from './FormError';

const RESERVED = new Set(['admin', 'api', 'channel', 'error', 'help', 'landing', 'login', 'mfa', 'oauth', 'plug', 'plugins', 'post', 'signup', 'boards', 'playbooks', 'admin_console', 'signup_user_complete', 'select_team', 'create_team', 'assets']);

export function TeamForm({ submit, onDone }: { submit: string; onDone: (team: Team) => void }) {
  const [displayName, setDisplayName] = useState('');
  const [address, setAddress] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  // A name without Latin letters needs an address as well.
  const [fallbackName] = useState(() => localId('team'));
  const slug = slugify(displayName);
  const name = address ?? (slug.length < 2 && displayName.trim() ? fallbackName : slug);
  const reserved = RESERVED.has(name);

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      onDone(await createAndLoadTeam(displayName, name, open));
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  };

  return (
    <form className={css.form} onSubmit={(e) => void onSubmit(e)} data-testid="team-form">
      <FormError error={error} />
      <TextField label={t('team.name')} placeholder={t('team.namePlaceholder')} autoFocus required tall maxLength={64} value={displayName} onChange={(e) => setDisplayName(e.target.value)} data-testid="team-name" />
      <TextField
        label={t('team.address')} required tall spellCheck={false} value={name} maxLength={64} error={reserved ? t('team.reserved') : null}
        hint={<span className={css.address}>{siteUrl()}/<b>{name || '…'}</b></span>}
        onChange={(e) => setAddress(slugify(e.target.value.replace(/\s$/, '-')) + (e.target.value.endsWith('-') ? '-' : ''))} data-testid="team-address"
      />
      <Checkbox checked={open} title={t('team.open')} hint={t('team.openHint')} onChange={setOpen} testId="team-open" />
      <Button type="submit" variant="primary" size="large" fullWidth busy={busy} disabled={name.length < 2 || reserved || !displayName.trim()} data-testid="team-submit">{submit}</Button>
    </form>
  );
}
