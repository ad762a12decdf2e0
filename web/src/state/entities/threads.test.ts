// Threads: what is read stays read.
import type { UserThread } from '@mattermost/types/threads';
import { describe, expect, it } from 'vitest';
import { post, world } from './testing';
import { markChannelThreadsRead, markThreadRead, receiveThread } from './threads';

const thread = (more: Partial<UserThread> = {}) =>
  ({ id: 'p1', reply_count: 1, last_reply_at: 20, last_viewed_at: 0, participants: [], unread_replies: 1, unread_mentions: 0, is_following: true, post: post('p1', 10), ...more }) as UserThread;

describe('a thread', () => {
  it('stays read when an older answer arrives late', () => {
    const read = markThreadRead(receiveThread(world(), thread()), 'p1', 30);
    expect(receiveThread(read, thread()).threads.p1?.unread_replies).toBe(0);
  });
  it('becomes unread by a later reply', () => {
    const read = markThreadRead(receiveThread(world(), thread()), 'p1', 30);
    expect(receiveThread(read, thread({ last_reply_at: 40, reply_count: 2 })).threads.p1?.unread_replies).toBe(1);
  });
  it('is read with its channel, and not with another', () => {
    const unread = receiveThread(world(), thread());
    expect(markChannelThreadsRead(unread, 'other', 30).threads.p1?.unread_replies).toBe(1);
    expect(markChannelThreadsRead(unread, 'c', 30).threads.p1?.unread_replies).toBe(0);
  });
});
