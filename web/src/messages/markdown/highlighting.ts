// Highlighting code in a worker, one block after the other. A block that takes too long stays plain, and the worker is replaced.
import type { Highlighted, HighlightJob, HighlightResult } from './highlight.worker';

export type { Highlighted };

const CODE_LENGTH_MAX = 30_000;
/** Blocks that wait; further ones stay plain. */
const WAITING_MAX = 50;
export const TIME_LIMIT_MS = 2_000;

interface Waiting {
  job: HighlightJob;
  resolve: (tree: Highlighted | null) => void;
}

let worker: Worker | null = null;
let current: Waiting | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let lastId = 0;
const waiting: Waiting[] = [];

/** Null where the code stays plain. */
export function highlight(code: string, language: string): Promise<Highlighted | null> {
  if (typeof Worker === 'undefined' || code.length > CODE_LENGTH_MAX || waiting.length >= WAITING_MAX) return Promise.resolve(null);
  return new Promise((resolve) => {
    lastId += 1;
    waiting.push({ job: { id: lastId, code, language }, resolve });
    start();
  });
}

function start(): void {
  if (current) return;
  current = waiting.shift() ?? null;
  if (!current) return;
  timer = setTimeout(giveUp, TIME_LIMIT_MS);
  try {
    worker ??= createWorker();
    worker.postMessage(current.job);
  } catch {
    giveUp();
  }
}

function createWorker(): Worker {
  const created = new Worker(new URL('./highlight.worker.ts', import.meta.url), { type: 'module' });
  created.onmessage = ({ data }: MessageEvent<HighlightResult>) => { if (data.id === current?.job.id) finish(data.tree); };
  created.onerror = giveUp;
  return created;
}

function giveUp(): void {
  worker?.terminate();
  worker = null;
  finish(null);
}

function finish(tree: Highlighted | null): void {
  clearTimeout(timer);
  const done = current;
  current = null;
  done?.resolve(tree);
  start();
}
