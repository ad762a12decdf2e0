// Channels, the user's memberships, and unread counts. Those are of root posts: replies are counted by their thread.
import type { OrderedChannelCategories } from '@mattermost/types/channel_categories';
import type { ChannelMembership, ServerChannel } from '@mattermost/types/channels';
import type { Post } from '@mattermost/types/posts';
import { countDeparture, hasLeft, omit, type Entities } from './model';
import { byUsername, displayName } from './users';

// `current` are the channels whose counts are newer than those that are known.
export function receiveChannels(s: Entities, channels: ServerChannel[], current: Set<string> = new Set()): Entities {
  const next = { ...s.channels };
  for (const channel of channels) {
    const known = next[channel.id];
    const counts = known && !current.has(channel.id) ? newerCounts(s, known, channel) : {};
    next[channel.id] = known
      ? { ...known, ...channel, ...counts, last_post_at: Math.max(known.last_post_at, channel.last_post_at) }
      : channel;
  }
  return { ...s, channels: next };
}

// An event may be older than posts that are counted already, or deleted. Members receive an event for each of these.
function newerCounts(s: Entities, known: ServerChannel, channel: ServerChannel) {
  const newer = (a: number | undefined, b: number | undefined) => (s.members[channel.id] ? a ?? b ?? 0 : Math.max(a ?? 0, b ?? 0));
  return {
    total_msg_count: newer(known.total_msg_count, channel.total_msg_count),
    total_msg_count_root: newer(known.total_msg_count_root, channel.total_msg_count_root),
  };
}

// The complete list of a team's channels, with direct channels: memberships that are not in it have ended.
export function receiveMyChannels(
  s: Entities, teamId: string, channels: ServerChannel[], members: ChannelMembership[],
): Entities {
  const present = new Set(channels.map((c) => c.id));
  const kept = Object.fromEntries(Object.entries(s.members).filter(([id]) => {
    const channel = s.channels[id];
    return !channel || present.has(id) || (channel.team_id !== teamId && channel.team_id !== '');
  }));
  const current = new Set(members.map((m) => m.channel_id));
  return receiveMembers({ ...receiveChannels(s, channels, current), members: kept }, members);
}

// Whether a membership that was requested at `before` may lack what happened since: messages that were counted, my departure.
export function isOutdated(before: Entities, s: Entities, channelId: string): boolean {
  const known = before.channels[channelId];
  return hasLeft(before, s, channelId) || (known !== undefined && s.channels[channelId]?.total_msg_count !== known.total_msg_count);
}

export function receiveMembers(s: Entities, members: ChannelMembership[]): Entities {
  const next = { ...s.members };
  for (const member of members) {
    if (member.user_id === s.meId) next[member.channel_id] = { ...next[member.channel_id], ...member };
  }
  return { ...s, members: next };
}

export function patchMember(s: Entities, channelId: string, patch: Partial<ChannelMembership>): Entities {
  const member = s.members[channelId];
  return member ? { ...s, members: { ...s.members, [channelId]: { ...member, ...patch } } } : s;
}

export function countMemberChange(s: Entities, channelId: string): Entities {
  return { ...s, memberChanges: { ...s.memberChanges, [channelId]: (s.memberChanges[channelId] ?? 0) + 1 } };
}

export function leaveChannel(s: Entities, channelId: string): Entities {
  return countDeparture({ ...s, members: omit(s.members, channelId), timelines: omit(s.timelines, channelId) }, channelId);
}

export function removeChannel(s: Entities, channelId: string): Entities {
  const left = leaveChannel(s, channelId);
  return { ...left, channels: omit(left.channels, channelId) };
}

export function archiveChannel(s: Entities, channelId: string, at: number): Entities {
  const channel = s.channels[channelId];
  return channel ? { ...s, channels: { ...s.channels, [channelId]: { ...channel, delete_at: at } } } : s;
}

export function receiveCategories(s: Entities, teamId: string, categories: OrderedChannelCategories): Entities {
  return { ...s, categories: { ...s.categories, [teamId]: categories } };
}

const isCounted = (post: Post) => !post.type.startsWith('system_');
const isOwn = (s: Entities, post: Post) => post.user_id === s.meId && post.props?.from_webhook !== 'true';

// Counts a new post. The caller checks that it is new, so that an event that arrives twice is counted once.
export function countPost(s: Entities, post: Post, mentionsMe: boolean): Entities {
  const channel = s.channels[post.channel_id];
  if (!channel) return s;
  const counted = isCounted(post);
  const root = post.root_id === '';
  const one = counted ? 1 : 0;
  const rootOne = counted && root ? 1 : 0;
  const channels = {
    ...s.channels,
    [channel.id]: {
      ...channel,
      total_msg_count: channel.total_msg_count + one,
      total_msg_count_root: (channel.total_msg_count_root ?? channel.total_msg_count) + rootOne,
      last_post_at: Math.max(channel.last_post_at, post.create_at),
      last_root_post_at: root ? Math.max(channel.last_root_post_at ?? 0, post.create_at) : channel.last_root_post_at,
    },
  };
  const member = s.members[channel.id];
  if (!member) return { ...s, channels };
  const isMine = isOwn(s, post);
  const mention = !isMine && counted && (mentionsMe || (channel.type === 'D' && root));
  return {
    ...s,
    channels,
    members: {
      ...s.members,
      [channel.id]: {
        ...member,
        msg_count: member.msg_count + (isMine ? one : 0),
        msg_count_root: (member.msg_count_root ?? member.msg_count) + (isMine ? rootOne : 0),
        mention_count: member.mention_count + (mention ? 1 : 0),
        mention_count_root: (member.mention_count_root ?? 0) + (mention && root ? 1 : 0),
      },
    },
  };
}

