// The user's settings: profile, appearance, notifications, password.
import { X } from 'lucide-react';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { avatarUrl, getMe, patchMe, updatePassword, uploadAvatar } from '@/api/users';
import { getOwnLimits } from '@/api/limits';
import { passwordRule } from '@/data/passwordRule';
import { setPreference } from '@/data/users';
import { Avatar } from '@/design/primitives';
import { Button, Checkbox, IconButton, RadioCard, TextField } from '@/design/controls';
import { Dialog } from '@/design/overlay';
import { t, type MessageKey } from '@/i18n';
import { formatBytes } from '@/lib/text';
import { DISPLAY_SETTINGS, EMOTICONS, FORMULAS, useParseOptions } from '@/messages/markdown/options';
import { displayName, receiveUsers } from '@/state/entities/users';
import { apply, useEntities } from '@/state/store';
import { closeDialog, setTheme, toast, toastError, useUi, type Theme } from '@/state/ui';
import { AttributeSettings } from './AttributeSettings';
import { AuthorizedApps } from './AuthorizedApps';
import css from './dialogs.module.css';
import { DataExportSettings } from './DataExportSettings';
import { NotificationSettings } from './NotificationSettings';
import { PasskeySettings } from './PasskeySettings';
import { SecondFactorSettings } from './SecondFactorSettings';

export type SettingsTab = 'profile' | 'appearance' | 'notifications' | 'security';
const tabs = [['profile', 'settings.profile'], ['appearance', 'settings.appearance'], ['notifications', 'settings.notifications'], ['security', 'settings.security']] as const;

export function SettingsDialog({ initialTab = 'profile' }: { initialTab?: SettingsTab }) {
  const [tab, setTab] = useState<SettingsTab>(initialTab);
  return (
    <Dialog title={t('command.settings')} closeLabel={t('action.close')} onClose={closeDialog} hideTitle large testId="settings-dialog">
      <div className={css.settingsHead}><h2>{t('command.settings')}</h2><IconButton label={t('action.close')} onClick={closeDialog}><X size={18} /></IconButton></div>
      <div className={css.tabs}>
        <div className={css.tabList} role="tablist">
          {tabs.map(([id, title]) => <button key={id} type="button" role="tab" aria-selected={tab === id} className={css.tab} onClick={() => setTab(id)}>{t(title)}</button>)}
        </div>
        <div className={css.tabBody} role="tabpanel">
          {tab === 'profile' && <Profile />}
          {tab === 'appearance' && <Appearance />}
          {tab === 'notifications' && <NotificationSettings />}
          {tab === 'security' && <><Security /><PasskeySettings /><SecondFactorSettings /><AuthorizedApps /><DataExportSettings /></>}
        </div>
      </div>
    </Dialog>
  );
}

// What one stores, and may store.
function StorageUse() {
  const { data } = useQuery({ queryKey: ['ownLimits'], queryFn: () => getOwnLimits(), staleTime: 0 });
  if (!data) return null;
  const { bytes, files, storage_bytes: max, file_bytes: fileBytes } = data;
  return (
    <div className={css.storage} data-testid="storage-use">
      <p>
        <b>{t('settings.files')}</b>
        <span>{max > 0 ? t('settings.filesUsedOf', { used: formatBytes(bytes), max: formatBytes(max) }) : t('settings.filesUsed', { used: formatBytes(bytes), count: files })}</span>
      </p>
      {max > 0 && <meter min={0} max={max} high={max * 0.8} optimum={0} value={Math.min(bytes, max)} aria-label={t('settings.files')} />}
      {fileBytes > 0 && <p className={css.storageHint}>{t('settings.largestFile', { size: formatBytes(fileBytes) })}</p>}
    </div>
  );
}

