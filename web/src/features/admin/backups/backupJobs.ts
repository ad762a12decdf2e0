// What the jobs of a target tell: which one runs, which have ended, and how. Pure.
import type { BackupJob } from '@/api/backups';
import { t } from '@/i18n/admin';
import { formatBytes } from '@/lib/text';

export const isActive = (job: BackupJob) => job.status === 'pending' || job.status === 'in_progress' || job.status === 'cancel_requested';

/** It has failed, and waits for its next attempt. */
export const waitsToRetry = (job: BackupJob) => job.status === 'pending' && Boolean(job.data.error);

export const activeJobOf = (jobs: BackupJob[], targetId: string) => jobs.find((job) => job.target_id === targetId && isActive(job));

/** The jobs that were active before, and have ended since. */
export function endedSince(before: BackupJob[], now: BackupJob[]): BackupJob[] {
  const active = new Set(before.filter(isActive).map((job) => job.id));
  return now.filter((job) => active.has(job.id) && !isActive(job));
}

/** Files that the last backup at the target lacks because the server has lost them. */
export function missingFiles(jobs: BackupJob[], targetId: string): number {
  const last = jobs.find((job) => job.target_id === targetId && job.operation === 'backup' && job.status === 'success');
  return Number(last?.data.missing_files ?? 0);
}

const number = new Intl.NumberFormat();

export interface JobResult {
  text: string;
  variant: 'success' | 'info' | 'error';
}

/** The end of a job in one sentence. */
export function describeEnd({ operation, status, data }: BackupJob, name: string): JobResult {
  if (status === 'canceled') return { text: t(`backups.canceled.${operation}`, { name }), variant: 'info' };
  if (status === 'error') return { text: t(`backups.failed.${operation}`, { name, reason: data.error ?? '' }), variant: 'error' };
  const count = (value: string | undefined) => Number(value ?? 0);
  const results = { name, size: formatBytes(count(data.bytes)), added: formatBytes(count(data.bytes_added)), rows: number.format(count(data.rows)), files: number.format(count(data.files)) };
  const done = operation === 'drill' && data.continuous_reached_at ? 'drillContinuous' : operation;
  return { text: t(`backups.done.${done}`, results), variant: 'success' };
}
