// Threads: whether the user follows them, and what is unread.
import type { UserThread, UserThreadList } from '@mattermost/types/threads';
import type { Entities } from './model';
import { patchPost, storePosts } from './posts';
import { receiveUsers } from './users';
import type { Post } from '@mattermost/types/posts';
import type { UserProfile } from '@mattermost/types/users';

export function receiveThread(s: Entities, thread: UserThread): Entities {
  const known = s.threads[thread.id];
  const people = thread.participants?.filter((p): p is UserProfile => 'username' in p && Boolean(p.username)) ?? [];
  let next = receiveUsers(s, people);
  const post = thread.post as Post | undefined;
  if (post?.message !== undefined && post.id) {
    next = storePosts(next, [{ ...post, reply_count: Math.max(post.reply_count ?? 0, thread.reply_count), last_reply_at: thread.last_reply_at }]);
  }
  next = patchPost(next, thread.id, {
    reply_count: thread.reply_count, last_reply_at: thread.last_reply_at, participants: thread.participants,
    is_following: thread.is_following ?? next.posts[thread.id]?.is_following ?? true,
  });
  // The thread may have been read while the request was running.
  const readState = known && known.last_viewed_at >= Math.max(thread.last_viewed_at ?? 0, thread.last_reply_at)
    ? { last_viewed_at: known.last_viewed_at, unread_replies: known.unread_replies, unread_mentions: known.unread_mentions }
    : {};
  return { ...next, threads: { ...next.threads, [thread.id]: { ...known, ...thread, ...readState, is_following: thread.is_following ?? known?.is_following ?? true } } };
}

export function receiveThreadList(s: Entities, teamId: string, list: UserThreadList): Entities {
  const next = receiveThreadTotals(s, teamId, list);
  return (list.threads ?? []).reduce<Entities>((state, thread) => receiveThread(state, thread), next);
}

export function receiveThreadTotals(s: Entities, teamId: string, list: Pick<UserThreadList, 'total_unread_threads' | 'total_unread_mentions'>): Entities {
  const totals = { unread: list.total_unread_threads ?? 0, mentions: list.total_unread_mentions ?? 0 };
  return { ...s, threadTotals: { ...s.threadTotals, [teamId]: totals } };
}

export function setFollowing(s: Entities, rootId: string, following: boolean): Entities {
  const next = patchPost(s, rootId, { is_following: following });
  const thread = next.threads[rootId];
  return thread ? { ...next, threads: { ...next.threads, [rootId]: { ...thread, is_following: following } } } : next;
}

export function markThreadRead(s: Entities, rootId: string, at: number, unread = { replies: 0, mentions: 0 }): Entities {
  const thread = s.threads[rootId];
  if (!thread) return s;
  return {
    ...s,
    threads: {
      ...s.threads,
      [rootId]: { ...thread, last_viewed_at: at, unread_replies: unread.replies, unread_mentions: unread.mentions },
    },
  };
}

function markReadWhere(s: Entities, at: number, matches: (thread: UserThread) => boolean): Entities['threads'] {
  const threads = { ...s.threads };
  for (const thread of Object.values(threads).filter(matches)) {
    threads[thread.id] = { ...thread, unread_replies: 0, unread_mentions: 0, last_viewed_at: at };
  }
  return threads;
}

export function markAllThreadsRead(s: Entities, teamId: string, at: number): Entities {
  const threads = markReadWhere(s, at, (thread) => {
    const team = s.channels[thread.post.channel_id]?.team_id;
    return team === teamId || team === '';
  });
  return { ...s, threads, threadTotals: { ...s.threadTotals, [teamId]: { unread: 0, mentions: 0 } } };
}

// Another client of the user, which displays replies within their channel, has viewed the channel.
export function markChannelThreadsRead(s: Entities, channelId: string, at: number): Entities {
  return { ...s, threads: markReadWhere(s, at, (thread) => thread.post.channel_id === channelId) };
}
