import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { setConnection } from '@/state/ui';
import { networkFailed, requestSucceeded, retryNow, startRetries, stopRetries } from './retries';

const repeatAll = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  repeatAll.mockReset();
  startRetries(repeatAll);
  setConnection('online');
  requestSucceeded();
});
afterEach(() => {
  stopRetries();
  vi.useRealTimers();
});

test('a connection that is back repeats what failed, at once', () => {
  setConnection('offline');
  networkFailed();
  vi.advanceTimersByTime(120_000);
  expect(repeatAll).not.toHaveBeenCalled();
  retryNow();
  expect(repeatAll).toHaveBeenCalledTimes(1);
});

test('what fails beside a working connection is repeated after growing delays, without an end', () => {
  repeatAll.mockImplementation(networkFailed);
  networkFailed();
  const times: number[] = [];
  for (let second = 1; second <= 122; second += 1) {
    const before = repeatAll.mock.calls.length;
    vi.advanceTimersByTime(1000);
    if (repeatAll.mock.calls.length > before) times.push(second);
  }
  expect(times).toEqual([1, 3, 7, 15, 31, 61, 91, 121]);
});

test('several failures are repeated together', () => {
  networkFailed();
  networkFailed();
  vi.advanceTimersByTime(60_000);
  expect(repeatAll).toHaveBeenCalledTimes(1);
});

test('a success makes the next delay short again', () => {
  for (const delay of [1000, 2000]) {
    networkFailed();
    vi.advanceTimersByTime(delay);
  }
  expect(repeatAll).toHaveBeenCalledTimes(2);
  requestSucceeded();
  networkFailed();
  vi.advanceTimersByTime(1000);
  expect(repeatAll).toHaveBeenCalledTimes(3);
});

test('a lost connection is waited for, and after the end nothing is repeated', () => {
  networkFailed();
  setConnection('offline');
  vi.advanceTimersByTime(60_000);
  expect(repeatAll).not.toHaveBeenCalled();
  networkFailed();
  stopRetries();
  retryNow();
  expect(repeatAll).not.toHaveBeenCalled();
});
