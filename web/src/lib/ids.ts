// Identifiers made in the browser.

export function pendingPostId(userId: string, now: number): string {
  return `${userId}:${now}`;
}

let lastPending = 0;

// Two messages sent within a millisecond must not share a pending id, so each call returns a later time.
export function nextPendingTime(now: number = Date.now()): number {
  lastPending = Math.max(now, lastPending + 1);
  return lastPending;
}

let counter = 0;

export function localId(prefix = 'local'): string {
  counter += 1;
  return `${prefix}-${Date.now().toString(36)}-${counter}`;
}

export function isPendingId(id: string): boolean {
  return id.includes(':');
}
