// Posts, timelines, threads and local echo. A REST answer and its event go through the same functions here.
import type { FileInfo } from '@mattermost/types/files';
import type { Post, PostList } from '@mattermost/types/posts';
import type { Reaction } from '@mattermost/types/reactions';
import { t } from '@/i18n';
import { countPost } from './channels';
import { omit, type Entities, type Timeline } from './model';
import { stopTyping } from './users';

type MaybeReacted = Post & { has_reactions?: boolean };

function merge(known: Post | undefined, incoming: MaybeReacted): Post {
  if (!known) return incoming;
  if (known.update_at > incoming.update_at && !known.failed) return known;
  const keepReactions = incoming.has_reactions && incoming.metadata?.reactions === undefined;
  return {
    ...incoming,
    // The pending id stays the key of the row while it is displayed.
    pending_post_id: incoming.pending_post_id || known.pending_post_id,
    is_following: incoming.is_following ?? known.is_following,
    participants: incoming.participants ?? known.participants,
    metadata: keepReactions ? { ...incoming.metadata, reactions: known.metadata?.reactions } : incoming.metadata,
  };
}

export function storePosts(s: Entities, list: Post[]): Entities {
  if (list.length === 0) return s;
  const posts = { ...s.posts };
  for (const post of list) {
    if (post.delete_at > 0) continue;
    posts[post.id] = merge(posts[post.id], post);
    if (post.pending_post_id && post.pending_post_id !== post.id) delete posts[post.pending_post_id];
  }
  return { ...s, posts };
}

const rank = (post: Post | undefined) => post?.create_at ?? 0;

function sorted(posts: Record<string, Post>, ids: Iterable<string>): string[] {
  return [...new Set(ids)].sort((a, b) => rank(posts[a]) - rank(posts[b]) || (a < b ? -1 : 1));
}

export const isEcho = (post: Post | undefined): post is Post => post !== undefined && post.id === post.pending_post_id;

// A post by its id, or by the pending id under which it was displayed before the server had it.
export const postById = (s: Pick<Entities, 'posts'>, id: string): Post | undefined => s.posts[id] ?? Object.values(s.posts).find((p) => p.pending_post_id === id);

// The user's own messages of a channel or thread that the server has not confirmed.
export function echoesIn(s: Pick<Entities, 'posts'>, channelId: string, rootId = ''): string[] {
  const echoes = Object.values(s.posts).filter((p) => isEcho(p) && p.channel_id === channelId && p.root_id === rootId);
  return echoes.sort((a, b) => a.create_at - b.create_at).map((p) => p.id);
}

// What only this client has: messages that the server has not confirmed, and ephemeral ones, which the server sends once.
export const isLocal = (post: Post | undefined): boolean => post?.type === 'system_ephemeral' || isEcho(post);

// Ephemeral messages from before the loaded range would leave a gap.
function localIn(s: Pick<Entities, 'posts'>, channelId: string, rootId: string, oldest: number): string[] {
  const own = Object.values(s.posts).filter((p) => isLocal(p) && p.channel_id === channelId && p.root_id === rootId);
  return own.filter((p) => p.create_at >= oldest || isEcho(p)).map((p) => p.id);
}

const isRoot = (post: Post | undefined): post is Post => Boolean(post && !post.root_id && post.delete_at === 0);

// In the order in which the author attached them; the server lists them as their uploads ended.
export function filesOf(post: Pick<Post, 'file_ids' | 'metadata'>): FileInfo[] {
  const position = new Map((post.file_ids ?? []).map((id, index) => [id, index]));
  const at = (file: FileInfo) => position.get(file.id) ?? position.size;
  return [...(post.metadata?.files ?? [])].sort((a, b) => at(a) - at(b));
}

export type PageKind = 'newest' | 'before' | 'after' | 'around';

export function receivePage(
  s: Entities, channelId: string, list: PostList, kind: PageKind, ends: { older?: boolean; newer?: boolean },
): Entities {
  const next = storePosts(s, Object.values(list.posts));
  const roots = list.order.filter((id) => isRoot(next.posts[id]));
  const old = s.timelines[channelId];
  const joined = old && (kind === 'before' || kind === 'after' || roots.some((id) => old.ids.includes(id)));
  const hasNewer = kind === 'before' ? (old?.hasNewer ?? false) : (ends.newer ?? false);
  const hasOlder = kind === 'after' || (joined && kind === 'newest') ? (old?.hasOlder ?? true) : (ends.older ?? false);
  const stored = [...(joined ? old.ids : []), ...roots];
  // They stay when a page is loaded again, and may exist before the first page.
  const oldest = hasOlder ? Math.min(...stored.map((id) => rank(next.posts[id]))) : 0;
  const kept = [...stored, ...(hasNewer ? [] : localIn(next, channelId, '', oldest))];
  const timeline: Timeline = {
    ids: sorted(next.posts, kept.filter((id) => next.posts[id])),
    hasOlder,
    hasNewer,
  };
  return { ...next, timelines: { ...next.timelines, [channelId]: timeline } };
}

