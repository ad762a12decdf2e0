import { describe, expect, it } from 'vitest';
import { nearest, roundUp, segments, tableRows, timeTicks, valueTicks } from './scale';

describe('axes', () => {
  it('has round values, the last not below the largest', () => {
    expect(valueTicks(7)).toEqual([0, 2, 4, 6, 8]);
    expect(valueTicks(0)).toEqual([0, 1]);
    expect(valueTicks(1000)).toEqual([0, 250, 500, 750, 1000]);
    expect(roundUp(3 * 1024 ** 3, true)).toBe(4 * 1024 ** 3);
    for (const largest of [0.003, 0.9, 1, 3.3, 99, 12345]) {
      const ticks = valueTicks(largest);
      expect(ticks[ticks.length - 1]).toBeGreaterThanOrEqual(largest);
      expect(ticks.length).toBeLessThanOrEqual(6);
    }
  });

  it('has no more times than there is room for', () => {
    const min = new Date(2026, 5, 10, 9, 41).getTime();
    const day = timeTicks({ min, max: min + 86_400_000 }, 6);
    expect(day.length).toBeLessThanOrEqual(7);
    expect(day.every((time) => new Date(time).getMinutes() === 0 && new Date(time).getHours() % 4 === 0)).toBe(true);
    const month = timeTicks({ min, max: min + 30 * 86_400_000 }, 6);
    expect(month.length).toBeLessThanOrEqual(7);
    expect(month.every((time) => new Date(time).getHours() === 0)).toBe(true);
    for (const days of [100, 400, 1500]) {
      const ticks = timeTicks({ min, max: min + days * 86_400_000 }, 6);
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.length).toBeLessThanOrEqual(7);
    }
  });
});

describe('lines', () => {
  it('have gaps where nothing was measured', () => {
    expect(segments([0, 60, 120, 400, 460], [1, 2, null, 4, 5], 60)).toEqual([[[0, 1], [60, 2]], [[400, 4], [460, 5]]]);
    expect(segments([0, 60, 400], [1, 2, 3], 60)).toEqual([[[0, 1], [60, 2]], [[400, 3]]]);
    expect(segments([], [], 60)).toEqual([]);
  });

  it('are pointed at by the nearest time', () => {
    expect([-5, 20, 40, 500].map((time) => nearest([0, 60, 120], time))).toEqual([0, 0, 1, 2]);
    expect(nearest([], 5)).toBe(-1);
  });

  it('are tables of averages', () => {
    expect(tableRows([60, 120, 180], [[1, 3, null], [null, null, null]], 120)).toEqual([{ time: 0, values: [2, null] }, { time: 120, values: [null, null] }]);
  });
});
