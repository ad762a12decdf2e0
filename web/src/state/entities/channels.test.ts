// Channels: unread state, names, the order of the sidebar.
import { describe, expect, it } from 'vitest';
import { channelPath, channelTitle, homeChannel, markViewed, receiveChannels, receiveMyChannels, unreadOf } from './channels';
import { sidebarOrder } from './sidebar';
import { channel, member, user, world } from './testing';

describe('unread', () => {
  const busy = channel('c', { total_msg_count: 5, total_msg_count_root: 4 });
  it('is what the channel has and the member has not seen', () => {
    expect(unreadOf(busy, member('c', { msg_count_root: 3 }))).toEqual({ unread: true, mentions: 0 });
    expect(unreadOf(busy, member('c', { msg_count_root: 4 }))).toEqual({ unread: false, mentions: 0 });
  });
  it('is silent in a muted channel, except for mentions', () => {
    const notify_props = { mark_unread: 'mention' as const };
    expect(unreadOf(busy, member('c', { notify_props })).unread).toBe(false);
    expect(unreadOf(busy, member('c', { notify_props, mention_count_root: 1 }))).toEqual({ unread: true, mentions: 1 });
  });
  it('ends when the channel is viewed', () => {
    const s = markViewed(world({ channels: { c: busy }, members: { c: member('c', { mention_count_root: 2 }) } }), 'c', 99);
    expect(unreadOf(s.channels.c, s.members.c)).toEqual({ unread: false, mentions: 0 });
    expect(s.members.c?.last_viewed_at).toBe(99);
  });
  it('does not go back when an update was on its way before newer posts', () => {
    const s = receiveChannels(world({ channels: { c: busy } }), [channel('c', { total_msg_count_root: 2, header: 'x' })]);
    expect(s.channels.c).toMatchObject({ total_msg_count_root: 4, header: 'x' });
  });
});

describe('the complete list of a team', () => {
  it('drops channels I am no longer in', () => {
    const s = receiveMyChannels(world(), 't', [channel('d')], [member('d')]);
    expect(Object.keys(s.members)).toEqual(['d']);
  });
});

describe('the channel that a team opens with', () => {
  const channels = {
    b: channel('b', { display_name: 'B' }), a: channel('a', { display_name: 'A' }), old: channel('old', { delete_at: 1 }),
    other: channel('other', { team_id: 'u' }), town: channel('town', { name: 'town-square', display_name: 'Town Square' }),
  };
  const home = (...ids: string[]) => homeChannel(world({ channels, members: Object.fromEntries(ids.map((id) => [id, member(id)])) }), 't')?.id;
  it('is Town Square, or the first of a guest', () => {
    expect(home('b', 'a', 'town')).toBe('town');
    expect(home('b', 'a', 'old')).toBe('a');
    expect(home('old', 'other')).toBeUndefined();
  });
});

describe('names', () => {
  const direct = channel('d', { type: 'D', team_id: '', name: 'ann__me', display_name: '' });
  const s = world({ users: { me: user('me'), ann: user('ann', { first_name: 'Ann', last_name: 'Lee' }) } });
  it('call a direct channel after the other one', () => {
    expect(channelTitle(s, direct)).toBe('Ann Lee');
    expect(channelPath(s, 'team', direct)).toBe('/team/messages/@ann');
  });
  it('leave me out of a group, and call known people by their names', () => {
    expect(channelTitle(s, channel('g', { type: 'G', display_name: 'ann, bob, me' }))).toBe('Ann Lee, bob');
  });
});

describe('the sidebar', () => {
  it('follows the categories and sorts people by the last message', () => {
    const channels = {
      a: channel('a', { display_name: 'Alpha' }), b: channel('b', { display_name: 'Beta' }),
      d: channel('d', { type: 'D', team_id: '', name: 'ann__me', last_post_at: 5 }), e: channel('e', { type: 'D', team_id: '', name: 'bob__me', last_post_at: 9 }),
      other: channel('other', { team_id: 'elsewhere' }),
    };
    const members = Object.fromEntries(Object.keys(channels).map((id) => [id, member(id)]));
    const categories = { t: { order: ['f', 'c'], categories: [
      { id: 'f', type: 'favorites', display_name: '', sorting: '', channel_ids: ['b'] }, { id: 'c', type: 'channels', display_name: '', sorting: '', channel_ids: ['a'] },
    ] } } as never;
    const order = sidebarOrder(world({ channels, members, categories }), 't').map((x) => [x.type, x.channels.map((c) => c.id)]);
    expect(order).toEqual([['favorites', ['b']], ['channels', ['a']], ['direct_messages', ['e', 'd']]]);
  });
});
