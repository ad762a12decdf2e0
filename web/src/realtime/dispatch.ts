// Turns an event into a change of the store. What an event only hints at is fetched through the effects given by the caller.
import type { ChannelMembership, ServerChannel } from '@mattermost/types/channels';
import type { Post } from '@mattermost/types/posts';
import type { PreferenceType } from '@mattermost/types/preferences';
import type { Reaction } from '@mattermost/types/reactions';
import type { Team, TeamMembership } from '@mattermost/types/teams';
import type { UserThread } from '@mattermost/types/threads';
import type { UserProfile } from '@mattermost/types/users';
import * as channels from '@/state/entities/channels';
import type { Entities } from '@/state/entities/model';
import * as posts from '@/state/entities/posts';
import * as teams from '@/state/entities/teams';
import * as threads from '@/state/entities/threads';
import * as users from '@/state/entities/users';
import { number, open, text, type RawEvent } from './events';

export interface Effects {
  loadChannel: (channelId: string) => void;
  loadTeam: (teamId: string) => void;
  loadUsers: (ids: string[]) => void;
  loadCategories: (teamId: string) => void;
  loadThreadTotals: (teamId: string) => void;
  posted: (post: Post, mentionsMe: boolean) => void;
  leftChannel: (channelId: string, removerId: string) => void;
  emojiAdded: (emoji: { id: string; name: string }) => void;
  sessionEnded: () => void;
}

export interface Outcome {
  state: Entities;
  after?: (effects: Effects) => void;
}

type Handler = (s: Entities, event: RawEvent) => Outcome;

const only = (state: Entities): Outcome => ({ state });

const teamOf = (s: Entities, channelId: string) => s.channels[channelId]?.team_id ?? '';

function postWasWritten(s: Entities, event: RawEvent): Outcome {
  const post = open<Post>(event.data.post);
  if (!post) return only(s);
  const mentionsMe = open<string[]>(event.data.mentions)?.includes(s.meId) ?? false;
  const repeated = s.posts[post.id] !== undefined;
  const state = posts.receiveNewPost(s, post, mentionsMe);
  return {
    state,
    after: (effects) => {
      if (!state.channels[post.channel_id] || !state.members[post.channel_id]) effects.loadChannel(post.channel_id);
      if (!state.users[post.user_id]) effects.loadUsers([post.user_id]);
      if (post.root_id && post.user_id !== s.meId && !repeated) effects.loadThreadTotals(teamOf(state, post.channel_id));
      if (!repeated) effects.posted(post, mentionsMe);
    },
  };
}

