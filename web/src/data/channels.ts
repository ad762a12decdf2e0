// Channels and teams: loading, opening, joining, leaving, marking as read.
import type { ServerChannel } from '@mattermost/types/channels';
import type { Team, TeamMembership } from '@mattermost/types/teams';
import * as api from '@/api/channels';
import * as threadsApi from '@/api/posts';
import * as teamsApi from '@/api/teams';
import * as reducers from '@/state/entities/channels';
import { hasLeft, type Entities } from '@/state/entities/model';
import { markTeamLoaded, receiveTeamMembers, receiveTeams } from '@/state/entities/teams';
import { receiveThreadTotals } from '@/state/entities/threads';
import { apply, getState } from '@/state/store';
import { toastError, useUi } from '@/state/ui';
import { requestUsersByName, requestUsers } from './users';

export async function loadTeams(): Promise<void> {
  const before = getState();
  const [teams, members] = await Promise.all([teamsApi.getMyTeams(), teamsApi.getMyTeamMembers()]);
  receiveMyTeams(before, teams, members);
}

// Without the teams that I left while the response was on its way.
function receiveMyTeams(before: Entities, teams: Team[], members: TeamMembership[]): void {
  apply((s) => receiveTeamMembers(receiveTeams(s, teams), members.filter((m) => !hasLeft(before, s, m.team_id))));
}

export async function loadTeamChannels(teamId: string): Promise<void> {
  const before = getState();
  const [channels, members, categories] = await Promise.all([
    api.getMyChannels(teamId), api.getMyChannelMembers(teamId), api.getCategories(teamId).catch(() => undefined),
  ]);
  const outdated = members.map((m) => m.channel_id).filter((id) => reducers.isOutdated(before, getState(), id));
  apply((s) => {
    const next = reducers.receiveMyChannels(s, teamId, channels, members.filter((m) => !outdated.includes(m.channel_id)));
    return markTeamLoaded(categories ? reducers.receiveCategories(next, teamId, categories) : next, teamId);
  });
  outdated.forEach((id) => { loadChannel(id).catch(() => undefined); });
  const { meId } = getState();
  requestUsers(channels.map((c) => reducers.getTeammateId(c, meId)).filter(Boolean));
  requestUsersByName(channels.filter((c) => c.type === 'G').flatMap(reducers.groupNames));
  void loadThreadTotals(teamId);
}

export async function loadCategories(teamId: string): Promise<void> {
  const categories = await api.getCategories(teamId).catch(() => undefined);
  if (categories) apply((s) => reducers.receiveCategories(s, teamId, categories));
}

let totalsTimer: ReturnType<typeof setTimeout> | undefined;
export function loadThreadTotals(teamId: string): void {
  if (!teamId) return;
  clearTimeout(totalsTimer);
  totalsTimer = setTimeout(() => {
    threadsApi.getThreadTotals(teamId).then(
      (totals) => apply((s) => receiveThreadTotals(s, teamId, totals)),
      () => undefined,
    );
  }, 250);
}

export async function loadTeam(teamId: string): Promise<void> {
  const before = getState();
  const team = await teamsApi.getTeam(teamId);
  const members = await teamsApi.getMyTeamMembers();
  receiveMyTeams(before, [team], members);
  await loadTeamChannels(teamId);
}

// In a channel where messages arrive all the time, every response is outdated.
const MAX_FETCHES = 3;

const loading = new Map<string, { reload: boolean; response: Promise<ServerChannel> }>();

// One request at a time for a channel: of two, the older response could arrive last. A call during a request may be due
// to a change that its response does not have yet, so the channel is requested again afterwards.
export function loadChannel(channelId: string): Promise<ServerChannel> {
  const running = loading.get(channelId);
  if (running) {
    running.reload = true;
    return running.response;
  }
  const load = { reload: false, response: Promise.resolve().then(() => fetchUntilCurrent(channelId)) };
  loading.set(channelId, load);
  return load.response;
}

async function fetchUntilCurrent(channelId: string): Promise<ServerChannel> {
  const load = loading.get(channelId);
  try {
    for (let attempt = 1; ; attempt += 1) {
      const { channel, isOutdated } = await fetchChannel(channelId);
      if (!load?.reload && (!isOutdated || attempt >= MAX_FETCHES)) return channel;
      if (load) load.reload = false;
    }
  } finally {
    loading.delete(channelId);
  }
}