function Profile() {
  const me = useEntities((s) => s.users[s.meId]);
  const [form, setForm] = useState({ first_name: me?.first_name ?? '', last_name: me?.last_name ?? '', nickname: me?.nickname ?? '', position: me?.position ?? '' });
  const [busy, setBusy] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  if (!me) return null;
  const field = (name: keyof typeof form, label: MessageKey, hint?: MessageKey) => (
    <TextField label={t(label)} hint={hint && t(hint)} value={form[name]} maxLength={64} onChange={(e) => setForm({ ...form, [name]: e.target.value })} data-testid={`profile-${name}`} />
  );
  const save = async () => {
    setBusy(true);
    try {
      const user = await patchMe(form);
      apply((s) => receiveUsers(s, [user]));
      toast(t('toast.saved'), 'success');
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  };
  const upload = async (image: File | undefined) => {
    if (!image) return;
    try {
      await uploadAvatar(me.id, image);
      const user = await getMe();
      apply((s) => receiveUsers(s, [{ ...user, last_picture_update: user.last_picture_update || Date.now() }]));
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <div className={css.form}>
      <div className={css.avatarRow}>
        <Avatar id={me.id} name={displayName(me)} size={64} src={me.last_picture_update ? avatarUrl(me.id, me.last_picture_update) : undefined} />
        <Button size="small" onClick={() => file.current?.click()}>{t('settings.picture')}</Button>
        <input ref={file} type="file" accept="image/png,image/jpeg,image/gif,image/webp" hidden onChange={(e) => void upload(e.target.files?.[0])} />
      </div>
      <div className={css.pair}>{field('first_name', 'settings.firstName')}{field('last_name', 'settings.lastName')}</div>
      {field('nickname', 'settings.nickname', 'settings.nicknameHint')}
      {field('position', 'settings.position')}
      <div className={css.buttons}><Button variant="primary" busy={busy} onClick={() => void save()}>{t('action.save')}</Button></div>
      <AttributeSettings userId={me.id} />
      <StorageUse />
    </div>
  );
}

const themes: Array<[Theme, MessageKey, MessageKey]> = [
  ['system', 'theme.system', 'theme.systemHint'], ['light', 'theme.light', 'theme.lightHint'], ['dark', 'theme.dark', 'theme.darkHint'],
];

function Appearance() {
  const theme = useUi((s) => s.theme);
  const { emoticons, formulas } = useParseOptions();
  const set = (name: string) => (on: boolean) => void setPreference(DISPLAY_SETTINGS, name, String(on));
  return (
    <div className={css.form}>
      {themes.map(([id, title, hint]) => <RadioCard key={id} name="theme" checked={theme === id} title={t(title)} hint={t(hint)} onChoose={() => setTheme(id)} />)}
      <p className={css.subhead}>{t('settings.messages')}</p>
      <Checkbox title={t('settings.emoticons')} hint={t('settings.emoticonsHint')} checked={emoticons ?? false} testId="emoticons" onChange={set(EMOTICONS)} />
      <Checkbox title={t('settings.formulas')} hint={t('settings.formulasHint')} checked={formulas ?? false} testId="formulas" onChange={set(FORMULAS)} />
    </div>
  );
}

function Security() {
  const meId = useEntities((s) => s.meId);
  const config = useEntities((s) => s.config);
  const rule = passwordRule(config);
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      await updatePassword(meId, current, next);
      toast(t('toast.saved'), 'success');
      setCurrent('');
      setNext('');
    } catch (cause) {
      setError((cause as Error).message);
    }
    setBusy(false);
  };
  return (
    <div className={css.form}>
      <p className={css.subhead}>{t('settings.password')}</p>
      <TextField type="password" autoComplete="current-password" label={t('settings.currentPassword')} value={current} error={error} onChange={(e) => setCurrent(e.target.value)} />
      <TextField type="password" autoComplete="new-password" label={t('settings.newPassword')} hint={rule.hint} value={next} onChange={(e) => setNext(e.target.value)} />
      <div className={css.buttons}><Button variant="primary" busy={busy} disabled={!current || !rule.accepts(next)} onClick={() => void save()}>{t('settings.changePassword')}</Button></div>
    </div>
  );
}
