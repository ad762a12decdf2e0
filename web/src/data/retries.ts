// Repeats what failed for want of a network: at once when the connection is back, and after growing delays while there is
// one. A request may fail beside a working connection, or after it is back already, and no later event would repeat it.
import { useUi } from '@/state/ui';

const DELAYS_MS = [1000, 2000, 4000, 8000, 16_000, 30_000];

let repeat: () => void = () => undefined;
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

export function startRetries(repeatAll: () => void): void {
  repeat = repeatAll;
}

export function stopRetries(): void {
  repeat = () => undefined;
  clearTimeout(timer);
  timer = undefined;
}

/** The connection is back. */
export function retryNow(): void {
  clearTimeout(timer);
  timer = undefined;
  failures = 0;
  repeat();
}

export function requestSucceeded(): void {
  failures = 0;
}

/** To be called after the failed request is marked as such. */
export function networkFailed(): void {
  if (timer !== undefined) return;
  const delay = DELAYS_MS[Math.min(failures, DELAYS_MS.length - 1)];
  failures += 1;
  timer = setTimeout(() => {
    timer = undefined;
    // Otherwise the connection is waited for.
    if (useUi.getState().connection === 'online') repeat();
  }, delay);
}
