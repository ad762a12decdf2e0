// Loading and sending messages: pages, missed posts, local echo and retry, editing, reactions.
import type { Post } from '@mattermost/types/posts';
import { ApiError } from '@/api/core';
import * as api from '@/api/posts';
import type { FileInfo } from '@mattermost/types/files';
import { nextPendingTime, pendingPostId } from '@/lib/ids';
import * as reducers from '@/state/entities/posts';
import { canonicalName } from '@/emoji/data';
import { apply, getState } from '@/state/store';
import { rememberTrigger } from '@/state/triggers';
import { saveEdit, setManuallyUnread, clearManuallyUnread, setEditing, toastError, useUi } from '@/state/ui';
import { draftKey, restoreDraft } from './drafts';
import { networkFailed, requestSucceeded } from './retries';
import { requestUsers } from './users';
import { removeUnsent, saveUnsent, readUnsent } from './unsent';
import { restoreUploads } from './uploads';

function authors(posts: Record<string, Post>): string[] {
  return [...new Set(Object.values(posts).map((p) => p.user_id))];
}

const loading = new Map<string, Promise<void>>();

// Concurrent calls with the same key share one request.
function shareRequest(key: string, work: () => Promise<void>): Promise<void> {
  const running = loading.get(key);
  if (running) return running;
  const promise = work().finally(() => loading.delete(key));
  loading.set(key, promise);
  return promise;
}

// What changes in a channel while its page is on the way may be missing from the page, and the timeline it would be added to
// may not exist yet.
async function loadWithChanges(channelId: string, load: () => Promise<void>): Promise<void> {
  const before = getState().postChanges[channelId];
  await load();
  if (getState().postChanges[channelId] !== before) await loadMissedPosts(channelId);
}

async function loadNewestPage(channelId: string): Promise<void> {
  const list = await api.getPosts(channelId);
  requestUsers(authors(list.posts));
  apply((s) => reducers.receivePage(s, channelId, list, 'newest', { older: list.order.length >= api.PAGE_SIZE, newer: false }));
}

export function loadNewest(channelId: string): Promise<void> {
  return shareRequest(`newest:${channelId}`, () => loadWithChanges(channelId, () => loadNewestPage(channelId)));
}

export function loadUnread(channelId: string): Promise<void> {
  return shareRequest(`newest:${channelId}`, () => loadWithChanges(channelId, async () => {
    const list = await api.getPostsUnread(channelId);
    requestUsers(authors(list.posts));
    const newer = Boolean(list.next_post_id);
    apply((s) => reducers.receivePage(reducers.dropTimeline(s, channelId), channelId, list, newer ? 'around' : 'newest', {
      older: list.order.length > 0 && list.prev_post_id !== '', newer,
    }));
  }));
}

export function loadOlder(channelId: string): Promise<void> {
  const timeline = getState().timelines[channelId];
  const first = timeline?.ids.find((id) => !reducers.isLocal(getState().posts[id]));
  if (!timeline?.hasOlder || !first) return Promise.resolve();
  return shareRequest(`older:${channelId}`, async () => {
    const list = await api.getPostsBefore(channelId, first);
    requestUsers(authors(list.posts));
    apply((s) => reducers.receivePage(s, channelId, list, 'before', { older: list.order.length >= api.PAGE_SIZE }));
  });
}

export function loadNewer(channelId: string): Promise<void> {
  const timeline = getState().timelines[channelId];
  const last = timeline?.ids.findLast((id) => !reducers.isLocal(getState().posts[id]));
  if (!timeline?.hasNewer || !last) return Promise.resolve();
  return shareRequest(`newer:${channelId}`, async () => {
    const list = await api.getPostsAfter(channelId, last);
    requestUsers(authors(list.posts));
    apply((s) => reducers.receivePage(s, channelId, list, 'after', { newer: list.order.length >= api.PAGE_SIZE }));
  });
}