async function fetchChannel(channelId: string): Promise<{ channel: ServerChannel; isOutdated: boolean }> {
  const before = getState();
  const [channel, member] = await Promise.all([api.getChannel(channelId), api.getMyMember(channelId).catch(() => null)]);
  const isOutdated = reducers.isOutdated(before, getState(), channelId);
  apply((s) => {
    // The channel may have been read while the request was running.
    const isReadSince = (s.members[channelId]?.last_viewed_at ?? 0) > (member?.last_viewed_at ?? 0);
    if (!member || isReadSince || isOutdated) return reducers.receiveChannels(s, [channel]);
    return reducers.receiveMembers(reducers.receiveChannels(s, [channel], new Set([channelId])), [member]);
  });
  const { meId } = getState();
  requestUsers([reducers.getTeammateId(channel, meId)]);
  if (channel.type === 'G') requestUsersByName(reducers.groupNames(channel));
  return { channel, isOutdated };
}

export function receiveChannel(channel: ServerChannel): void {
  apply((s) => reducers.receiveChannels(s, [channel]));
}

export async function joinChannel(channel: ServerChannel): Promise<void> {
  const member = await api.addMember(channel.id, getState().meId);
  apply((s) => reducers.receiveMembers(reducers.receiveChannels(s, [channel]), [member]));
}

export async function leaveChannel(channelId: string): Promise<void> {
  await api.removeMember(channelId, getState().meId);
  apply((s) => reducers.leaveChannel(s, channelId));
}

export async function openDirectChannel(userIds: string[]): Promise<ServerChannel> {
  const { meId } = getState();
  const [first = meId] = userIds;
  const channel = userIds.length <= 1 ? await api.createDirect(meId, first) : await api.createGroup([...new Set([meId, ...userIds])]);
  apply((s) => reducers.receiveChannels(s, [channel]));
  requestUsers(userIds);
  return loadChannel(channel.id);
}

const lastViewRequests = new Map<string, number>();

// Marks as read at once, and reports it to the server at most once a second for a channel. The request names no previous
// channel: messages that arrived there meanwhile have not been read.
export function markRead(channelId: string): void {
  if (useUi.getState().manuallyUnread[channelId] !== undefined) return;
  const { channels, members } = getState();
  const { unread } = reducers.unreadOf(channels[channelId], members[channelId]);
  apply((s) => reducers.markViewed(s, channelId, channels[channelId]?.last_post_at ?? 0));
  const last = lastViewRequests.get(channelId) ?? 0;
  const now = Date.now();
  if (!unread && now - last < 1000) return;
  lastViewRequests.set(channelId, now);
  api.view(channelId).catch(() => undefined);
}

export async function setMuted(channelId: string, muted: boolean): Promise<void> {
  const { members, meId } = getState();
  const before = members[channelId]?.notify_props ?? {};
  const mark_unread = muted ? 'mention' : 'all';
  apply((s) => reducers.patchMember(s, channelId, { notify_props: { ...before, mark_unread } }));
  try {
    await api.updateNotifyProps(channelId, meId, { mark_unread });
  } catch (error) {
    apply((s) => reducers.patchMember(s, channelId, { notify_props: before }));
    toastError(error);
  }
}

// Favorites are a sidebar category; moving a channel writes the two categories that change.
export async function setFavorite(teamId: string, channelId: string, favorite: boolean): Promise<void> {
  const current = getState().categories[teamId];
  if (!current) return;
  const channel = getState().channels[channelId];
  const defaultCategory = channel?.type === 'D' || channel?.type === 'G' ? 'direct_messages' : 'channels';
  const target = favorite ? 'favorites' : defaultCategory;
  const changed = current.categories.map((c) => {
    const rest = c.channel_ids.filter((id) => id !== channelId);
    if (c.type === target) return { ...c, channel_ids: [channelId, ...rest] };
    return rest.length === c.channel_ids.length ? c : { ...c, channel_ids: rest };
  });
  apply((s) => reducers.receiveCategories(s, teamId, { ...current, categories: changed }));
  try {
    await api.moveToCategory(teamId, changed.filter((c, i) => c !== current.categories[i]));
  } catch (error) {
    apply((s) => reducers.receiveCategories(s, teamId, current));
    toastError(error);
  }
}
