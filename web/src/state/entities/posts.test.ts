// Posts: echo, repetition, pages, threads, reactions.
import { describe, expect, it } from 'vitest';
import { unreadOf } from './channels';
import { addEcho, addReaction, filesOf, postById, receiveEdit, receiveNewPost, receivePage, receiveSince, receiveThreadPosts, removePost, removeReaction, setEchoFailed } from './posts';
import { page, post, world } from './testing';
import type { FileInfo } from '@mattermost/types/files';
import type { Post } from '@mattermost/types/posts';

// The same rule as the list's.
const rowKey = (p: Post) => p.pending_post_id || p.id;

const opened = () => receivePage(world(), 'c', page(post('p1', 10)), 'newest', { older: false, newer: false });

describe('local echo', () => {
  const echo = post('me:20', 20, { user_id: 'me', pending_post_id: 'me:20' });
  const stored = post('p2', 21, { user_id: 'me', pending_post_id: 'me:20' });

  it('is replaced by the stored post under the same key', () => {
    const before = addEcho(opened(), echo);
    const after = receiveNewPost(before, stored);
    expect(before.timelines.c?.ids).toEqual(['p1', 'me:20']);
    expect(after.timelines.c?.ids).toEqual(['p1', 'p2']);
    expect(after.posts['me:20']).toBeUndefined();
    expect(rowKey(after.posts.p2!)).toBe(rowKey(before.posts['me:20']!));
  });

  it('is found by its pending id before and after the server has it', () => {
    const before = addEcho(opened(), echo);
    expect(postById(before, 'me:20')?.id).toBe('me:20');
    expect(postById(receiveNewPost(before, stored), 'me:20')?.id).toBe('p2');
    expect(postById(before, 'me:21')).toBeUndefined();
  });

  it('keeps its key when a later page answers omit the pending id', () => {
    const settled = receiveNewPost(addEcho(opened(), echo), stored);
    const refetched = receivePage(settled, 'c', page(post('p1', 10), { ...stored, pending_post_id: '' }), 'newest', { older: false });
    expect(rowKey(refetched.posts.p2!)).toBe('me:20');
  });

  it('counts my own message once and as read, whichever of answer and event comes first', () => {
    const once = receiveNewPost(addEcho(opened(), echo), stored);
    const twice = receiveNewPost(once, stored);
    expect(twice.channels.c?.total_msg_count).toBe(1);
    expect(unreadOf(twice.channels.c, twice.members.c)).toEqual({ unread: false, mentions: 0 });
    expect(twice.timelines.c?.ids).toEqual(['p1', 'p2']);
  });

  it('survives a refetch while it waits or has failed', () => {
    const failed = setEchoFailed(addEcho(opened(), echo), 'me:20', true);
    const after = receivePage(failed, 'c', page(post('p1', 10), post('p3', 30)), 'newest', { older: false });
    expect(after.timelines.c?.ids).toEqual(['p1', 'me:20', 'p3']);
    expect(after.posts['me:20']?.failed).toBe(true);
  });

  it('written before the first page came stands at its end', () => {
    const early = addEcho(world(), echo);
    expect(receivePage(early, 'c', page(post('p1', 10)), 'around', { newer: true }).timelines.c?.ids).toEqual(['p1']);
    expect(receivePage(early, 'c', page(post('p1', 10)), 'newest', {}).timelines.c?.ids).toEqual(['p1', 'me:20']);
  });

  it('leaves when a page brings what became of it', () => {
    const failed = setEchoFailed(addEcho(opened(), echo), 'me:20', true);
    const after = receivePage(failed, 'c', page(post('p1', 10), stored), 'newest', {});
    expect(after.timelines.c?.ids).toEqual(['p1', 'p2']);
    expect(after.posts['me:20']).toBeUndefined();
  });
});

describe('ephemeral messages', () => {
  const notice = post('e1', 20, { user_id: 'me', type: 'system_ephemeral' });

  it('that come before the first page, or before it is loaded again, stay', () => {
    const early = receiveNewPost(world(), notice);
    const loaded = receivePage(early, 'c', page(post('p1', 10), post('p3', 30)), 'newest', {});
    expect(loaded.timelines.c?.ids).toEqual(['p1', 'e1', 'p3']);
    expect(receivePage(loaded, 'c', page(post('p8', 80)), 'newest', { older: false }).timelines.c?.ids).toEqual(['e1', 'p8']);
  });

  it('from before the loaded range are not displayed', () => {
    const early = receiveNewPost(world(), notice);
    expect(receivePage(early, 'c', page(post('p8', 80)), 'newest', { older: true }).timelines.c?.ids).toEqual(['p8']);
    expect(receivePage(early, 'c', page(post('p8', 80)), 'around', { newer: true }).timelines.c?.ids).toEqual(['p8']);
  });

  it('of a thread stay when it is loaded', () => {
    const early = receiveNewPost(receivePage(world(), 'c', page(post('p1', 10)), 'newest', {}), { ...notice, root_id: 'p1' });
    expect(receiveThreadPosts(early, 'p1', page(post('p1', 10), post('r1', 15, { root_id: 'p1' }))).replies.p1?.ids).toEqual(['r1', 'e1']);
  });
});