export function loadAround(channelId: string, postId: string): Promise<void> {
  return shareRequest(`around:${postId}`, () => loadWithChanges(channelId, async () => {
    const [post, before, after] = await Promise.all([
      api.getPost(postId), api.getPostsBefore(channelId, postId), api.getPostsAfter(channelId, postId),
    ]);
    const list = {
      ...after,
      order: [...after.order, post.id, ...before.order],
      posts: { ...before.posts, ...after.posts, [post.id]: post },
    };
    requestUsers(authors(list.posts));
    apply((s) => reducers.receivePage(reducers.dropTimeline(s, channelId), channelId, list, 'around', {
      older: before.order.length >= api.PAGE_SIZE, newer: after.order.length >= api.PAGE_SIZE,
    }));
  }));
}

export async function loadMissedPosts(channelId: string): Promise<void> {
  const { timelines, posts } = getState();
  const timeline = timelines[channelId];
  if (!timeline) return;
  const stored = timeline.ids.map((id) => posts[id]).filter((p): p is Post => p !== undefined && !reducers.isLocal(p));
  const newest = Math.max(0, ...stored.map((p) => Math.max(p.create_at, p.update_at)));
  if (newest === 0) return loadNewestPage(channelId);
  const list = await api.getPostsSince(channelId, newest);
  requestUsers(authors(list.posts));
  // After a long time the response is incomplete; then the newest page is loaded instead.
  if (list.order.length >= 500) {
    apply((s) => reducers.dropTimeline(s, channelId));
    return loadNewestPage(channelId);
  }
  apply((s) => reducers.receiveSince(s, channelId, list));
}

export async function loadThread(rootId: string): Promise<void> {
  const list = await api.getThread(rootId);
  requestUsers(authors(list.posts));
  apply((s) => reducers.receiveThreadPosts(s, rootId, list));
}

export async function loadPost(id: string): Promise<Post> {
  const known = getState().posts[id];
  if (known) return known;
  const post = await api.getPost(id);
  apply((s) => reducers.storePosts(s, [post]));
  requestUsers([post.user_id]);
  return post;
}

export interface NewMessage {
  channelId: string;
  rootId: string;
  message: string;
  files: FileInfo[];
}

export async function sendMessage({ channelId, rootId, message, files }: NewMessage): Promise<void> {
  const { meId } = getState();
  const now = nextPendingTime();
  const id = pendingPostId(meId, now);
  const echo = {
    id, pending_post_id: id, create_at: now, update_at: now, edit_at: 0, delete_at: 0, is_pinned: false, user_id: meId,
    channel_id: channelId, root_id: rootId, original_id: '', message, type: '', props: {}, hashtags: '', reply_count: 0,
    file_ids: files.map((f) => f.id), metadata: { embeds: [], emojis: [], files, images: {}, reactions: [] },
  } as Post;
  saveUnsent(echo);
  // An author who has old messages open is to see the new one, at the end of the channel.
  if (!rootId && getState().timelines[channelId]?.hasNewer) await loadNewest(channelId).catch(() => undefined);
  apply((s) => reducers.addEcho(s, echo));
  return deliver(echo);
}

async function deliver(echo: Post): Promise<void> {
  try {
    const post = await api.createPost({
      channel_id: echo.channel_id, message: echo.message, pending_post_id: echo.pending_post_id,
      root_id: echo.root_id, file_ids: echo.file_ids ?? [],
    });
    requestSucceeded();
    removeUnsent(echo.id);
    apply((s) => reducers.receiveNewPost(s, { ...post, pending_post_id: post.pending_post_id || echo.pending_post_id }));
  } catch (error) {
    const waitMs = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
    apply((s) => reducers.setEchoFailed(s, echo.id, true, error instanceof ApiError && error.isRejection, waitMs && Date.now() + waitMs));
    const failed = getState().posts[echo.id];
    if (failed) saveUnsent(failed);
    if (!(error instanceof ApiError)) return;
    if (waitMs > 0) setTimeout(() => resendPost(echo.id), waitMs);
    else if (error.isNetwork) networkFailed();
    else toastError(error);
  }
}

// May be repeated: the server answers a known pending id with the post that it created first.
export function resendPost(pendingId: string): void {
  const echo = getState().posts[pendingId];
  if (!echo?.failed) return;
  apply((s) => reducers.setEchoFailed(s, pendingId, false));
  void deliver(echo);
}

export function resendFailedPosts(): void {
  for (const post of Object.values(getState().posts)) {
    if (post.failed && reducers.isEcho(post) && !reducers.isRejected(post) && reducers.sendTime(post) <= Date.now()) resendPost(post.id);
  }
}

