// Reduces events into the store. What an event does not contain is loaded through the effects that the caller passes in.
import type { DialogRequest } from '@/api/integrations';
import type { ChannelMembership, ServerChannel } from '@mattermost/types/channels';
import type { Group, GroupMember } from '@mattermost/types/groups';
import type { Post } from '@mattermost/types/posts';
import type { PreferenceType } from '@mattermost/types/preferences';
import type { Reaction } from '@mattermost/types/reactions';
import type { Team, TeamMembership } from '@mattermost/types/teams';
import type { UserThread } from '@mattermost/types/threads';
import type { UserProfile } from '@mattermost/types/users';
import * as channels from '@/state/entities/channels';
import * as groups from '@/state/entities/groups';
import type { Entities } from '@/state/entities/model';
import * as posts from '@/state/entities/posts';
import { receiveRoles, type RoleEntry } from '@/state/entities/roles';
import * as teams from '@/state/entities/teams';
import * as threads from '@/state/entities/threads';
import * as users from '@/state/entities/users';
import { asNumber, asText, parseJson, type RawEvent } from './events';

export interface Effects {
  loadChannel: (channelId: string) => void;
  loadTeam: (teamId: string) => void;
  loadUsers: (ids: string[]) => void;
  loadCategories: (teamId: string) => void;
  loadThreadTotals: (teamId: string) => void;
  posted: (post: Post, event: { mentionsMe: boolean; followsThread: boolean }) => void;
  leftChannel: (channelId: string, removerId: string) => void;
  dialogOpened: (request: DialogRequest) => void;
  emojiAdded: (emoji: { id: string; name: string }) => void;
  sessionEnded: () => void;
}

export interface Outcome {
  state: Entities;
  after?: (effects: Effects) => void;
}

type Handler = (s: Entities, event: RawEvent) => Outcome;

const withState = (state: Entities): Outcome => ({ state });

const teamOf = (s: Entities, channelId: string) => s.channels[channelId]?.team_id ?? '';

function handlePosted(s: Entities, event: RawEvent): Outcome {
  const post = parseJson<Post>(event.data.post);
  if (!post) return withState(s);
  const mentionsMe = parseJson<string[]>(event.data.mentions)?.includes(s.meId) ?? false;
  const followsThread = parseJson<string[]>(event.data.followers)?.includes(s.meId) ?? false;
  const repeated = s.posts[post.id] !== undefined;
  const state = posts.receiveNewPost(s, post, mentionsMe);
  return {
    state,
    after: (effects) => {
      if (!state.channels[post.channel_id] || !state.members[post.channel_id]) effects.loadChannel(post.channel_id);
      if (!state.users[post.user_id]) effects.loadUsers([post.user_id]);
      if (post.root_id && post.user_id !== s.meId && !repeated) effects.loadThreadTotals(teamOf(state, post.channel_id));
      if (!repeated) effects.posted(post, { mentionsMe, followsThread });
    },
  };
}

const attributesChanged: Handler = (s) => withState({ ...s, attributeChanges: s.attributeChanges + 1 });

const bookmarksChanged: Handler = (s) => withState({ ...s, bookmarkChanges: s.bookmarkChanges + 1 });

