// Rows: days, the new line, continuing messages, growth at the start.
import { describe, expect, it } from 'vitest';
import { post } from '@/state/entities/testing';
import { buildRows, addedAtStart } from './model';

const noon = new Date(2030, 5, 15, 12).getTime();
const options = { newSince: 0, meId: 'me', head: false };
const shape = (rows: ReturnType<typeof buildRows>) => rows.map((r) => (r.kind === 'post' ? `${r.id}${r.compact ? '+' : ''}` : r.kind));

describe('buildRows', () => {
  it('separates days and continues one author within minutes', () => {
    const rows = buildRows([post('a', noon), post('b', noon + 60_000), post('c', noon + 20 * 60_000), post('d', noon + 86_400_000)], options);
    expect(shape(rows)).toEqual(['day', 'a', 'b+', 'c', 'day', 'd']);
  });
  it('does not continue across authors, system messages and threads', () => {
    const rows = buildRows([post('a', noon, { reply_count: 2 }), post('b', noon + 1), post('c', noon + 2, { user_id: 'bob' }), post('s', noon + 3, { user_id: 'bob', type: 'system_join_channel' }), post('e', noon + 4, { user_id: 'bob' })], options);
    expect(shape(rows)).toEqual(['day', 'a', 'b', 'c', 's', 'e']);
  });
  it('draws one line above the first message of others after the moment', () => {
    const rows = buildRows([post('a', noon), post('m', noon + 2, { user_id: 'me' }), post('b', noon + 3), post('c', noon + 4)], { ...options, newSince: noon + 1 });
    expect(shape(rows)).toEqual(['day', 'a', 'm', 'new', 'b', 'c+']);
  });
  it('keys a post by its pending id', () => {
    expect(buildRows([post('a', noon, { pending_post_id: 'me:1' })], options)[1]?.key).toBe('me:1');
  });
});

describe('addedAtStart', () => {
  const rows = (...ids: string[]) => buildRows(ids.map((id, i) => post(id, noon + i)), { ...options, head: true });
  it('tells older pages from new messages', () => {
    expect(addedAtStart(rows('c', 'd'), rows('a', 'b', 'c', 'd'))).toBe(true);
    expect(addedAtStart(rows('c', 'd'), rows('c', 'd', 'e'))).toBe(false);
    expect(addedAtStart([], rows('a'))).toBe(false);
  });
});
