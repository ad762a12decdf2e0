// Reading and writing messages: pages, catching up, sending with local echo and retry, editing, reactions.
import type { Post } from '@mattermost/types/posts';
import { ApiError } from '@/api/core';
import * as api from '@/api/posts';
import type { FileInfo } from '@mattermost/types/files';
import { nextPendingTime, pendingPostId } from '@/lib/ids';
import * as reduce from '@/state/entities/posts';
import { apply, getState } from '@/state/store';
import { keepEdit, keepUnread, releaseUnread, setEditing, toastError, useUi } from '@/state/ui';
import { draftKey, restoreDraft } from './drafts';
import { needUsers } from './people';
import { forgetUnsent, keepUnsent, readUnsent } from './unsent';
import { restoreUploads } from './uploads';

function authors(posts: Record<string, Post>): string[] {
  return [...new Set(Object.values(posts).map((p) => p.user_id))];
}

const loading = new Map<string, Promise<void>>();

// The same page asked for twice at once is one request.
function once(key: string, work: () => Promise<void>): Promise<void> {
  const running = loading.get(key);
  if (running) return running;
  const promise = work().finally(() => loading.delete(key));
  loading.set(key, promise);
  return promise;
}

export function loadNewest(channelId: string): Promise<void> {
  return once(`newest:${channelId}`, async () => {
    const list = await api.getPosts(channelId);
    needUsers(authors(list.posts));
    apply((s) => reduce.receivePage(s, channelId, list, 'newest', { older: list.order.length >= api.PAGE, newer: false }));
  });
}

export function loadUnread(channelId: string): Promise<void> {
  return once(`newest:${channelId}`, async () => {
    const list = await api.getPostsUnread(channelId);
    needUsers(authors(list.posts));
    const newer = Boolean(list.next_post_id);
    apply((s) => reduce.receivePage(reduce.dropTimeline(s, channelId), channelId, list, newer ? 'around' : 'newest', {
      older: list.order.length > 0 && list.prev_post_id !== '', newer,
    }));
  });
}

export function loadOlder(channelId: string): Promise<void> {
  const timeline = getState().timelines[channelId];
  const first = timeline?.ids.find((id) => getState().posts[id]?.pending_post_id !== id);
  if (!timeline?.hasOlder || !first) return Promise.resolve();
  return once(`older:${channelId}`, async () => {
    const list = await api.getPostsBefore(channelId, first);
    needUsers(authors(list.posts));
    apply((s) => reduce.receivePage(s, channelId, list, 'before', { older: list.order.length >= api.PAGE }));
  });
}

export function loadNewer(channelId: string): Promise<void> {
  const timeline = getState().timelines[channelId];
  const last = timeline?.ids.at(-1);
  if (!timeline?.hasNewer || !last) return Promise.resolve();
  return once(`newer:${channelId}`, async () => {
    const list = await api.getPostsAfter(channelId, last);
    needUsers(authors(list.posts));
    apply((s) => reduce.receivePage(s, channelId, list, 'after', { newer: list.order.length >= api.PAGE }));
  });
}

export function loadAround(channelId: string, postId: string): Promise<void> {
  return once(`around:${postId}`, async () => {
    const [post, before, after] = await Promise.all([
      api.getPost(postId), api.getPostsBefore(channelId, postId), api.getPostsAfter(channelId, postId),
    ]);
    const list = {
      ...after,
      order: [...after.order, post.id, ...before.order],
      posts: { ...before.posts, ...after.posts, [post.id]: post },
    };
    needUsers(authors(list.posts));
    apply((s) => reduce.receivePage(reduce.dropTimeline(s, channelId), channelId, list, 'around', {
      older: before.order.length >= api.PAGE, newer: after.order.length >= api.PAGE,
    }));
  });
}

export async function catchUp(channelId: string): Promise<void> {
  const { timelines, posts } = getState();
  const timeline = timelines[channelId];
  if (!timeline) return;
  const settled = timeline.ids.map((id) => posts[id]).filter((p): p is Post => p !== undefined && p.pending_post_id !== p.id);
  const newest = Math.max(0, ...settled.map((p) => Math.max(p.create_at, p.update_at)));
  if (newest === 0) return loadNewest(channelId);
  const list = await api.getPostsSince(channelId, newest);
  needUsers(authors(list.posts));
  // A very long absence is answered with a cut-off list; then a fresh page is the honest picture.
  if (list.order.length >= 500) {
    apply((s) => reduce.dropTimeline(s, channelId));
    return loadNewest(channelId);
  }
  apply((s) => reduce.receiveSince(s, channelId, list));
}

export async function loadThread(rootId: string): Promise<void> {
  const list = await api.getThread(rootId);
  needUsers(authors(list.posts));
  apply((s) => reduce.receiveThreadPosts(s, rootId, list));
}

export async function loadPost(id: string): Promise<Post> {
  const known = getState().posts[id];
  if (known) return known;
  const post = await api.getPost(id);
  apply((s) => reduce.storePosts(s, [post]));
  needUsers([post.user_id]);
  return post;
}

export interface Outgoing {
  channelId: string;
  rootId: string;
  message: string;
  files: FileInfo[];
}

