import { describe, expect, it } from 'vitest';
import { generatePassword, PASSWORD_CHARS_MIN } from './password';
import { describeInterval, describeRate, describeRetention, readRate, readRetention, writeRate } from './words';

const keep = { last: 3, daily: 7, weekly: 5, monthly: 12, yearly: 3 };
const NONE = { last: 3, daily: 0, weekly: 0, monthly: 0, yearly: 0 };

describe('what is kept', () => {
  it('is said in words', () => {
    expect(describeRetention(keep)).toBe('Keeps the newest 3, and the newest of each of the last 7 days, 5 weeks, 12 months, and 3 years');
    expect(describeRetention({ ...NONE, last: 1 })).toBe('Keeps the newest one');
    expect(describeRetention({ ...NONE, weekly: 4 })).toBe('Keeps the newest 3, and the newest of each of the last 4 weeks');
    expect(describeRetention({ ...NONE, monthly: 6, yearly: 1 })).toContain('of the last 6 months and 1 year');
  });

  it('is read from what is entered', () => {
    const entered = { last: '3', daily: ' 7', weekly: '5', monthly: '12', yearly: '3' };
    expect(readRetention(entered)).toEqual(keep);
    for (const wrong of [{ last: '0' }, { last: '' }, { daily: '-1' }, { weekly: '1.5' }, { monthly: '1001' }, { yearly: 'many' }]) {
      expect(readRetention({ ...entered, ...wrong })).toBeUndefined();
    }
    expect(readRetention({ ...entered, daily: '0' })).toEqual({ ...keep, daily: 0 });
  });
});

describe('the schedule', () => {
  it('is said in words', () => {
    expect([0, 1, 6, 24, 48, 168, 30].map(describeInterval)).toEqual(['At request only', 'Every hour', 'Every 6 hours', 'Every day', 'Every 2 days', 'Every week', 'Every 30 hours']);
  });
});

describe('the bandwidth', () => {
  it('is entered in MB per second', () => {
    expect(['', '2', '0.5', '0,5'].map(readRate)).toEqual([0, 2 * 1024 ** 2, 512 * 1024, 512 * 1024]);
    for (const wrong of ['0', '-1', 'fast', '1e300']) expect(readRate(wrong)).toBeUndefined();
    for (const bytes of [0, 1, 100_000, 3 * 1024 ** 2]) expect(readRate(writeRate(bytes))).toBe(bytes);
    expect(describeRate(512 * 1024)).toBe('512 KB per second');
  });
});

describe('a generated password', () => {
  it('is long, can be copied by hand, and is another one each time', () => {
    const passwords = new Set(Array.from({ length: 50 }, generatePassword));
    expect(passwords.size).toBe(50);
    for (const password of passwords) {
      expect(password).toMatch(/^(?:[a-z2-9]{5}-){4}[a-z2-9]{5}$/);
      expect(password).not.toMatch(/[ilo01]/);
      expect(password.length).toBeGreaterThan(PASSWORD_CHARS_MIN);
    }
  });
});
