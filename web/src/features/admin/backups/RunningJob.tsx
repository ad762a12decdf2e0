// The operation that runs at a target, or waits: its progress, and ending it.
import type { BackupJob } from '@/api/backups';
import { Button } from '@/design/controls';
import { t } from '@/i18n/admin';
import { waitsToRetry } from './backupJobs';
import css from './backups.module.css';

interface RunningJobProps {
  job: BackupJob;
  onCancel: (job: BackupJob) => void;
  onRunNow: (job: BackupJob) => void;
}

export function RunningJob({ job, onCancel, onRunNow }: RunningJobProps) {
  const isRunning = job.status !== 'pending';
  // The copy of the database, at the beginning of a backup, has no measure.
  const hasProgress = job.status === 'in_progress' && job.progress > 0;
  const text = textOf(job);
  return (
    <div className={css.running} data-testid="target-running" data-status={job.status}>
      <p className={css.runningText}><span>{text}</span>{hasProgress && <b>{job.progress} %</b>}</p>
      <div className={css.runningActions}>
        {waitsToRetry(job) && <Button size="small" variant="ghost" data-testid="target-run-now" onClick={() => onRunNow(job)}>{t('backups.tryNow')}</Button>}
        <Button size="small" variant="ghost" disabled={job.status === 'cancel_requested'} data-testid="target-cancel" onClick={() => onCancel(job)}>{t('backups.cancel')}</Button>
      </div>
      {isRunning && <progress className={css.progress} aria-label={text} max={100} value={hasProgress ? job.progress : undefined} />}
    </div>
  );
}

function textOf(job: BackupJob): string {
  if (waitsToRetry(job)) return t('backups.waitingToRetry');
  if (job.status === 'pending') return t('backups.running.waiting');
  return job.status === 'cancel_requested' ? t('backups.running.cancel') : t(`backups.running.${job.operation}`);
}