export async function sendMessage({ channelId, rootId, message, files }: Outgoing): Promise<void> {
  const { meId } = getState();
  const now = nextPendingTime();
  const id = pendingPostId(meId, now);
  const echo = {
    id, pending_post_id: id, create_at: now, update_at: now, edit_at: 0, delete_at: 0, is_pinned: false, user_id: meId,
    channel_id: channelId, root_id: rootId, original_id: '', message, type: '', props: {}, hashtags: '', reply_count: 0,
    file_ids: files.map((f) => f.id), metadata: { embeds: [], emojis: [], files, images: {}, reactions: [] },
  } as Post;
  keepUnsent(echo);
  // Whoever writes while old messages are on screen wants to see their own, which is at the other end.
  if (!rootId && getState().timelines[channelId]?.hasNewer) await loadNewest(channelId).catch(() => undefined);
  apply((s) => reduce.addEcho(s, echo));
  return deliver(echo);
}

async function deliver(echo: Post): Promise<void> {
  try {
    const post = await api.createPost({
      channel_id: echo.channel_id, message: echo.message, pending_post_id: echo.pending_post_id,
      root_id: echo.root_id, file_ids: echo.file_ids ?? [],
    });
    forgetUnsent(echo.id);
    apply((s) => reduce.receiveNewPost(s, { ...post, pending_post_id: post.pending_post_id || echo.pending_post_id }));
  } catch (error) {
    apply((s) => reduce.setEchoFailed(s, echo.id, true, error instanceof ApiError && error.isRefusal));
    const failed = getState().posts[echo.id];
    if (failed) keepUnsent(failed);
    if (error instanceof ApiError && !error.isNetwork) toastError(error);
  }
}

// Safe however often it is pressed: the server answers a known pending id with the first post.
export function retrySend(pendingId: string): void {
  const echo = getState().posts[pendingId];
  if (!echo?.failed) return;
  apply((s) => reduce.setEchoFailed(s, pendingId, false));
  void deliver(echo);
}

export function retryAllSends(): void {
  for (const post of Object.values(getState().posts)) {
    if (post.failed && reduce.isEcho(post) && !reduce.isRefused(post)) retrySend(post.id);
  }
}

// What an earlier page could not send stands at the end again, and goes out with the next connection.
export function restoreUnsent(): void {
  const echoes = readUnsent(getState().meId);
  apply((s) => echoes.reduce((state, echo) => reduce.addEcho(state, { ...echo, failed: true, create_at: nextPendingTime() }), s));
}

export function discardEcho(pendingId: string): void {
  const echo = getState().posts[pendingId];
  forgetUnsent(pendingId);
  if (echo) apply((s) => reduce.removePost(s, echo));
}

// A refused message goes back into its composer, files and all.
export function reviseEcho(pendingId: string): void {
  const echo = getState().posts[pendingId];
  if (!echo) return;
  const key = draftKey(echo.channel_id, echo.root_id);
  restoreUploads(key, echo.channel_id, echo.metadata?.files ?? []);
  restoreDraft(key, echo.message);
  discardEcho(pendingId);
}

// What the server does not take goes back into the place where it was typed.
export async function editMessage(id: string, message: string, place: string): Promise<void> {
  const before = getState().posts[id];
  if (!before || before.message === message) return;
  apply((s) => reduce.patchPost(s, id, { message, edit_at: Date.now() }));
  try {
    const post = await api.patchPost(id, { message });
    apply((s) => reduce.receiveEdit(s, post));
  } catch (error) {
    apply((s) => reduce.patchPost(s, id, { message: before.message, edit_at: before.edit_at }));
    keepEdit(id, message, error instanceof Error ? error.message : String(error));
    if (useUi.getState().editing === null) setEditing(`${place}:${id}`);
    else toastError(error);
  }
}

export async function deleteMessage(id: string): Promise<void> {
  const post = getState().posts[id];
  if (!post) return;
  try {
    await api.deletePost(id);
    apply((s) => reduce.removePost(s, post));
  } catch (error) {
    toastError(error);
  }
}

export async function toggleReaction(postId: string, name: string): Promise<void> {
  const { meId, posts } = getState();
  const mine = posts[postId]?.metadata?.reactions?.some((r) => r.user_id === meId && r.emoji_name === name);
  const reaction = { user_id: meId, post_id: postId, emoji_name: name, create_at: Date.now() };
  const on = (s: Parameters<typeof reduce.addReaction>[0]) => reduce.addReaction(s, reaction);
  const off = (s: Parameters<typeof reduce.addReaction>[0]) => reduce.removeReaction(s, reaction);
  apply(mine ? off : on);
  try {
    if (mine) await api.removeReaction(postId, name);
    else await api.addReaction(meId, postId, name);
  } catch (error) {
    apply(mine ? on : off);
    toastError(error);
  }
}

export async function togglePin(id: string): Promise<void> {
  const pinned = getState().posts[id]?.is_pinned ?? false;
  apply((s) => reduce.patchPost(s, id, { is_pinned: !pinned }));
  try {
    await (pinned ? api.unpinPost(id) : api.pinPost(id));
  } catch (error) {
    apply((s) => reduce.patchPost(s, id, { is_pinned: pinned }));
    toastError(error);
  }
}

export async function markUnreadFrom(id: string): Promise<void> {
  const post = getState().posts[id];
  if (!post) return;
  keepUnread(post.channel_id, post.create_at - 1);
  try {
    await api.markUnread(id);
  } catch (error) {
    releaseUnread(post.channel_id);
    toastError(error);
  }
}

export async function runCommand(body: { channelId: string; teamId: string; rootId: string; command: string }): Promise<api.CommandAnswer> {
  const answer = await api.executeCommand({
    channel_id: body.channelId, team_id: body.teamId, command: body.command, root_id: body.rootId,
  });
  return answer;
}