describe('new posts', () => {
  it('raise unread and mentions once, however often the event comes', () => {
    const p = post('p9', 90);
    const once = receiveNewPost(world(), p, true);
    const twice = receiveNewPost(once, p, true);
    expect(unreadOf(once.channels.c, once.members.c)).toEqual({ unread: true, mentions: 1 });
    expect(unreadOf(twice.channels.c, twice.members.c)).toEqual({ unread: true, mentions: 1 });
  });

  it('do not count joining and leaving', () => {
    const after = receiveNewPost(world(), post('j', 5, { type: 'system_join_channel' }));
    expect(after.channels.c?.total_msg_count_root).toBe(0);
  });

  it('are left out of a timeline that does not reach the present', () => {
    const around = receivePage(world(), 'c', page(post('p1', 10)), 'around', { older: true, newer: true });
    expect(receiveNewPost(around, post('p9', 90)).timelines.c?.ids).toEqual(['p1']);
  });

  it('move the reply count of their root once', () => {
    const start = receiveThreadPosts(opened(), 'p1', page(post('p1', 10)));
    const reply = post('r1', 11, { root_id: 'p1' });
    const after = receiveNewPost(receiveNewPost(start, reply), reply);
    expect(after.posts.p1?.reply_count).toBe(1);
    expect(after.posts.p1?.participants).toEqual([{ id: 'ann' }]);
    expect(after.replies.p1?.ids).toEqual(['r1']);
    expect(after.timelines.c?.ids).toEqual(['p1']);
    expect(after.channels.c?.total_msg_count_root).toBe(0);
    expect(after.channels.c?.total_msg_count).toBe(1);
  });
});

describe('pages', () => {
  it('join in front and remember whether more is older', () => {
    const after = receivePage(opened(), 'c', page(post('p0', 5)), 'before', { older: true });
    expect(after.timelines.c).toEqual({ ids: ['p0', 'p1'], hasOlder: true, hasNewer: false });
  });

  it('replace a run they do not touch', () => {
    const after = receivePage(opened(), 'c', page(post('p8', 80), post('p9', 90)), 'newest', { older: true, newer: false });
    expect(after.timelines.c?.ids).toEqual(['p8', 'p9']);
  });
});

describe('catching up', () => {
  it('adds what is new, applies edits and removes what was deleted', () => {
    const start = receivePage(world(), 'c', page(post('p1', 10), post('p2', 20)), 'newest', { older: true });
    const after = receiveSince(start, 'c', page(post('p1', 10, { update_at: 30, message: 'changed' }), post('p2', 20, { update_at: 31, delete_at: 31 }), post('p3', 40), post('old', 1, { update_at: 35 })));
    expect(after.timelines.c?.ids).toEqual(['p1', 'p3']);
    expect(after.posts.p1?.message).toBe('changed');
  });
});

describe('changes', () => {
  it('ignore an older version of a post', () => {
    const edited = receiveEdit(opened(), post('p1', 10, { update_at: 50, message: 'new' }));
    expect(receiveEdit(edited, post('p1', 10, { update_at: 40, message: 'old' })).posts.p1?.message).toBe('new');
  });

  it('remove a reply and its count once', () => {
    const reply = post('r1', 11, { root_id: 'p1' });
    const start = receiveNewPost(receiveThreadPosts(opened(), 'p1', page(post('p1', 10))), reply);
    const after = removePost(removePost(start, reply), reply);
    expect(after.posts.p1?.reply_count).toBe(0);
    expect(after.replies.p1?.ids).toEqual([]);
  });

  it('add and remove a reaction once', () => {
    const reaction = { user_id: 'ann', post_id: 'p1', emoji_name: '+1', create_at: 1 };
    const added = addReaction(addReaction(opened(), reaction), reaction);
    expect(added.posts.p1?.metadata.reactions).toHaveLength(1);
    const removed = removeReaction(added, reaction);
    expect(removed.posts.p1?.metadata.reactions).toEqual([]);
    expect(removeReaction(removed, reaction)).toBe(removed);
  });
});

describe('files', () => {
  it('are in the order in which they were attached', () => {
    const file = (id: string) => ({ id }) as FileInfo;
    const metadata = { files: [file('small'), file('large'), file('added')] } as Post['metadata'];
    expect(filesOf(post('p1', 1, { file_ids: ['large', 'small'], metadata })).map((f) => f.id)).toEqual(['large', 'small', 'added']);
    expect(filesOf(post('p2', 2, { file_ids: undefined, metadata: undefined }))).toEqual([]);
  });
});
