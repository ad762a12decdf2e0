// Which messages come by mail: how often, and when not.
import type { UserNotifyProps } from '@mattermost/types/users';
import { Checkbox, RadioCard, TextField } from '@/design/controls';
import { t, type MessageKey } from '@/i18n';
import css from './dialogs.module.css';

// Mattermost's preferences; the last two intervals and the quiet hours are the server's own.
export const MAIL_CATEGORY = 'notifications';
export const MAIL_INTERVAL = 'email_interval';
export const MAIL_QUIET_HOURS = 'email_quiet_hours';
const AT_ONCE = '30';
const DEFAULT_INTERVAL = '900';
const intervals: Array<[string, MessageKey]> = [[AT_ONCE, 'settings.mailAtOnce'], [DEFAULT_INTERVAL, 'settings.mailQuarter'], ['3600', 'settings.mailHour'], ['86400', 'settings.mailDaily'], ['604800', 'settings.mailWeekly']];
const DEFAULT_QUIET_HOURS = '22:00-07:00';

interface Props {
  notifyProps: Pick<UserNotifyProps, 'email'> & { email_threads?: string };
  interval: string | undefined;
  quietHours: string | undefined;
  // Whether one can choose how often.
  batching: boolean;
  onNotifyProps: (patch: Partial<UserNotifyProps>) => void;
  onInterval: (interval: string) => void;
  onQuietHours: (quietHours: string) => void;
}

export function MailNotificationSettings({ notifyProps, interval, quietHours, batching, onNotifyProps, onInterval, onQuietHours }: Props) {
  const on = notifyProps.email !== 'false';
  const shown = batching ? intervals : intervals.slice(0, 1);
  const known = shown.some(([value]) => value === interval) ? interval : shown[shown.length > 1 ? 1 : 0]?.[0];
  const choose = (value: string) => {
    onNotifyProps({ email: 'true' });
    if (batching) onInterval(value);
  };
  const [from = '', to = ''] = (quietHours ?? '').split('-');
  return (
    <>
      <p className={css.subhead}>{t('settings.mail')}</p>
      <RadioCard name="mail" checked={!on} title={t('settings.mailNever')} onChoose={() => onNotifyProps({ email: 'false' })} />
      {shown.map(([value, title]) => <RadioCard key={value} name="mail" checked={on && value === known} title={t(title)} onChoose={() => choose(value)} />)}
      {on && <Checkbox title={t('settings.mailThreads')} checked={notifyProps.email_threads !== 'mention'} testId="mail-threads" onChange={(all) => onNotifyProps({ email_threads: all ? 'all' : 'mention' })} />}
      {on && <Checkbox title={t('settings.mailQuietHours')} hint={t('settings.mailQuietHoursHint')} checked={from !== ''} testId="mail-quiet" onChange={(quiet) => onQuietHours(quiet ? DEFAULT_QUIET_HOURS : '')} />}
      {on && from !== '' && (
        <div className={css.times}>
          <TextField label={t('settings.mailQuietFrom')} type="time" required value={from} data-testid="mail-quiet-from" onChange={(e) => e.target.value && onQuietHours(`${e.target.value}-${to}`)} />
          <TextField label={t('settings.mailQuietTo')} type="time" required value={to} data-testid="mail-quiet-to" onChange={(e) => e.target.value && onQuietHours(`${from}-${e.target.value}`)} />
        </div>
      )}
    </>
  );
}
