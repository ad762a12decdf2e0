// Which messages notify the user: the device's switch, and the settings of the account.
import type { UserNotifyProps } from '@mattermost/types/users';
import { useState } from 'react';
import { patchMe } from '@/api/users';
import { notificationsOn, setNotifications, supportsNotifications } from '@/data/notifications';
import { setPreference } from '@/data/users';
import { Button, Checkbox, RadioCard, TextField } from '@/design/controls';
import { t, type MessageKey } from '@/i18n';
import { preference, receiveUsers } from '@/state/entities/users';
import { apply, useEntities } from '@/state/store';
import { toast, toastError } from '@/state/ui';
import css from './dialogs.module.css';
import { MAIL_CATEGORY, MAIL_INTERVAL, MAIL_QUIET_HOURS, MailNotificationSettings } from './MailNotificationSettings';

const levels: Array<[UserNotifyProps['desktop'], MessageKey]> = [['all', 'settings.levelAll'], ['mention', 'settings.levelMention'], ['none', 'settings.levelNone']];

const KEYWORDS_LENGTH_MAX = 500;

function DeviceSwitch() {
  const [on, setOn] = useState(notificationsOn);
  const change = async (next: boolean) => {
    const granted = await setNotifications(next);
    setOn(granted);
    if (next && !granted) toast(t('settings.blocked'), 'error');
  };
  return (
    <label className={css.switch}>
      <span><b>{t('settings.desktop')}</b><small>{supportsNotifications() ? t('settings.desktopHint') : t('settings.unsupported')}</small></span>
      <input type="checkbox" checked={on} disabled={!supportsNotifications()} onChange={(e) => void change(e.target.checked)} />
    </label>
  );
}

export function NotificationSettings() {
  const stored = useEntities((s) => s.users[s.meId]?.notify_props);
  const sendsMail = useEntities((s) => s.config.SendEmailNotifications === 'true');
  const batching = useEntities((s) => s.config.EnableEmailBatching === 'true');
  const interval = useEntities((s) => preference(s, MAIL_CATEGORY, MAIL_INTERVAL));
  const quietHours = useEntities((s) => preference(s, MAIL_CATEGORY, MAIL_QUIET_HOURS));
  const [changes, setChanges] = useState<Partial<UserNotifyProps>>({});
  const [preferences, setPreferences] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  if (!stored) return null;
  const props = { ...stored, ...changes };
  const change = (patch: Partial<UserNotifyProps>) => setChanges({ ...changes, ...patch });
  const save = async () => {
    setBusy(true);
    try {
      const user = await patchMe({ notify_props: props });
      apply((s) => receiveUsers(s, [user]));
      for (const [name, value] of Object.entries(preferences)) await setPreference(MAIL_CATEGORY, name, value);
      setChanges({});
      setPreferences({});
      toast(t('toast.saved'), 'success');
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  };
  return (
    <div className={css.form}>
      <DeviceSwitch />
      <p className={css.subhead}>{t('settings.messages')}</p>
      {levels.map(([level, title]) => <RadioCard key={level} name="desktop" checked={props.desktop === level} title={t(title)} onChoose={() => change({ desktop: level })} />)}
      <Checkbox title={t('settings.threads')} checked={props.desktop_threads !== 'mention'} testId="notify-threads" onChange={(on) => change({ desktop_threads: on ? 'all' : 'mention' })} />
      <Checkbox title={t('settings.sound')} checked={props.desktop_sound !== 'false'} testId="notify-sound" onChange={(on) => change({ desktop_sound: on ? 'true' : 'false' })} />
      <TextField label={t('settings.keywords')} hint={t('settings.keywordsHint')} value={props.mention_keys ?? ''} maxLength={KEYWORDS_LENGTH_MAX} data-testid="notify-keywords" onChange={(e) => change({ mention_keys: e.target.value })} />
      <Checkbox title={t('settings.byFirstName')} hint={t('settings.byFirstNameHint')} checked={props.first_name === 'true'} testId="notify-first-name" onChange={(on) => change({ first_name: on ? 'true' : 'false' })} />
      <Checkbox title={t('settings.everyone')} hint={t('settings.everyoneHint')} checked={props.channel !== 'false'} testId="notify-everyone" onChange={(on) => change({ channel: on ? 'true' : 'false' })} />
      {sendsMail && (
        <MailNotificationSettings
          notifyProps={props} interval={preferences[MAIL_INTERVAL] ?? interval} quietHours={preferences[MAIL_QUIET_HOURS] ?? quietHours} batching={batching}
          onNotifyProps={change} onInterval={(value) => setPreferences((all) => ({ ...all, [MAIL_INTERVAL]: value }))} onQuietHours={(value) => setPreferences((all) => ({ ...all, [MAIL_QUIET_HOURS]: value }))}
        />
      )}
      <div className={css.buttons}><Button variant="primary" busy={busy} disabled={Object.keys({ ...changes, ...preferences }).length === 0} data-testid="notify-save" onClick={() => void save()}>{t('action.save')}</Button></div>
    </div>
  );
}
