// Unknown emoji are asked for in batches, within limits, and not twice.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { requestEmoji, resetEmojiRequests } from './requests';

const ask = vi.hoisted(() => vi.fn());
vi.mock('@/api/users', () => ({ getCustomEmojiByNames: ask, customEmojiUrl: () => '', getCustomEmoji: () => Promise.resolve([]) }));

const names = (count: number, prefix = 'n') => Array.from({ length: count }, (_, i) => `${prefix}_${i}`);
const asked = () => ask.mock.calls.map(([list]) => (list as string[]).length);

beforeEach(() => {
  vi.useFakeTimers();
  resetEmojiRequests();
  ask.mockReset().mockResolvedValue([]);
});
afterEach(() => vi.useRealTimers());

it('asks for many names with one request', () => {
  requestEmoji(names(100));
  requestEmoji(names(90, 'm'));
  vi.advanceTimersByTime(1_000);
  expect(asked()).toEqual([190]);
});

it('splits what is beyond the limit of a request, and limits the requests of a minute', () => {
  requestEmoji(names(7_000));
  vi.advanceTimersByTime(30_000);
  expect(asked()).toEqual([200, 200, 200, 200, 200]);
  requestEmoji(names(300, 'more'));
  vi.advanceTimersByTime(20_000);
  expect(asked()).toHaveLength(5);
  vi.advanceTimersByTime(60_000);
  expect(asked().slice(5)).toEqual([200, 100]);
});

it('does not ask again for names that the server did not know, until later', () => {
  requestEmoji(['a', 'b']);
  vi.advanceTimersByTime(1_000);
  requestEmoji(['a', 'b', 'c']);
  vi.advanceTimersByTime(1_000);
  expect(ask.mock.calls).toEqual([[['a', 'b']], [['c']]]);
  vi.advanceTimersByTime(11 * 60_000);
  requestEmoji(['a']);
  vi.advanceTimersByTime(1_000);
  expect(ask).toHaveBeenLastCalledWith(['a']);
});

it('asks again after a failure', async () => {
  ask.mockRejectedValueOnce(new Error('offline'));
  requestEmoji(['a']);
  await vi.advanceTimersByTimeAsync(1_000);
  requestEmoji(['a']);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ask).toHaveBeenCalledTimes(2);
});

it('does not ask for what is no name', () => {
  requestEmoji(['', 'A b', 'x'.repeat(65), 'é']);
  vi.advanceTimersByTime(1_000);
  expect(ask).not.toHaveBeenCalled();
});
