import { describe, expect, it } from 'vitest';
import { describeLimit, fromEntry, toEntry } from './values';

const GB = 1024 ** 3;

describe('limits as they are entered', () => {
  it('are the same after they were displayed', () => {
    for (const value of [null, 0, 1024 ** 2, 20 * GB, 5 * 1024 * GB, 1_500_000]) expect(fromEntry(toEntry(value, true))).toBe(value);
    for (const value of [null, 0, 1, 600]) expect(fromEntry(toEntry(value, false))).toBe(value);
    expect(toEntry(20 * GB, true)).toEqual({ mode: 'custom', number: '20', unit: GB });
  });

  it('take decimals with a point or a comma', () => {
    for (const number of ['1.5', '1,5', ' 1.5 ']) expect(fromEntry({ mode: 'custom', number, unit: GB })).toBe(1.5 * GB);
  });

  it('are rejected if they are no number greater than 0', () => {
    for (const number of ['', '0', '-1', 'many', '1e30', 'Infinity']) expect(fromEntry({ mode: 'custom', number, unit: GB })).toBeUndefined();
  });

  it('are displayed in words', () => {
    expect(describeLimit('storage_bytes', 5 * 1024 * GB)).toBe('5.0 TB');
    expect(describeLimit('posts_per_minute', 600)).toBe('600 per minute');
    expect([describeLimit('file_bytes', 0), describeLimit('file_bytes', null)]).toEqual(['No limit', '–']);
  });
});
