// Pages that are older than events which arrived while they were on their way.
import type { Post } from '@mattermost/types/posts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as api from '@/api/posts';
import * as reducers from '@/state/entities/posts';
import { page, post, world } from '@/state/entities/testing';
import { apply, getState, resetEntities } from '@/state/store';
import { loadAround, loadNewest, loadUnread } from './posts';

vi.mock('@/api/posts', async (original) => ({
  ...(await original<typeof api>()),
  getPosts: vi.fn(), getPostsUnread: vi.fn(), getPostsSince: vi.fn(), getPost: vi.fn(), getPostsBefore: vi.fn(), getPostsAfter: vi.fn(),
}));

const first = post('p1', 10);
const added = post('p2', 20);

beforeEach(() => {
  vi.clearAllMocks();
  resetEntities();
  apply(() => world());
});

const shown = () => getState().timelines.c?.ids.map((id) => getState().posts[id]?.message);

// The response was made before the change, and arrives after its event.
function during(change: () => void, list = page(first)) {
  const response = () => { change(); return Promise.resolve(list); };
  vi.mocked(api.getPosts).mockImplementation(response);
  vi.mocked(api.getPostsUnread).mockImplementation(response);
}

describe('a channel that is loaded', () => {
  it.each([['newest', loadNewest], ['unread', loadUnread]])('has a message that arrived meanwhile (%s)', async (_, load) => {
    during(() => apply((s) => reducers.receiveNewPost(s, added)));
    vi.mocked(api.getPostsSince).mockResolvedValue(page(added));
    await load('c');
    expect(shown()).toEqual(['p1', 'p2']);
    expect(api.getPostsSince).toHaveBeenCalledWith('c', 10);
  });

  it('has its own message that was sent meanwhile', async () => {
    const echo = post('me:15', 15, { user_id: 'me', pending_post_id: 'me:15' });
    const stored = post('p2', 20, { user_id: 'me', pending_post_id: 'me:15' });
    apply((s) => reducers.addEcho(s, echo));
    during(() => apply((s) => reducers.receiveNewPost(s, stored)));
    vi.mocked(api.getPostsSince).mockResolvedValue(page({ ...stored, pending_post_id: '' }));
    await loadNewest('c');
    expect(shown()).toEqual(['p1', 'p2']);
  });

  it('has an edit that was made meanwhile, and not what was deleted', async () => {
    const edited: Post = { ...first, message: 'edited', update_at: 30, edit_at: 30 };
    during(() => apply((s) => reducers.removePost(reducers.receiveEdit(s, edited), added)), page(first, added));
    vi.mocked(api.getPostsSince).mockResolvedValue(page(edited, { ...added, update_at: 31, delete_at: 31 }));
    await loadNewest('c');
    expect(shown()).toEqual(['edited']);
  });

  it('asks once where nothing changed', async () => {
    during(() => apply((s) => reducers.receiveNewPost(s, post('x', 30, { channel_id: 'other' }))));
    await loadNewest('c');
    expect(api.getPostsSince).not.toHaveBeenCalled();
  });

  it('at one of its messages, has what arrived meanwhile', async () => {
    vi.mocked(api.getPost).mockImplementation(() => { apply((s) => reducers.receiveNewPost(s, added)); return Promise.resolve(first); });
    vi.mocked(api.getPostsBefore).mockResolvedValue(page());
    vi.mocked(api.getPostsAfter).mockResolvedValue(page());
    vi.mocked(api.getPostsSince).mockResolvedValue(page(added));
    await loadAround('c', 'p1');
    expect(shown()).toEqual(['p1', 'p2']);
  });
});