// Messages that were not sent before a reload are at the end of their channel again, and are sent once connected.
export function restoreUnsent(): void {
  const echoes = readUnsent(getState().meId);
  apply((s) => echoes.reduce((state, echo) => reducers.addEcho(state, { ...echo, failed: true, create_at: nextPendingTime(), props: { ...echo.props, send_at: 0 } }), s));
}

export function discardPending(pendingId: string): void {
  const echo = getState().posts[pendingId];
  removeUnsent(pendingId);
  if (echo) apply((s) => reducers.removePost(s, echo));
}

// Returns a rejected message to its composer, with its files.
export function returnToComposer(pendingId: string): void {
  const echo = getState().posts[pendingId];
  if (!echo) return;
  const key = draftKey(echo.channel_id, echo.root_id);
  restoreUploads(key, echo.channel_id, echo.metadata?.files ?? []);
  restoreDraft(key, echo.message);
  discardPending(pendingId);
}

// A rejected edit is returned to its editor.
export async function editMessage(id: string, message: string, place: string): Promise<void> {
  const before = getState().posts[id];
  if (!before || before.message === message) return;
  apply((s) => reducers.patchPost(s, id, { message, edit_at: Date.now() }));
  try {
    const post = await api.patchPost(id, { message });
    apply((s) => reducers.receiveEdit(s, post));
  } catch (error) {
    apply((s) => reducers.patchPost(s, id, { message: before.message, edit_at: before.edit_at }));
    saveEdit(id, message, error instanceof Error ? error.message : String(error));
    if (useUi.getState().editing === null) setEditing(`${place}:${id}`);
    else toastError(error);
  }
}

export async function deleteMessage(id: string): Promise<void> {
  const post = getState().posts[id];
  if (!post) return;
  try {
    await api.deletePost(id);
    apply((s) => reducers.removePost(s, post));
  } catch (error) {
    toastError(error);
  }
}

// An emoji has several names, and reactions with any of them are the same: one's own are removed under the names that they
// have, and a new one gets the name of those that are there.
export async function toggleReaction(postId: string, name: string): Promise<void> {
  const { meId, posts } = getState();
  const canonical = canonicalName(name);
  const same = (posts[postId]?.metadata?.reactions ?? []).filter((r) => canonicalName(r.emoji_name) === canonical);
  const mine = same.filter((r) => r.user_id === meId);
  const added = { user_id: meId, post_id: postId, emoji_name: same[0]?.emoji_name ?? name, create_at: Date.now() };
  const addAll = (list: Array<typeof added>) => apply((s) => list.reduce(reducers.addReaction, s));
  const removeAll = (list: Array<typeof added>) => apply((s) => list.reduce(reducers.removeReaction, s));
  const isAdding = mine.length === 0;
  if (isAdding) addAll([added]);
  else removeAll(mine);
  try {
    if (isAdding) await api.addReaction(meId, postId, added.emoji_name);
    else await Promise.all(mine.map((r) => api.removeReaction(postId, r.emoji_name)));
  } catch (error) {
    if (isAdding) removeAll([added]);
    else addAll(mine);
    toastError(error);
  }
}

export async function togglePin(id: string): Promise<void> {
  const pinned = getState().posts[id]?.is_pinned ?? false;
  apply((s) => reducers.patchPost(s, id, { is_pinned: !pinned }));
  try {
    await (pinned ? api.unpinPost(id) : api.pinPost(id));
  } catch (error) {
    apply((s) => reducers.patchPost(s, id, { is_pinned: pinned }));
    toastError(error);
  }
}

export async function markUnreadFrom(id: string): Promise<void> {
  const post = getState().posts[id];
  if (!post) return;
  setManuallyUnread(post.channel_id, post.create_at - 1);
  try {
    await api.markUnread(id);
  } catch (error) {
    clearManuallyUnread(post.channel_id);
    toastError(error);
  }
}

export async function runCommand(body: { channelId: string; teamId: string; rootId: string; command: string }): Promise<api.CommandAnswer> {
  const answer = await api.executeCommand({
    channel_id: body.channelId, team_id: body.teamId, command: body.command, root_id: body.rootId,
  });
  rememberTrigger(answer.trigger_id, body.channelId);
  return answer;
}
