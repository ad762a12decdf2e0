// Names of emoji that are not in the table: the server is asked for many at once, and not again for those that it does not know.
import { getCustomEmojiByNames } from '@/api/users';
import { receiveCustomEmoji } from './data';

/** The server's limit of names in one request. */
const BATCH_MAX = 200;
/** Names that one message may ask for. */
export const NAMES_PER_MESSAGE_MAX = 50;
/** Names that wait; further ones are dropped, and stay text. */
const QUEUE_MAX = 1_000;
const REQUESTS_PER_WINDOW_MAX = 5;
const WINDOW_MS = 60_000;
const DELAY_MS = 50;
/** After this an unknown name may be asked for again: the emoji may have been added while the client was offline. */
const UNKNOWN_FOR_MS = 10 * 60_000;
const UNKNOWN_MAX = 5_000;

const NAME = /^[a-z0-9+_-]{1,64}$/;

const queue = new Set<string>();
/** When each name was asked for. */
const asked = new Map<string, number>();
let requestTimes: number[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

export function requestEmoji(names: Iterable<string>): void {
  const now = Date.now();
  for (const name of names) {
    if (queue.size >= QUEUE_MAX) break;
    if (!NAME.test(name) || now - (asked.get(name) ?? -Infinity) < UNKNOWN_FOR_MS) continue;
    asked.delete(name);
    asked.set(name, now);
    queue.add(name);
  }
  while (asked.size > UNKNOWN_MAX) asked.delete(asked.keys().next().value ?? '');
  schedule();
}

function schedule(): void {
  if (queue.size === 0 || timer !== undefined) return;
  const now = Date.now();
  requestTimes = requestTimes.filter((at) => now - at < WINDOW_MS);
  const wait = requestTimes.length < REQUESTS_PER_WINDOW_MAX ? DELAY_MS : WINDOW_MS - (now - (requestTimes[0] ?? now));
  timer = setTimeout(() => {
    timer = undefined;
    send();
  }, wait);
}

function send(): void {
  const names = [...queue].slice(0, BATCH_MAX);
  names.forEach((name) => queue.delete(name));
  requestTimes.push(Date.now());
  getCustomEmojiByNames(names).then(receiveCustomEmoji, () => names.forEach((name) => asked.delete(name)));
  schedule();
}

export function resetEmojiRequests(): void {
  clearTimeout(timer);
  timer = undefined;
  queue.clear();
  asked.clear();
  requestTimes = [];
}
