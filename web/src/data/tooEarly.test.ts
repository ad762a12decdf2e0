// A message that the server takes only later.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/api/core';
import * as api from '@/api/posts';
import * as reducers from '@/state/entities/posts';
import { post, world } from '@/state/entities/testing';
import { apply, getState, resetEntities } from '@/state/store';
import { resendFailedPosts, sendMessage } from './posts';

vi.mock('@/api/posts', async (original) => ({ ...(await original<typeof api>()), createPost: vi.fn() }));

const echoes = () => Object.values(getState().posts).filter((p) => reducers.isEcho(p));

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  resetEntities();
  apply(() => world());
});
afterEach(() => vi.useRealTimers());

describe('a message that comes too early', () => {
  it('says when it is sent, is sent once then, and not before', async () => {
    const stored = post('p9', 90, { message: 'hello' });
    vi.mocked(api.createPost)
      .mockRejectedValueOnce(new ApiError(429, 'api.post.create_post.user_rate.app_error', 'Too early.', 3))
      .mockImplementationOnce((draft) => Promise.resolve({ ...stored, pending_post_id: draft.pending_post_id ?? '' }));
    await sendMessage({ channelId: 'c', rootId: '', message: 'hello', files: [] });
    const [echo] = echoes();
    expect(echo && reducers.sendTime(echo)).toBe(Date.now() + 3000);
    expect(echo && reducers.isRejected(echo)).toBe(false);
    // A connection that is back does not send it earlier.
    resendFailedPosts();
    await vi.advanceTimersByTimeAsync(2900);
    expect(api.createPost).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(api.createPost).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(api.createPost).toHaveBeenCalledTimes(2);
    expect(echoes()).toEqual([]);
    expect(getState().posts.p9?.message).toBe('hello');
  });

  it('is not sent again once it is discarded', async () => {
    vi.mocked(api.createPost).mockRejectedValueOnce(new ApiError(429, 'x', 'Too early.', 1));
    await sendMessage({ channelId: 'c', rootId: '', message: 'hello', files: [] });
    const [echo] = echoes();
    if (echo) apply((s) => reducers.removePost(s, echo));
    await vi.advanceTimersByTimeAsync(5000);
    expect(api.createPost).toHaveBeenCalledTimes(1);
  });
});
