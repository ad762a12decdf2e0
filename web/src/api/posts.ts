// Posts, threads, reactions, search and slash commands.
import type { Post, PostList, PostSearchResults } from '@mattermost/types/posts';
import type { Reaction } from '@mattermost/types/reactions';
import type { UserThread, UserThreadList } from '@mattermost/types/threads';
import { del, get, post, put, type RequestOptions } from './core';

const collapsed = { collapsedThreads: true, collapsedThreadsExtended: false };
export const PAGE_SIZE = 60;

export const getPosts = (channelId: string, options?: RequestOptions) =>
  get<PostList>(`/channels/${channelId}/posts`, { ...collapsed, page: 0, per_page: PAGE_SIZE }, { etag: true, ...options });
export const getPostsBefore = (channelId: string, before: string) =>
  get<PostList>(`/channels/${channelId}/posts`, { ...collapsed, before, page: 0, per_page: PAGE_SIZE });
export const getPostsAfter = (channelId: string, after: string) =>
  get<PostList>(`/channels/${channelId}/posts`, { ...collapsed, after, page: 0, per_page: PAGE_SIZE });
// With replies, for they change the reply counts of their root posts.
export const getPostsSince = (channelId: string, since: number) =>
  get<PostList>(`/channels/${channelId}/posts`, { since, collapsedThreads: true });
export const getPostsUnread = (channelId: string) =>
  get<PostList>(`/users/me/channels/${channelId}/posts/unread`, { ...collapsed, limit_before: 30, limit_after: PAGE_SIZE });
export const getPost = (id: string) => get<Post>(`/posts/${id}`);
export const getThread = (rootId: string) =>
  get<PostList>(`/posts/${rootId}/thread`, { collapsedThreads: false, perPage: 200, direction: 'down' });
export type Draft = Pick<Post, 'channel_id' | 'message' | 'pending_post_id'> & { root_id?: string; file_ids?: string[] };
export const createPost = (draft: Draft) => post<Post>('/posts', draft, { idempotent: true, callerWaits: true });
export const patchPost = (id: string, patch: { message: string }) => put<Post>(`/posts/${id}/patch`, patch);
export const deletePost = (id: string) => del<unknown>(`/posts/${id}`);
export const pinPost = (id: string) => post<unknown>(`/posts/${id}/pin`, undefined, { idempotent: true });
export const unpinPost = (id: string) => post<unknown>(`/posts/${id}/unpin`, undefined, { idempotent: true });
export const getPinned = (channelId: string) => get<PostList>(`/channels/${channelId}/pinned`);
export const markUnread = (id: string) =>
  post<unknown>(`/users/me/posts/${id}/set_unread`, { collapsed_threads_supported: true }, { idempotent: true });
export const addReaction = (userId: string, postId: string, name: string) =>
  post<Reaction>('/reactions', { user_id: userId, post_id: postId, emoji_name: name }, { idempotent: true });
export const removeReaction = (postId: string, name: string) =>
  del<unknown>(`/users/me/posts/${postId}/reactions/${encodeURIComponent(name)}`);
export const search = (teamId: string, terms: string, page: number, options?: RequestOptions) =>
  post<PostSearchResults>(`/teams/${teamId}/posts/search`, {
    terms, is_or_search: false, page, per_page: 20,
    time_zone_offset: new Date().getTimezoneOffset() * -60, include_deleted_channels: false,
  }, { idempotent: true, ...options });

export const getThreads = (teamId: string, query: { before?: string; unread?: boolean } = {}) =>
  get<UserThreadList>(`/users/me/teams/${teamId}/threads`, { ...query, per_page: 30, extended: true });
export const getThreadTotals = (teamId: string) =>
  get<UserThreadList>(`/users/me/teams/${teamId}/threads`, { totalsOnly: true });
export const getUserThread = (teamId: string, rootId: string) =>
  get<UserThread>(`/users/me/teams/${teamId}/threads/${rootId}`, { extended: true });
export const followThread = (teamId: string, rootId: string, follow: boolean) => {
  const path = `/users/me/teams/${teamId}/threads/${rootId}/following`;
  return follow ? put<unknown>(path) : del<unknown>(path);
};
export const readThread = (teamId: string, rootId: string, at: number) =>
  put<UserThread>(`/users/me/teams/${teamId}/threads/${rootId}/read/${at}`);
export const readAllThreads = (teamId: string) => put<unknown>(`/users/me/teams/${teamId}/threads/read`);

export interface CommandAnswer {
  text?: string;
  goto_location?: string;
  response_type?: string;
  trigger_id?: string;
}
export const executeCommand = (body: { channel_id: string; team_id: string; command: string; root_id?: string }) =>
  post<CommandAnswer>('/commands/execute', body);
export interface SlashCommand {
  trigger: string;
  auto_complete: boolean;
  auto_complete_desc: string;
  auto_complete_hint: string;
}
export const listCommands = (teamId: string) => get<SlashCommand[]>('/commands', { team_id: teamId });