// Takes a deleted post from the counts: once, for an event that arrives twice.
export function uncountPost(s: Entities, post: Post, mentionsMe: boolean): Entities {
  if (s.deletedPosts[post.id]) return s;
  const next: Entities = { ...s, deletedPosts: { ...s.deletedPosts, [post.id]: true } };
  const channel = s.channels[post.channel_id];
  if (!channel) return next;
  const one = isCounted(post) ? 1 : 0;
  const rootOne = post.root_id === '' ? one : 0;
  const replies = post.root_id === '' ? post.reply_count ?? 0 : 0;
  const total = Math.max(0, channel.total_msg_count - one - replies);
  const totalRoot = Math.max(0, (channel.total_msg_count_root ?? channel.total_msg_count) - rootOne);
  next.channels = { ...s.channels, [channel.id]: { ...channel, total_msg_count: total, total_msg_count_root: totalRoot } };
  const member = s.members[channel.id];
  if (!member) return next;
  const read = post.create_at <= member.last_viewed_at || isOwn(s, post) ? 1 : 0;
  const seen = patchMember(next, channel.id, {
    msg_count: Math.min(total, Math.max(0, member.msg_count - one * read)),
    msg_count_root: Math.min(totalRoot, Math.max(0, (member.msg_count_root ?? member.msg_count) - rootOne * read)),
  });
  return mentionsMe ? changeMentions(seen, post, -1) : seen;
}

// An edit or a deletion changes whether an unread post mentions the user.
export function changeMentions(s: Entities, post: Post, change: 1 | -1): Entities {
  const member = s.members[post.channel_id];
  if (!member || post.create_at <= member.last_viewed_at) return s;
  return patchMember(s, post.channel_id, {
    mention_count: Math.max(0, member.mention_count + change),
    mention_count_root: Math.max(0, (member.mention_count_root ?? 0) + (post.root_id === '' ? change : 0)),
  });
}

export function markViewed(s: Entities, channelId: string, at: number): Entities {
  const channel = s.channels[channelId];
  const member = s.members[channelId];
  if (!channel || !member) return s;
  return patchMember(s, channelId, {
    msg_count: channel.total_msg_count,
    msg_count_root: channel.total_msg_count_root,
    mention_count: 0,
    mention_count_root: 0,
    last_viewed_at: Math.max(member.last_viewed_at, at),
  });
}

export interface Unread {
  unread: boolean;
  mentions: number;
}

export const NO_UNREAD: Unread = { unread: false, mentions: 0 };

export function unreadOf(channel: ServerChannel | undefined, member: ChannelMembership | undefined): Unread {
  if (!channel || !member || channel.delete_at > 0) return NO_UNREAD;
  const total = channel.total_msg_count_root ?? channel.total_msg_count;
  const seen = member.msg_count_root ?? member.msg_count;
  const mentions = member.mention_count_root ?? member.mention_count;
  const muted = member.notify_props?.mark_unread === 'mention';
  return { unread: mentions > 0 || (!muted && total > seen), mentions };
}

export const isMuted = (member: ChannelMembership | undefined) => member?.notify_props?.mark_unread === 'mention';

export function getTeammateId(channel: ServerChannel, meId: string): string {
  if (channel.type !== 'D') return '';
  const [a = '', b = ''] = channel.name.split('__');
  return a === meId ? b : a;
}

const namesOfChannels = new WeakMap<Entities['channels'], Map<string, ServerChannel>>();

/** The channel of a team by its name in addresses. */
export function channelByName(s: Pick<Entities, 'channels' | 'teams'>, teamName: string, name: string): ServerChannel | undefined {
  let index = namesOfChannels.get(s.channels);
  if (!index) {
    index = new Map(Object.values(s.channels).map((channel) => [`${channel.team_id}/${channel.name}`, channel]));
    namesOfChannels.set(s.channels, index);
  }
  const team = Object.values(s.teams).find((one) => one.name === teamName);
  return team && index.get(`${team.id}/${name}`);
}

/** The channel that a team opens with: Town Square, or for guests, who are not in it, the first one of theirs. */
export function homeChannel(s: Pick<Entities, 'channels' | 'members'>, teamId: string): ServerChannel | undefined {
  const own = Object.values(s.channels).filter((channel) => channel.team_id === teamId && channel.delete_at === 0 && s.members[channel.id]);
  return own.find((channel) => channel.name === 'town-square') ?? own.sort((a, b) => a.display_name.localeCompare(b.display_name))[0];
}

// The display name of a group channel is the list of its members' usernames.
export const groupNames = (channel: ServerChannel) => channel.display_name.split(', ').filter(Boolean);

export function channelTitle(s: Pick<Entities, 'users' | 'meId'>, channel: ServerChannel | undefined): string {
  if (!channel) return '';
  if (channel.type === 'D') {
    const id = getTeammateId(channel, s.meId);
    return displayName(s.users[id]) || channel.display_name || '…';
  }
  if (channel.type === 'G') {
    const me = s.users[s.meId]?.username;
    return groupNames(channel).filter((name) => name !== me).map((name) => displayName(byUsername(s.users, name)) || name).join(', ');
  }
  return channel.display_name;
}

export function channelPath(s: Pick<Entities, 'users' | 'meId'>, teamName: string, channel: ServerChannel): string {
  if (channel.type === 'D') {
    const user = s.users[getTeammateId(channel, s.meId)];
    return user ? `/${teamName}/messages/@${user.username}` : `/${teamName}/channels/${channel.name}`;
  }
  return channel.type === 'G' ? `/${teamName}/messages/${channel.name}` : `/${teamName}/channels/${channel.name}`;
}