const handlers: Record<string, Handler> = {
  posted: handlePosted,
  ephemeral_message: handlePosted,
  open_dialog: (s, e) => {
    const request = parseJson<DialogRequest>(e.data.dialog);
    return { state: s, after: request ? (effects) => effects.dialogOpened(request) : undefined };
  },
  post_edited: (s, e) => {
    const post = parseJson<Post>(e.data.post);
    if (!post) return withState(s);
    const known = s.posts[post.id];
    const state = posts.receiveEdit(s, post);
    const isMe = (list: unknown) => parseJson<string[]>(list)?.includes(s.meId) ?? false;
    const change = isMe(e.data.mentions_added) ? 1 : isMe(e.data.mentions_removed) ? -1 : 0;
    const repeated = known !== undefined && known.update_at >= post.update_at;
    return withState(change && !repeated ? channels.changeMentions(state, post, change) : state);
  },
  post_deleted: (s, e) => {
    const post = parseJson<Post>(e.data.post);
    if (!post) return withState(s);
    const mentionsMe = parseJson<string[]>(e.data.mentions)?.includes(s.meId) ?? false;
    const state = channels.uncountPost(posts.removePost(s, post), post, mentionsMe);
    const after = (effects: Effects) => effects.loadThreadTotals(teamOf(s, post.channel_id));
    // The thread of a deleted root is no longer unread.
    return post.root_id === '' && s.threads[post.id] ? { state, after } : withState(state);
  },
  reaction_added: (s, e) => {
    const reaction = parseJson<Reaction>(e.data.reaction);
    return withState(reaction ? posts.addReaction(posts.countPostChange(s, asText(e.broadcast?.channel_id)), reaction) : s);
  },
  reaction_removed: (s, e) => {
    const reaction = parseJson<Reaction>(e.data.reaction);
    return withState(reaction ? posts.removeReaction(posts.countPostChange(s, asText(e.broadcast?.channel_id)), reaction) : s);
  },
  typing: (s, e) => {
    const userId = asText(e.data.user_id);
    const state = users.startTyping(s, asText(e.broadcast?.channel_id), asText(e.data.parent_id), userId, Date.now() + users.TYPING_TIMEOUT_MS);
    return { state, after: (effects) => { if (!s.users[userId]) effects.loadUsers([userId]); } };
  },
  user_added: (s, e) => {
    const channelId = asText(e.broadcast?.channel_id) || asText(e.data.channel_id);
    const userId = asText(e.data.user_id);
    return { state: channels.countMemberChange(s, channelId), after: (effects) => (userId === s.meId ? effects.loadChannel(channelId) : effects.loadUsers([userId])) };
  },
  user_removed: (s, e) => {
    const channelId = asText(e.broadcast?.channel_id) || asText(e.data.channel_id);
    const userId = asText(e.data.user_id) || asText(e.broadcast?.user_id);
    if (userId !== s.meId) return withState(channels.countMemberChange(s, channelId));
    return { state: channels.leaveChannel(s, channelId), after: (effects) => effects.leftChannel(channelId, asText(e.data.remover_id)) };
  },
  channel_created: (s, e) => ({ state: s, after: (effects) => effects.loadChannel(asText(e.data.channel_id)) }),
  channel_updated: (s, e) => {
    const channel = parseJson<ServerChannel>(e.data.channel);
    if (channel) return withState(s.channels[channel.id] ? channels.receiveChannels(s, [channel]) : s);
    return { state: s, after: (effects) => effects.loadChannel(asText(e.data.channel_id)) };
  },
  // The membership names other roles now.
  channel_scheme_updated: (s, e) => ({ state: s, after: (effects) => effects.loadChannel(asText(e.broadcast?.channel_id)) }),
  channel_converted: (s, e) => ({ state: s, after: (effects) => effects.loadChannel(asText(e.data.channel_id)) }),
  channel_deleted: (s, e) => withState(channels.archiveChannel(s, asText(e.data.channel_id), asNumber(e.data.delete_at) || Date.now())),
  channel_restored: (s, e) => ({
    state: channels.archiveChannel(s, asText(e.data.channel_id), 0),
    after: (effects) => effects.loadChannel(asText(e.data.channel_id)),
  }),
  channel_member_updated: (s, e) => {
    const member = parseJson<ChannelMembership>(e.data.channelMember);
    return withState(member && member.user_id === s.meId ? channels.patchMember(s, member.channel_id, { roles: member.roles, notify_props: member.notify_props, scheme_admin: member.scheme_admin }) : s);
  },
  direct_added: (s, e) => ({ state: s, after: (effects) => effects.loadChannel(asText(e.broadcast?.channel_id)) }),
  group_added: (s, e) => ({ state: s, after: (effects) => effects.loadChannel(asText(e.broadcast?.channel_id)) }),
  channel_viewed: (s, e) => withState(channels.markViewed(s, asText(e.data.channel_id), 0)),
  multiple_channels_viewed: (s, e) => {
    const times = parseJson<Record<string, number>>(e.data.channel_times) ?? {};
    return withState(Object.entries(times).reduce((state, [id, at]) => channels.markViewed(state, id, at), s));
  },
  post_unread: (s, e) => withState(channels.patchMember(s, asText(e.broadcast?.channel_id), {
    msg_count: asNumber(e.data.msg_count),
    msg_count_root: asNumber(e.data.msg_count_root ?? e.data.msg_count),
    mention_count: asNumber(e.data.mention_count),
    mention_count_root: asNumber(e.data.mention_count_root ?? e.data.mention_count),
    last_viewed_at: asNumber(e.data.last_viewed_at),
  })),
  thread_updated: (s, e) => {
    const thread = parseJson<UserThread>(e.data.thread);
    if (!thread) return withState(s);
    const state = threads.receiveThread(s, thread);
    const teamId = asText(e.broadcast?.team_id) || teamOf(state, thread.post?.channel_id ?? '');
    return { state, after: (effects) => effects.loadThreadTotals(teamId) };
  },
  thread_read_changed: (s, e) => {
    const at = asNumber(e.data.timestamp);
    const rootId = asText(e.data.thread_id);
    const teamId = asText(e.broadcast?.team_id);
    const channelId = asText(e.broadcast?.channel_id);
    const after = (effects: Effects) => effects.loadThreadTotals(teamId || teamOf(s, channelId));
    if (rootId) {
      const unread = { replies: asNumber(e.data.unread_replies), mentions: asNumber(e.data.unread_mentions) };
      return { state: threads.markThreadRead(s, rootId, at, unread), after };
    }
    return { state: channelId ? threads.markChannelThreadsRead(s, channelId, at) : threads.markAllThreadsRead(s, teamId, at), after };
  },
  thread_follow_changed: (s, e) => ({
    state: threads.setFollowing(s, asText(e.data.thread_id), Boolean(e.data.state)),
    after: (effects) => effects.loadThreadTotals(asText(e.broadcast?.team_id)),
  }),
  added_to_team: (s, e) => ({
    state: s,
    after: (effects) => { if ((asText(e.data.user_id) || s.meId) === s.meId) effects.loadTeam(asText(e.data.team_id)); },
  }),
  leave_team: (s, e) => withState(asText(e.data.user_id) === s.meId ? teams.removeTeam(s, asText(e.data.team_id)) : s),
  update_team: (s, e) => {
    const team = parseJson<Team>(e.data.team);
    return withState(team ? teams.receiveTeams(s, [team]) : s);
  },
  // So do the memberships of the team and of its channels.
  update_team_scheme: (s, e) => {
    const team = parseJson<Team>(e.data.team);
    if (!team || !s.teamMembers[team.id]) return withState(s);
    return { state: teams.receiveTeams(s, [team]), after: (effects) => effects.loadTeam(team.id) };
  },
  role_updated: (s, e) => {
    const role = parseJson<RoleEntry>(e.data.role);
    return withState(role ? receiveRoles(s, [role]) : s);
  },
  memberrole_updated: (s, e) => {
    const member = parseJson<TeamMembership>(e.data.member);
    return withState(member ? teams.receiveTeamMembers(s, [member]) : s);
  },
  config_changed: (s, e) => {
    // The largest file may be one's own limit, which the event does not know.
    const { MaxFileSize = '' } = s.config;
    return withState({ ...s, config: { ...s.config, ...parseJson<Record<string, string>>(e.data.config), MaxFileSize } });
  },
  new_user: (s, e) => ({ state: s, after: (effects) => effects.loadUsers([asText(e.data.user_id)]) }),
  user_updated: (s, e) => {
    const user = parseJson<UserProfile>(e.data.user);
    return withState(user ? users.receiveUsers(s, [user]) : s);
  },
  custom_profile_attributes_field_created: attributesChanged,
  custom_profile_attributes_field_updated: attributesChanged,
  custom_profile_attributes_field_deleted: attributesChanged,
  custom_profile_attributes_values_updated: attributesChanged,
  channel_bookmark_created: bookmarksChanged,
  channel_bookmark_updated: bookmarksChanged,
  channel_bookmark_deleted: bookmarksChanged,
  channel_bookmark_sorted: bookmarksChanged,
  received_group: (s, e) => {
    const group = parseJson<Group>(e.data.group);
    return withState(group ? groups.receiveGroups(s, [group]) : s);
  },
  group_member_add: (s, e) => {
    const member = parseJson<GroupMember>(e.data.group_member);
    return withState(member?.user_id === s.meId ? groups.joinGroup(s, member.group_id) : s);
  },
  group_member_deleted: (s, e) => {
    const member = parseJson<GroupMember>(e.data.group_member);
    return withState(member?.user_id === s.meId ? groups.leaveGroup(s, member.group_id) : s);
  },
  emoji_added: (s, e) => {
    const emoji = parseJson<{ id: string; name: string }>(e.data.emoji);
    return { state: s, after: (effects) => { if (emoji) effects.emojiAdded(emoji); } };
  },
  status_change: (s, e) => withState(users.receiveStatuses(s, [{ user_id: asText(e.data.user_id), status: asText(e.data.status) }])),
  preferences_changed: (s, e) => withState(users.receivePreferences(s, parseJson<PreferenceType[]>(e.data.preferences) ?? [])),
  preference_changed: (s, e) => {
    const preference = parseJson<PreferenceType>(e.data.preference);
    return withState(preference ? users.receivePreferences(s, [preference]) : s);
  },
  preferences_deleted: (s, e) => withState(users.removePreferences(s, parseJson<PreferenceType[]>(e.data.preferences) ?? [])),
};

const categoryEvents = new Set(['sidebar_category_created', 'sidebar_category_updated', 'sidebar_category_deleted', 'sidebar_category_order_updated']);

export function reduceEvent(s: Entities, event: RawEvent): Outcome {
  const handler = handlers[event.event];
  if (handler) return handler(s, event);
  if (categoryEvents.has(event.event)) {
    return { state: s, after: (effects) => effects.loadCategories(asText(event.broadcast?.team_id) || asText(event.data.team_id)) };
  }
  return withState(s);
}