// What changed since a given time: new posts, edits and deletions, in any order.
export function receiveSince(s: Entities, channelId: string, list: PostList): Entities {
  let next = s;
  for (const post of Object.values(list.posts)) {
    if (post.delete_at > 0) next = removePost(next, post);
  }
  const existing = Object.values(list.posts).filter((p) => p.delete_at === 0);
  next = storePosts(next, existing);
  const timeline = next.timelines[channelId];
  if (timeline && !timeline.hasNewer) {
    const echoed = new Set(existing.map((p) => p.pending_post_id).filter(Boolean));
    const ids = timeline.ids.filter((id) => !echoed.has(id));
    // The response has older posts that were edited too; those before the loaded range would leave a gap.
    const oldest = rank(next.posts[ids[0] ?? '']);
    const inRange = existing.filter((p) => isRoot(p) && p.create_at >= oldest).map((p) => p.id);
    next = { ...next, timelines: { ...next.timelines, [channelId]: { ...timeline, ids: sorted(next.posts, [...ids, ...inRange]) } } };
  }
  for (const post of existing) {
    if (post.root_id && next.replies[post.root_id]?.loaded) next = addReply(next, post);
  }
  return next;
}

export function dropTimeline(s: Entities, channelId: string): Entities {
  return { ...s, timelines: omit(s.timelines, channelId) };
}

function replaceId(ids: string[], from: string, to: string): string[] {
  return ids.includes(to) ? ids.filter((id) => id !== from) : ids.map((id) => (id === from ? to : id));
}

// Replaces an echo by the server's post, in the same position and with the same key.
function replaceEcho(s: Entities, post: Post): Entities {
  const pending = post.pending_post_id;
  if (!pending || !s.posts[pending]) return s;
  const timeline = s.timelines[post.channel_id];
  const replies = s.replies[post.root_id];
  return {
    ...s,
    posts: omit(s.posts, pending),
    timelines: timeline
      ? { ...s.timelines, [post.channel_id]: { ...timeline, ids: replaceId(timeline.ids, pending, post.id) } }
      : s.timelines,
    replies: replies ? { ...s.replies, [post.root_id]: { ...replies, ids: replaceId(replies.ids, pending, post.id) } } : s.replies,
  };
}

function addToTimeline(s: Entities, post: Post): Entities {
  const timeline = s.timelines[post.channel_id];
  if (!timeline || timeline.hasNewer) return s;
  const ids = sorted(s.posts, [...timeline.ids, post.id]);
  return { ...s, timelines: { ...s.timelines, [post.channel_id]: { ...timeline, ids } } };
}

function addReply(s: Entities, post: Post): Entities {
  const replies = s.replies[post.root_id];
  if (!replies) return s;
  return { ...s, replies: { ...s.replies, [post.root_id]: { ...replies, ids: sorted(s.posts, [...replies.ids, post.id]) } } };
}

export function countPostChange(s: Entities, channelId: string): Entities {
  return { ...s, postChanges: { ...s.postChanges, [channelId]: (s.postChanges[channelId] ?? 0) + 1 } };
}

// A new post of any user: from `POST /posts`, from the `posted` event, or from both in either order.
export function receiveNewPost(s: Entities, post: Post, mentionsMe = false): Entities {
  const known = s.posts[post.id] !== undefined;
  let next = replaceEcho(countPostChange(s, post.channel_id), post);
  next = storePosts(next, [post]);
  next = post.root_id ? addReply(next, post) : addToTimeline(next, post);
  if (known) return next;
  next = countPost(next, post, mentionsMe);
  const root = post.root_id ? next.posts[post.root_id] : undefined;
  if (root) {
    const people = (root.participants as Array<{ id: string }> | null | undefined) ?? [];
    const participants = people.some((p) => p.id === post.user_id) ? people : [...people, { id: post.user_id }];
    next = {
      ...next,
      posts: {
        ...next.posts,
        [root.id]: { ...root, reply_count: root.reply_count + 1, last_reply_at: Math.max(root.last_reply_at ?? 0, post.create_at), participants },
      },
    };
  }
  return stopTyping(next, post.channel_id, post.root_id, post.user_id);
}

