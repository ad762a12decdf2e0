// Backups, their targets, and the jobs that make and check them, for administrators.
import { del, get, patch, post, put } from './core';

// How many backups are kept: the newest ones, and the newest of each of so many days, weeks, months and years.
export interface Retention {
  last: number;
  daily: number;
  weekly: number;
  monthly: number;
  yearly: number;
}

interface TargetSettings {
  name: string;
  // The address of the repository in restic's notation.
  location: string;
  // For S3; empty otherwise.
  access_key: string;
  // 0 for backups at request only.
  interval_hours: number;
  keep: Retention;
  // 0 is no limit.
  bytes_per_second: number;
  // Whether each change of the database is sent there within seconds, too.
  is_continuous: boolean;
}

// Times are 0 where nothing has happened so far, errors are empty where there was none.
export interface BackupTarget extends TargetSettings {
  id: string;
  create_at: number;
  update_at: number;
  last_start_at: number;
  last_success_at: number;
  last_snapshot: string;
  last_duration_ms: number;
  last_bytes: number;
  last_bytes_added: number;
  last_error: string;
  last_check_at: number;
  last_check_error: string;
  last_drill_at: number;
  last_drill_error: string;
  last_drill_duration_ms: number;
  // What was committed before can be restored from the continuous backup; 0 as long as it is not complete.
  continuous_reached_at: number;
  continuous_error: string;
}

export interface NewBackupTarget extends TargetSettings {
  password: string;
  secret_key: string;
}

export interface Backup {
  snapshot: string;
  create_at: number;
  // The name of the machine.
  host: string;
  files: number;
  bytes: number;
  bytes_added: number;
}

// A restored server makes no backups until an administrator resumes them.
export interface BackupPause {
  is_paused: boolean;
  restored_at: number;
  // The address of the repository that the server was restored from.
  restored_from: string;
  // The moment whose state was restored.
  state_at: number;
}

export const getBackupPause = () => get<BackupPause>('/backups/pause');
export const resumeBackups = () => del('/backups/pause');
export const getBackupTargets = () => get<BackupTarget[]>('/backups/targets');
export const createBackupTarget = (target: NewBackupTarget) => post<BackupTarget>('/backups/targets', target);
// What is absent stays as it is.
export const patchBackupTarget = (id: string, change: Partial<NewBackupTarget>) => put<BackupTarget>(`/backups/targets/${id}`, change);
export const removeBackupTarget = (id: string) => del(`/backups/targets/${id}`);
// Newest first. The server reads them at the target, which may take a while.
export const getBackups = (targetId: string) => get<Backup[]>(`/backups/targets/${targetId}/backups`);

export type Operation = 'backup' | 'check' | 'drill';

const PATHS: Record<Operation, string> = { backup: 'backups', check: 'check', drill: 'drill' };
const JOB_TYPES: Record<Operation, string> = { backup: 'backup', check: 'backup_check', drill: 'backup_drill' };
const OPERATIONS = Object.keys(JOB_TYPES) as Operation[];

export type JobStatus = 'pending' | 'in_progress' | 'success' | 'error' | 'cancel_requested' | 'canceled' | 'warning';

export interface BackupJob {
  id: string;
  operation: Operation;
  target_id: string;
  create_at: number;
  last_activity_at: number;
  status: JobStatus;
  // 0 to 100.
  progress: number;
  // Its results, and the error of the last attempt. Numbers are texts.
  data: Record<string, string>;
}

type Job = Omit<BackupJob, 'operation' | 'target_id'>;

const toBackupJob = (operation: Operation, job: Job): BackupJob => ({ ...job, operation, target_id: job.data.target_id ?? '' });

// A target has one operation at a time, so that those that run are among them.
const JOBS_LISTED = 30;

// The latest of all targets, newest first.
export async function getBackupJobs(): Promise<BackupJob[]> {
  const lists = await Promise.all(OPERATIONS.map(async (operation) => {
    const jobs = await get<Job[]>(`/jobs/type/${JOB_TYPES[operation]}`, { per_page: JOBS_LISTED });
    return jobs.map((job) => toBackupJob(operation, job));
  }));
  return lists.flat().sort((a, b) => b.create_at - a.create_at);
}

export const startOperation = async (targetId: string, operation: Operation) => toBackupJob(operation, await post<Job>(`/backups/targets/${targetId}/${PATHS[operation]}`, {}));
export const cancelJob = (id: string) => post(`/jobs/${id}/cancel`, {}, { idempotent: true });
// A job that waits for its next attempt makes it at once.
export const runJobNow = (id: string) => patch(`/jobs/${id}/status`, { status: 'pending', force: true });
