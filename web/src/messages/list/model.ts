// Posts to rows: day separators, the line above new messages, and which posts continue the one above.
import type { Post } from '@mattermost/types/posts';
import { dayKey } from '@/lib/time';

export type Row =
  | { kind: 'head'; key: 'head' }
  | { kind: 'day'; key: string; at: number }
  | { kind: 'new'; key: 'new' }
  | { kind: 'post'; key: string; id: string; compact: boolean };

const CONTINUES_WITHIN_MS = 5 * 60_000;

export const isSystem = (post: Post) => post.type.startsWith('system_');

function continues(post: Post, previous: Post): boolean {
  return post.user_id === previous.user_id
    && !isSystem(post) && !isSystem(previous)
    && post.root_id === previous.root_id
    && previous.reply_count === 0
    && post.props?.override_username === previous.props?.override_username
    && (post.props?.from_webhook ?? '') === (previous.props?.from_webhook ?? '')
    && post.create_at - previous.create_at < CONTINUES_WITHIN_MS;
}

// The key stays when the stored post replaces its local echo, so that the row is not mounted twice.
export const rowKey = (post: Post) => post.pending_post_id || post.id;

export interface ModelOptions {
  // Posts of other users after this time are new; 0 for no line.
  newSince: number;
  meId: string;
  head: boolean;
}

export function buildRows(posts: Post[], { newSince, meId, head }: ModelOptions): Row[] {
  const rows: Row[] = head ? [{ kind: 'head', key: 'head' }] : [];
  let previous: Post | null = null;
  let day = '';
  let hasNewLine = newSince === 0;
  for (const post of posts) {
    const today = dayKey(post.create_at);
    let isSeparated = false;
    if (today !== day) {
      rows.push({ kind: 'day', key: `day-${today}`, at: post.create_at });
      day = today;
      isSeparated = true;
    }
    if (!hasNewLine && post.create_at > newSince && post.user_id !== meId) {
      rows.push({ kind: 'new', key: 'new' });
      hasNewLine = true;
      isSeparated = true;
    }
    const compact: boolean = !isSeparated && previous !== null && continues(post, previous);
    rows.push({ kind: 'post', key: rowKey(post), id: post.id, compact });
    previous = post;
  }
  return rows;
}

// Whether rows were added at the start: the list then keeps its distance from the end.
export function addedAtStart(before: Row[], after: Row[]): boolean {
  const lastBefore = before.at(-1)?.key;
  const firstBefore = before.find((row) => row.kind === 'post')?.key;
  const firstAfter = after.find((row) => row.kind === 'post')?.key;
  return before.length > 0 && after.length !== before.length && lastBefore === after.at(-1)?.key && firstBefore !== firstAfter;
}