export function addEcho(s: Entities, post: Post): Entities {
  const next = { ...s, posts: { ...s.posts, [post.id]: post } };
  if (!post.root_id) return addToTimeline(next, post);
  const replies = next.replies[post.root_id] ?? { ids: [], loaded: false };
  return addReply({ ...next, replies: { ...next.replies, [post.root_id]: replies } }, post);
}

// `sendAt`: it came too early, and is sent again at this time.
export function setEchoFailed(s: Entities, pendingId: string, failed: boolean, rejected = false, sendAt = 0): Entities {
  const post = s.posts[pendingId];
  return post ? { ...s, posts: { ...s.posts, [pendingId]: { ...post, failed, props: { ...post.props, rejected, send_at: sendAt } } } } : s;
}

export const sendTime = (post: Post): number => (isEcho(post) && post.failed === true ? Number(post.props?.send_at ?? 0) : 0);

/** The name that a message is displayed under; integrations may choose one. */
export function authorName(post: Pick<Post, 'props'>, name: string): string {
  const override = post.props?.override_username;
  return (post.props?.from_webhook === 'true' && typeof override === 'string' && override) || name || t('user.someone');
}

// Rejected messages have to be changed by their author; others are sent again once connected.
export const isRejected = (post: Post) => isEcho(post) && post.failed === true && post.props?.rejected === true;

export function receiveEdit(s: Entities, post: Post): Entities {
  const next = countPostChange(s, post.channel_id);
  return next.posts[post.id] ? storePosts(next, [post]) : next;
}

export function patchPost(s: Entities, id: string, patch: Partial<Post>): Entities {
  const post = s.posts[id];
  return post ? { ...s, posts: { ...s.posts, [id]: { ...post, ...patch } } } : s;
}

export function removePost(s: Entities, post: Pick<Post, 'id' | 'channel_id' | 'root_id'>): Entities {
  const known = s.posts[post.id];
  const timeline = s.timelines[post.channel_id];
  const replies = s.replies[post.root_id];
  let next: Entities = { ...countPostChange(s, post.channel_id), posts: omit(s.posts, post.id) };
  if (timeline?.ids.includes(post.id)) {
    next = { ...next, timelines: { ...next.timelines, [post.channel_id]: { ...timeline, ids: timeline.ids.filter((id) => id !== post.id) } } };
  }
  if (replies?.ids.includes(post.id)) {
    next = { ...next, replies: { ...next.replies, [post.root_id]: { ...replies, ids: replies.ids.filter((id) => id !== post.id) } } };
  }
  const root = post.root_id ? next.posts[post.root_id] : undefined;
  if (known && root) {
    const reply_count = Math.max(0, root.reply_count - 1);
    next = patchPost(next, root.id, { reply_count });
    const thread = next.threads[root.id];
    if (thread) next = { ...next, threads: { ...next.threads, [root.id]: { ...thread, reply_count } } };
  }
  return { ...next, threads: omit(next.threads, post.id) };
}

function changeReactions(s: Entities, postId: string, change: (list: Reaction[]) => Reaction[]): Entities {
  const post = s.posts[postId];
  if (!post) return s;
  const before = post.metadata?.reactions ?? [];
  const after = change(before);
  return after === before ? s : patchPost(s, postId, { metadata: { ...post.metadata, reactions: after } });
}

const same = (a: Reaction, b: Pick<Reaction, 'user_id' | 'emoji_name'>) => a.user_id === b.user_id && a.emoji_name === b.emoji_name;

export function addReaction(s: Entities, reaction: Reaction): Entities {
  return changeReactions(s, reaction.post_id, (list) => (list.some((r) => same(r, reaction)) ? list : [...list, reaction]));
}

export function removeReaction(s: Entities, reaction: Pick<Reaction, 'user_id' | 'post_id' | 'emoji_name'>): Entities {
  return changeReactions(s, reaction.post_id, (list) => (list.some((r) => same(r, reaction)) ? list.filter((r) => !same(r, reaction)) : list));
}

export function receiveThreadPosts(s: Entities, rootId: string, list: PostList): Entities {
  const next = storePosts(s, Object.values(list.posts));
  const local = localIn(next, next.posts[rootId]?.channel_id ?? '', rootId, 0);
  const ids = Object.values(list.posts).filter((p) => p.root_id === rootId && p.delete_at === 0).map((p) => p.id);
  return { ...next, replies: { ...next.replies, [rootId]: { ids: sorted(next.posts, [...ids, ...local]), loaded: true } } };
}
