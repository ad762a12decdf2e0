// A block of code that takes too long stays plain, and those after it do not wait for it.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { HighlightJob } from './highlight.worker';
import { highlight, TIME_LIMIT_MS } from './highlighting';

class FakeWorker {
  static made: FakeWorker[] = [];
  onmessage?: (event: { data: unknown }) => void;
  jobs: HighlightJob[] = [];
  isTerminated = false;
  constructor() { FakeWorker.made.push(this); }
  postMessage(job: HighlightJob): void { this.jobs.push(job); }
  terminate(): void { this.isTerminated = true; }
  answer(): void {
    const job = this.jobs.at(-1);
    this.onmessage?.({ data: { id: job?.id, tree: { type: 'root', children: [{ type: 'text', value: job?.code }] } } });
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('Worker', FakeWorker);
});
afterEach(() => vi.useRealTimers());

it('works through the blocks one after the other', async () => {
  const both = Promise.all([highlight('a', 'js'), highlight('b', 'js')]);
  const [worker] = FakeWorker.made;
  expect(worker?.jobs).toHaveLength(1);
  worker?.answer();
  worker?.answer();
  expect((await both).map((tree) => tree?.children)).toEqual([[{ type: 'text', value: 'a' }], [{ type: 'text', value: 'b' }]]);
});

it('replaces the worker when a block takes too long', async () => {
  const slow = highlight('slow', 'ini');
  const next = highlight('next', 'js');
  const first = FakeWorker.made.at(-1);
  vi.advanceTimersByTime(TIME_LIMIT_MS);
  expect(await slow).toBeNull();
  expect(first?.isTerminated).toBe(true);
  FakeWorker.made.at(-1)?.answer();
  expect((await next)?.children).toHaveLength(1);
  expect(FakeWorker.made.at(-1)).not.toBe(first);
});

it('leaves long code plain', async () => {
  expect(await highlight('x'.repeat(30_001), 'js')).toBeNull();
});
