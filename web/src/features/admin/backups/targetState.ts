// How it is going at a target, in one word. The rules are those of the server's checks (`crates/doctor/src/checks/backup`), which tell
// administrators of the same; here they hold at once. Pure.
import type { BackupTarget } from '@/api/backups';
import type { Severity } from '@/api/findings';

type StateName = 'good' | 'paused' | 'new' | 'noBackup' | 'overdue' | 'behind' | 'failed' | 'untested';

export interface TargetState {
  name: StateName;
  severity: Severity;
}

const HOUR_MS = 3_600_000;
// Backups may be late by so much of their interval, and this.
const LATE_MS = 2 * HOUR_MS;
// The first backup is made within minutes.
const FIRST_MS = HOUR_MS;
// Continuous backups follow within seconds.
const BEHIND_MS = 2 * 60_000;
// Test restores are weekly.
const DRILL_MS = 15 * 24 * HOUR_MS;

/** The most urgent state of the target. */
export function stateOf(target: BackupTarget, isPaused: boolean, now: number): TargetState {
  const intervalMs = target.interval_hours * HOUR_MS;
  const hasBackup = target.last_success_at > 0;
  const isScheduled = intervalMs > 0;
  if (target.last_check_error || target.last_drill_error) return { name: 'failed', severity: 'critical' };
  // Before what follows from it.
  if (isPaused) return { name: 'paused', severity: 'warning' };
  if (hasBackup && isScheduled && now - target.last_success_at > 2 * intervalMs + LATE_MS) return { name: 'overdue', severity: 'critical' };
  // Of a continuous backup that is not complete yet, an error says more.
  if (target.is_continuous && target.continuous_reached_at > 0 && now - target.continuous_reached_at > BEHIND_MS) return { name: 'behind', severity: 'critical' };
  if (target.last_error || target.continuous_error) return { name: 'failed', severity: 'warning' };
  if (!hasBackup) return isScheduled && now - target.create_at > FIRST_MS ? { name: 'noBackup', severity: 'warning' } : { name: 'new', severity: 'info' };
  const isOld = now - target.create_at > DRILL_MS;
  return isOld && now - target.last_drill_at > DRILL_MS ? { name: 'untested', severity: 'warning' } : { name: 'good', severity: 'ok' };
}
