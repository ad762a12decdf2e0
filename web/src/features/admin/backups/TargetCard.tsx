// One target: how it is going there, what happened last, what runs now, and what can be done.
import { CircleAlert, DatabaseBackup, History, Pencil, ShieldCheck, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { BackupJob, BackupTarget, Operation } from '@/api/backups';
import { describeInterval, describeRate, describeRetention } from '@/backups/words';
import { Button, IconButton } from '@/design/controls';
import { t, tn } from '@/i18n/admin';
import { cx, formatBytes } from '@/lib/text';
import { formatAgo, formatDuration, formatFull } from '@/lib/time';
import { SeverityLabel } from '../SeverityLabel';
import css from './backups.module.css';
import { BackupList } from './BackupList';
import { RunningJob } from './RunningJob';
import { stateOf } from './targetState';

interface TargetCardProps {
  target: BackupTarget;
  // Whether no backups are made, since the server was restored.
  isPaused: boolean;
  // What runs there, or waits.
  job: BackupJob | undefined;
  missingFiles: number;
  onStart: (operation: Operation) => void;
  onCancel: (job: BackupJob) => void;
  onRunNow: (job: BackupJob) => void;
  onEdit: () => void;
  onRemove: () => void;
}

export function TargetCard({ target, isPaused, job, missingFiles, onStart, onCancel, onRunNow, onEdit, onRemove }: TargetCardProps) {
  const { name, severity } = stateOf(target, isPaused, Date.now());
  return (
    <li className={cx(css.target, css[severity])} data-testid="target" data-name={target.name} data-state={name}>
      <header className={css.head}>
        <h2>{target.name}</h2>
        <SeverityLabel severity={severity} text={t(`backups.state.${name}`)} />
        <div className={css.tools}>
          <IconButton label={t('backups.edit', { name: target.name })} data-testid="target-edit" onClick={onEdit}><Pencil size={16} /></IconButton>
          <IconButton label={t('backups.remove', { name: target.name })} data-testid="target-remove" onClick={onRemove}><Trash2 size={16} /></IconButton>
        </div>
        <p className={css.location}><code>{target.location}</code></p>
      </header>
      <Facts target={target} />
      <p className={css.settings} data-testid="target-settings">
        {[describeInterval(target.interval_hours), describeRetention(target.keep), target.bytes_per_second > 0 && t('backups.atMost', { rate: describeRate(target.bytes_per_second) })].filter(Boolean).join(' · ')}
      </p>
      <Problems target={target} missingFiles={missingFiles} />
      {job && <RunningJob job={job} onCancel={onCancel} onRunNow={onRunNow} />}
      <Actions target={target} isPaused={isPaused} isBusy={job !== undefined} onStart={onStart} />
      <BackupList target={target} />
    </li>
  );
}

function Facts({ target }: { target: BackupTarget }) {
  const isFirstDue = target.interval_hours > 0 && !target.last_error;
  const took = (ms: number) => t('backups.took', { duration: formatDuration(ms) });
  return (
    <dl className={css.facts}>
      <Fact label={t('backups.lastBackup')} at={target.last_success_at} never={isFirstDue ? t('backups.notYet') : undefined} testId="target-backup">
        <dd>{t('backups.sizeAdded', { size: formatBytes(target.last_bytes), added: formatBytes(target.last_bytes_added) })}</dd>
        <dd>{took(target.last_duration_ms)}</dd>
      </Fact>
      <Fact label={t('backups.lastCheck')} at={target.last_check_at} testId="target-check">
        <dd>{target.last_check_error ? <b className={css.bad}>{t('backups.state.failed')}</b> : t('backups.checkOk')}</dd>
      </Fact>
      <Fact label={t('backups.lastDrill')} at={target.last_drill_at} testId="target-drill">
        <dd>{target.last_drill_error ? <b className={css.bad}>{t('backups.state.failed')}</b> : t('backups.drillOk')}</dd>
        <dd>{took(target.last_drill_duration_ms)}</dd>
      </Fact>
      {target.is_continuous && (
        <Fact label={t('backups.lastContinuous')} at={target.continuous_reached_at} never={t('backups.continuousBegins')} testId="target-continuous">
          <dd>{t('backups.continuousReaches')}</dd>
        </Fact>
      )}
    </dl>
  );
}

interface FactProps {
  label: string;
  // 0 where it has not happened.
  at: number;
  never?: string;
  testId: string;
  children: ReactNode;
}

function Fact({ label, at, never, testId, children }: FactProps) {
  return (
    <div data-testid={testId}>
      <dt>{label}</dt>
      {at > 0 ? <><dd className={css.when}><time dateTime={new Date(at).toISOString()} title={formatFull(at)}>{formatAgo(at)}</time></dd>{children}</> : <><dd className={cx(css.when, css.never)}>{t('backups.never')}</dd>{never && <dd>{never}</dd>}</>}
    </div>
  );
}

function Problems({ target, missingFiles }: { target: BackupTarget; missingFiles: number }) {
  const errors = [['backup', target.last_error], ['check', target.last_check_error], ['drill', target.last_drill_error], ['continuous', target.continuous_error]] as const;
  const texts = errors.flatMap(([operation, reason]) => (reason ? [t(`backups.error.${operation}`, { reason })] : []));
  if (missingFiles > 0) texts.push(tn('backups.missingFiles', missingFiles));
  if (texts.length === 0) return null;
  return <ul className={css.problems}>{texts.map((text) => <li key={text} data-testid="target-problem"><CircleAlert size={16} aria-hidden />{text}</li>)}</ul>;
}

// They stay where the focus is while something runs, and do nothing.
function Actions({ target, isPaused, isBusy, onStart }: { target: BackupTarget; isPaused: boolean; isBusy: boolean; onStart: (operation: Operation) => void }) {
  const hasBackup = target.last_success_at > 0;
  const action = (operation: Operation, isPossible: boolean) => {
    const isDisabled = isBusy || !isPossible;
    return { size: 'small' as const, 'aria-disabled': isDisabled || undefined, 'data-testid': `target-start-${operation}`, onClick: () => { if (!isDisabled) onStart(operation); } };
  };
  return (
    <div className={css.actions}>
      <Button {...action('backup', !isPaused)}><DatabaseBackup size={15} />{t('backups.now')}</Button>
      <Button {...action('check', hasBackup)} title={t('backups.checkHint')}><ShieldCheck size={15} />{t('backups.check')}</Button>
      <Button {...action('drill', hasBackup)} title={t('backups.drillHint')}><History size={15} />{t('backups.drill')}</Button>
    </div>
  );
}
