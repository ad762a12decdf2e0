import { describe, expect, it } from 'vitest';
import type { BackupJob } from '@/api/backups';
import { activeJobOf, describeEnd, endedSince, missingFiles, waitsToRetry } from './backupJobs';

const job = (id: string, change: Partial<BackupJob> = {}): BackupJob => ({
  id, operation: 'backup', target_id: 'usb', create_at: 0, last_activity_at: 0, status: 'in_progress', progress: 0, data: {}, ...change,
});

describe('the jobs of a target', () => {
  it('has one that is active', () => {
    const jobs = [job('a', { status: 'success' }), job('b', { target_id: 'nas' }), job('c', { status: 'cancel_requested' })];
    expect([activeJobOf(jobs, 'usb')?.id, activeJobOf(jobs, 'nas')?.id, activeJobOf(jobs, 's3')]).toEqual(['c', 'b', undefined]);
  });

  it('waits after a failed attempt, not before the first', () => {
    expect(waitsToRetry(job('a', { status: 'pending', data: { error: 'full' } }))).toBe(true);
    expect(waitsToRetry(job('a', { status: 'pending' }))).toBe(false);
    expect(waitsToRetry(job('a', { data: { error: 'full' } }))).toBe(false);
  });

  it('has ended once, and only if it was active before', () => {
    const before = [job('a'), job('b', { status: 'success' }), job('c', { status: 'pending' })];
    const now = [job('a', { status: 'success' }), job('b', { status: 'success' }), job('c'), job('d', { status: 'success' })];
    expect(endedSince(before, now).map(({ id }) => id)).toEqual(['a']);
    expect(endedSince(now, now).map(({ id }) => id)).toEqual([]);
  });

  it('tells its end in a sentence', () => {
    const done = job('a', { status: 'success', data: { bytes: String(3 * 1024 ** 3), bytes_added: '2048' } });
    expect(describeEnd(done, 'usb')).toEqual({ text: 'The backup to usb was made: 3.0 GB, of which 2.0 KB are new.', variant: 'success' });
    // The error of an attempt that came to nothing stays in the data of the next one.
    expect(describeEnd({ ...done, operation: 'check', data: { error: 'full' } }, 'usb').variant).toBe('success');
    expect(describeEnd(job('a', { status: 'error', operation: 'drill', data: { error: 'Rows differ.' } }), 'usb')).toEqual({ text: 'The test restore from usb failed: Rows differ.', variant: 'error' });
    expect(describeEnd(job('a', { status: 'canceled' }), 'usb').text).toBe('The backup to usb was canceled.');
  });

  it('tells of files that are in no backup, by the last one', () => {
    const lacking = job('a', { status: 'success', data: { missing_files: '2' } });
    expect(missingFiles([lacking], 'usb')).toBe(2);
    expect(missingFiles([job('c'), job('b', { status: 'success' }), lacking], 'usb')).toBe(0);
    expect(missingFiles([lacking], 'nas')).toBe(0);
  });
});
