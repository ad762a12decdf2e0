import { describe, expect, it } from 'vitest';
import type { DiskForecast, NodeSeries } from '@/api/admin';
import { diskForecast } from './charts';

const DAY_MS = 86_400_000;
const node = (state: DiskForecast, days = 0) => ({ disk_forecast: state, disk_full_at: days * DAY_MS }) as NodeSeries;

describe('the forecast of the disk', () => {
  it('is that of the disk that is full first', () => {
    expect(diskForecast([node('filling', 30.5), node('not_filling'), node('filling', 9.5)], 0)).toMatchObject({ urgent: true, text: expect.stringContaining('full in 9 days, on ') });
    expect(diskForecast([node('filling', 30.5)], 0)).toMatchObject({ urgent: false, text: expect.stringContaining('full in 30 days') });
    expect(diskForecast([node('filling', 1.5)], 0)?.text).toContain('in 1 day,');
    expect(diskForecast([node('filling', 1)], 2 * DAY_MS)).toMatchObject({ urgent: true, text: expect.stringContaining('within a day') });
  });

  it('says nothing before it is known', () => {
    expect(diskForecast([node('unknown')], 0)).toBeNull();
    expect(diskForecast([], 0)).toBeNull();
    expect(diskForecast([node('not_filling'), node('unknown')], 0)).toBeNull();
    expect(diskForecast([node('not_filling')], 0)?.text).toContain('not full within a year');
  });
});