const handlers: Record<string, Handler> = {
  posted: postWasWritten,
  ephemeral_message: postWasWritten,
  post_edited: (s, e) => {
    const post = open<Post>(e.data.post);
    return only(post ? posts.receiveEdit(s, post) : s);
  },
  post_deleted: (s, e) => {
    const post = open<Post>(e.data.post);
    return only(post ? posts.removePost(s, post) : s);
  },
  reaction_added: (s, e) => {
    const reaction = open<Reaction>(e.data.reaction);
    return only(reaction ? posts.addReaction(s, reaction) : s);
  },
  reaction_removed: (s, e) => {
    const reaction = open<Reaction>(e.data.reaction);
    return only(reaction ? posts.removeReaction(s, reaction) : s);
  },
  typing: (s, e) => {
    const userId = text(e.data.user_id);
    const state = users.startTyping(s, text(e.broadcast?.channel_id), text(e.data.parent_id), userId, Date.now() + users.TYPING_LASTS);
    return { state, after: (effects) => { if (!s.users[userId]) effects.loadUsers([userId]); } };
  },
  user_added: (s, e) => {
    const channelId = text(e.broadcast?.channel_id) || text(e.data.channel_id);
    const userId = text(e.data.user_id);
    return { state: channels.noteMembers(s, channelId), after: (effects) => (userId === s.meId ? effects.loadChannel(channelId) : effects.loadUsers([userId])) };
  },
  user_removed: (s, e) => {
    const channelId = text(e.broadcast?.channel_id) || text(e.data.channel_id);
    const userId = text(e.data.user_id) || text(e.broadcast?.user_id);
    if (userId !== s.meId) return only(channels.noteMembers(s, channelId));
    return { state: channels.leaveChannel(s, channelId), after: (effects) => effects.leftChannel(channelId, text(e.data.remover_id)) };
  },
  channel_created: (s, e) => ({ state: s, after: (effects) => effects.loadChannel(text(e.data.channel_id)) }),
  channel_updated: (s, e) => {
    const channel = open<ServerChannel>(e.data.channel);
    if (channel) return only(s.channels[channel.id] ? channels.receiveChannels(s, [channel]) : s);
    return { state: s, after: (effects) => effects.loadChannel(text(e.data.channel_id)) };
  },
  channel_converted: (s, e) => ({ state: s, after: (effects) => effects.loadChannel(text(e.data.channel_id)) }),
  channel_deleted: (s, e) => only(channels.archiveChannel(s, text(e.data.channel_id), number(e.data.delete_at) || Date.now())),
  channel_restored: (s, e) => ({
    state: channels.archiveChannel(s, text(e.data.channel_id), 0),
    after: (effects) => effects.loadChannel(text(e.data.channel_id)),
  }),
  channel_member_updated: (s, e) => {
    const member = open<ChannelMembership>(e.data.channelMember);
    return only(member && member.user_id === s.meId ? channels.patchMember(s, member.channel_id, { roles: member.roles, notify_props: member.notify_props, scheme_admin: member.scheme_admin }) : s);
  },
  direct_added: (s, e) => ({ state: s, after: (effects) => effects.loadChannel(text(e.broadcast?.channel_id)) }),
  group_added: (s, e) => ({ state: s, after: (effects) => effects.loadChannel(text(e.broadcast?.channel_id)) }),
  channel_viewed: (s, e) => only(channels.markViewed(s, text(e.data.channel_id), 0)),
  multiple_channels_viewed: (s, e) => {
    const times = open<Record<string, number>>(e.data.channel_times) ?? {};
    return only(Object.entries(times).reduce((state, [id, at]) => channels.markViewed(state, id, at), s));
  },
  post_unread: (s, e) => only(channels.patchMember(s, text(e.broadcast?.channel_id), {
    msg_count: number(e.data.msg_count),
    msg_count_root: number(e.data.msg_count_root ?? e.data.msg_count),
    mention_count: number(e.data.mention_count),
    mention_count_root: number(e.data.mention_count_root ?? e.data.mention_count),
    last_viewed_at: number(e.data.last_viewed_at),
  })),
  thread_updated: (s, e) => {
    const thread = open<UserThread>(e.data.thread);
    if (!thread) return only(s);
    const state = threads.receiveThread(s, thread);
    const teamId = text(e.broadcast?.team_id) || teamOf(state, thread.post?.channel_id ?? '');
    return { state, after: (effects) => effects.loadThreadTotals(teamId) };
  },
  thread_read_changed: (s, e) => {
    const at = number(e.data.timestamp);
    const rootId = text(e.data.thread_id);
    const teamId = text(e.broadcast?.team_id);
    const channelId = text(e.broadcast?.channel_id);
    const after = (effects: Effects) => effects.loadThreadTotals(teamId || teamOf(s, channelId));
    if (rootId) {
      const unread = { replies: number(e.data.unread_replies), mentions: number(e.data.unread_mentions) };
      return { state: threads.markThreadRead(s, rootId, at, unread), after };
    }
    return { state: channelId ? threads.markChannelThreadsRead(s, channelId, at) : threads.markAllThreadsRead(s, teamId, at), after };
  },
  thread_follow_changed: (s, e) => ({
    state: threads.setFollowing(s, text(e.data.thread_id), Boolean(e.data.state)),
    after: (effects) => effects.loadThreadTotals(text(e.broadcast?.team_id)),
  }),
  added_to_team: (s, e) => ({
    state: s,
    after: (effects) => { if ((text(e.data.user_id) || s.meId) === s.meId) effects.loadTeam(text(e.data.team_id)); },
  }),
  leave_team: (s, e) => only(text(e.data.user_id) === s.meId ? teams.removeTeam(s, text(e.data.team_id)) : s),
  update_team: (s, e) => {
    const team = open<Team>(e.data.team);
    return only(team ? teams.receiveTeams(s, [team]) : s);
  },
  memberrole_updated: (s, e) => {
    const member = open<TeamMembership>(e.data.member);
    return only(member ? teams.receiveTeamMembers(s, [member]) : s);
  },
  new_user: (s, e) => ({ state: s, after: (effects) => effects.loadUsers([text(e.data.user_id)]) }),
  user_updated: (s, e) => {
    const user = open<UserProfile>(e.data.user);
    return only(user ? users.receiveUsers(s, [user]) : s);
  },
  emoji_added: (s, e) => {
    const emoji = open<{ id: string; name: string }>(e.data.emoji);
    return { state: s, after: (effects) => { if (emoji) effects.emojiAdded(emoji); } };
  },
  status_change: (s, e) => only(users.receiveStatuses(s, [{ user_id: text(e.data.user_id), status: text(e.data.status) }])),
  preferences_changed: (s, e) => only(users.receivePreferences(s, open<PreferenceType[]>(e.data.preferences) ?? [])),
  preference_changed: (s, e) => {
    const preference = open<PreferenceType>(e.data.preference);
    return only(preference ? users.receivePreferences(s, [preference]) : s);
  },
  preferences_deleted: (s, e) => only(users.removePreferences(s, open<PreferenceType[]>(e.data.preferences) ?? [])),
};

const categoryEvents = new Set(['sidebar_category_created', 'sidebar_category_updated', 'sidebar_category_deleted', 'sidebar_category_order_updated']);

export function reduceEvent(s: Entities, event: RawEvent): Outcome {
  const handler = handlers[event.event];
  if (handler) return handler(s, event);
  if (categoryEvents.has(event.event)) {
    return { state: s, after: (effects) => effects.loadCategories(text(event.broadcast?.team_id) || text(event.data.team_id)) };
  }
  return only(s);
}
