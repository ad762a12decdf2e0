// Events: what they change, and that a repeat changes nothing.
import { describe, expect, it } from 'vitest';
import { channel, member, post, world } from '@/state/entities/testing';
import { unreadOf } from '@/state/entities/channels';
import { receivePage } from '@/state/entities/posts';
import { page } from '@/state/entities/testing';
import { reduceEvent, type Effects } from './dispatch';
import type { RawEvent } from './events';

const event = (name: string, data: Record<string, unknown>, broadcast = {}): RawEvent => ({ event: name, data, broadcast, seq: 1 });
const start = () => receivePage(world(), 'c', page(post('p1', 10)), 'newest', {});
const counts = (s: ReturnType<typeof start>) => ({ ...unreadOf(s.channels.c, s.members.c), total: s.channels.c?.total_msg_count_root, seen: s.members.c?.msg_count_root });

const repeated: Array<[string, RawEvent]> = [
  ['posted', event('posted', { post: JSON.stringify(post('p2', 20)), mentions: '["me"]' })],
  ['post_edited', event('post_edited', { post: JSON.stringify(post('p1', 10, { update_at: 30, message: 'x' })) })],
  ['post_edited with mentions', event('post_edited', { post: JSON.stringify(post('p1', 10, { update_at: 30 })), mentions_added: '["me"]' })],
  ['post_deleted', event('post_deleted', { post: JSON.stringify(post('p1', 10)) })],
  ['post_deleted of a post that is not loaded', event('post_deleted', { post: JSON.stringify(post('p9', 10)), mentions: '["me"]' })],
  ['reaction_added', event('reaction_added', { reaction: '{"user_id":"ann","post_id":"p1","emoji_name":"+1","create_at":1}' })],
  ['channel_updated', event('channel_updated', { channel: JSON.stringify({ ...world().channels.c, header: 'h' }) })],
  ['status_change', event('status_change', { user_id: 'ann', status: 'away' })],
  ['multiple_channels_viewed', event('multiple_channels_viewed', { channel_times: { c: 50 } })],
  ['post_unread', event('post_unread', { msg_count: 0, mention_count: 1, last_viewed_at: 9 }, { channel_id: 'c' })],
  ['user_removed', event('user_removed', { user_id: 'me' }, { channel_id: 'c' })],
  ['preferences_changed', event('preferences_changed', { preferences: '[{"category":"a","name":"b","value":"1"}]' })],
];

describe('an event applied twice', () => {
  it.each(repeated)('%s changes nothing the second time', (_name, e) => {
    const once = reduceEvent(start(), e).state;
    // The counters only say that responses on their way may be outdated.
    expect({ ...reduceEvent(once, e).state, postChanges: once.postChanges, departures: once.departures }).toEqual(once);
  });
});

describe('a change of bookmarks', () => {
  it.each(['created', 'updated', 'deleted', 'sorted'])('loads them again: %s', (change) => {
    expect(reduceEvent(start(), event(`channel_bookmark_${change}`, {})).state.bookmarkChanges).toBe(1);
  });
});

describe('a change of the configuration', () => {
  it('keeps the limit of the reader', () => {
    const before = { ...start(), config: { MaxFileSize: '5', BannerText: 'old', SiteURL: 'https://a.example' } };
    const { state } = reduceEvent(before, event('config_changed', { config: { MaxFileSize: '100', BannerText: 'new' } }));
    expect(state.config).toEqual({ MaxFileSize: '5', BannerText: 'new', SiteURL: 'https://a.example' });
  });
});

describe('counts after a deletion or an edit', () => {
  const busy = () => world({
    channels: { c: channel('c', { total_msg_count: 5, total_msg_count_root: 5 }) },
    members: { c: member('c', { msg_count: 4, msg_count_root: 4, mention_count: 1, mention_count_root: 1, last_viewed_at: 15 }) },
  });
  const deleted = (at: number, more = {}) => reduceEvent(busy(), event('post_deleted', { post: JSON.stringify(post('p', at)), ...more })).state;
  it('have one less to read when the post was unread, with its mention', () => {
    expect(counts(deleted(20, { mentions: '["me"]' }))).toEqual({ unread: false, mentions: 0, total: 4, seen: 4 });
    expect(counts(deleted(20))).toEqual({ unread: true, mentions: 1, total: 4, seen: 4 });
  });
  it('have one less that is read when the post was read', () => {
    expect(counts(deleted(10, { mentions: '["me"]' }))).toEqual({ unread: true, mentions: 1, total: 4, seen: 3 });
  });
  it('follow the mentions of an unread post', () => {
    const edit = (at: number, more: Record<string, unknown>) => reduceEvent(busy(), event('post_edited', { post: JSON.stringify(post('p', at, { update_at: 99 })), ...more })).state;
    expect(counts(edit(20, { mentions_added: '["me"]' })).mentions).toBe(2);
    expect(counts(edit(20, { mentions_removed: '["me"]' })).mentions).toBe(0);
    expect(counts(edit(10, { mentions_added: '["me"]' })).mentions).toBe(1);
  });
});

describe('counts after a deletion or an edit', () => {
  const busy = () => world({
    channels: { c: channel('c', { total_msg_count: 5, total_msg_count_root: 5 }) },
    members: { c: member('c', { msg_count: 4, msg_count_root: 4, mention_count: 1, mention_count_root: 1, last_viewed_at: 15 }) },
  });
  const deleted = (at: number, more = {}) => reduceEvent(busy(), event('post_deleted', { post: JSON.stringify(post('p', at)), ...more })).state;
  it('have one less to read when the post was unread, with its mention', () => {
    expect(counts(deleted(20, { mentions: '["me"]' }))).toEqual({ unread: false, mentions: 0, total: 4, seen: 4 });
    expect(counts(deleted(20))).toEqual({ unread: true, mentions: 1, total: 4, seen: 4 });
  });
  it('have one less that is read when the post was read', () => {
    expect(counts(deleted(10, { mentions: '["me"]' }))).toEqual({ unread: true, mentions: 1, total: 4, seen: 3 });
  });
  it('follow the mentions of an unread post', () => {
    const edit = (at: number, more: Record<string, unknown>) => reduceEvent(busy(), event('post_edited', { post: JSON.stringify(post('p', at, { update_at: 99 })), ...more })).state;
    expect(counts(edit(20, { mentions_added: '["me"]' })).mentions).toBe(2);
    expect(counts(edit(20, { mentions_removed: '["me"]' })).mentions).toBe(0);
    expect(counts(edit(10, { mentions_added: '["me"]' })).mentions).toBe(1);
  });
});

describe('posted', () => {
  it('asks for a channel and an author it does not know', () => {
    const asked: string[] = [];
    const effects = { loadChannel: (id: string) => asked.push(id), loadUsers: (ids: string[]) => asked.push(...ids), posted: () => asked.push('notified') } as unknown as Effects;
    reduceEvent(start(), event('posted', { post: JSON.stringify(post('p5', 50, { channel_id: 'new', user_id: 'zoe' })) })).after?.(effects);
    expect(asked).toEqual(['new', 'zoe', 'notified']);
  });
  it('counts mentions from the list in the event', () => {
    const s = reduceEvent(start(), event('posted', { post: JSON.stringify(post('p2', 20)), mentions: '["me","bob"]' })).state;
    expect(unreadOf(s.channels.c, s.members.c).mentions).toBe(1);
  });
  it('survives data that is not JSON', () => {
    const s = start();
    expect(reduceEvent(s, event('posted', { post: '{' })).state).toBe(s);
    expect(reduceEvent(s, event('never_heard_of', {})).state).toBe(s);
  });
});
