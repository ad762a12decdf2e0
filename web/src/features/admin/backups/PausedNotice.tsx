// Says that a restored server makes no backups, and why, with the button that ends that.
import type { BackupPause } from '@/api/backups';
import { Button } from '@/design/controls';
import { t } from '@/i18n/admin';
import { formatDateAndTime } from '@/lib/time';
import { SeverityLabel } from '../SeverityLabel';
import css from './backups.module.css';

interface PausedNoticeProps {
  pause: BackupPause;
  isBusy: boolean;
  onResume: () => void;
}

export function PausedNotice({ pause, isBusy, onResume }: PausedNoticeProps) {
  const restored = { at: formatDateAndTime(pause.restored_at), location: pause.restored_from, state: formatDateAndTime(pause.state_at) };
  return (
    <section className={css.paused} aria-label={t('backups.paused.title')} data-testid="backups-paused">
      <SeverityLabel severity="warning" text={t('backups.paused.title')} />
      <p>{t('backups.paused.text', restored)}</p>
      <p>{t('backups.paused.choice')}</p>
      <Button variant="primary" busy={isBusy} data-testid="backups-resume" onClick={onResume}>{t('backups.resume')}</Button>
    </section>
  );
}
