import { describe, expect, it } from 'vitest';
import { formatDuration } from './time';

describe('a duration', () => {
  it('has its two largest units', () => {
    const texts = [0, 840, 9_940, 10_400, 59_600, 412_000, 3_600_000, 3_905_000, 90_000_000].map(formatDuration);
    expect(texts).toEqual(['0.1 sec', '0.8 sec', '9.9 sec', '10 sec', '1 min', '6 min 52 sec', '1 hr', '1 hr 5 min', '25 hr']);
  });
});
