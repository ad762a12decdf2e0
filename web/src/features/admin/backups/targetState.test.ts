import { describe, expect, it } from 'vitest';
import type { BackupTarget } from '@/api/backups';
import { stateOf } from './targetState';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = 1000 * DAY;
const healthy = {
  create_at: NOW - 100 * DAY, interval_hours: 24, last_success_at: NOW - DAY, last_check_at: NOW - 6 * DAY, last_drill_at: NOW - 7 * DAY,
  last_error: '', last_check_error: '', last_drill_error: '',
} as BackupTarget;
const state = (change: Partial<BackupTarget>, isPaused = false) => {
  const { name, severity } = stateOf({ ...healthy, ...change }, isPaused, NOW);
  return `${name} ${severity}`;
};

describe('the state of a backup target', () => {
  it('is good where backups are new, whole and tested', () => {
    expect(state({})).toBe('good ok');
    expect(state({ interval_hours: 0, last_success_at: NOW - 90 * DAY })).toBe('good ok');
    expect(state({ create_at: NOW - 2 * DAY, last_drill_at: 0 })).toBe('good ok');
  });

  it('is paused after a restore, unless what is there is damaged', () => {
    expect(state({ last_success_at: NOW - 3 * DAY, last_error: 'full' }, true)).toBe('paused warning');
    expect(state({ last_check_error: 'damaged' }, true)).toBe('failed critical');
  });

  it('names the most urgent problem', () => {
    expect(state({ last_success_at: NOW - 3 * DAY, last_error: 'full' })).toBe('overdue critical');
    expect(state({ last_error: 'full' })).toBe('failed warning');
    expect(state({ last_check_error: 'damaged', last_error: 'full' })).toBe('failed critical');
    expect(state({ last_drill_error: 'rows differ' })).toBe('failed critical');
    expect(state({ last_drill_at: NOW - 16 * DAY })).toBe('untested warning');
  });

  it('is behind where the continuous backup does not follow', () => {
    const continuous = { is_continuous: true, continuous_reached_at: NOW - 10_000, continuous_error: '' };
    expect(state(continuous)).toBe('good ok');
    expect(state({ ...continuous, continuous_reached_at: NOW - 3 * 60_000 })).toBe('behind critical');
    expect(state({ ...continuous, continuous_reached_at: 0 })).toBe('good ok');
    expect(state({ ...continuous, continuous_reached_at: 0, continuous_error: 'full' })).toBe('failed warning');
  });

  it('is new for an hour without a backup', () => {
    const young = { create_at: NOW - HOUR / 2, last_success_at: 0, last_drill_at: 0 };
    expect(state(young)).toBe('new info');
    expect(state({ ...young, create_at: NOW - 2 * HOUR })).toBe('noBackup warning');
    expect(state({ ...young, create_at: NOW - 2 * HOUR, interval_hours: 0 })).toBe('new info');
    expect(state({ ...young, last_error: 'full' })).toBe('failed warning');
  });
});
