// Channels and teams: loading what I am in, opening, joining, leaving, reading.
import type { ServerChannel } from '@mattermost/types/channels';
import * as api from '@/api/channels';
import * as threadsApi from '@/api/posts';
import * as teamsApi from '@/api/teams';
import * as reduce from '@/state/entities/channels';
import { markTeamLoaded, receiveTeamMembers, receiveTeams } from '@/state/entities/teams';
import { receiveThreadTotals } from '@/state/entities/threads';
import { apply, getState } from '@/state/store';
import { toastError, useUi } from '@/state/ui';
import { needUsernames, needUsers } from './people';

export async function loadTeams(): Promise<void> {
  const [teams, members] = await Promise.all([teamsApi.getMyTeams(), teamsApi.getMyTeamMembers()]);
  apply((s) => receiveTeamMembers(receiveTeams(s, teams), members));
}

export async function loadTeamChannels(teamId: string): Promise<void> {
  const [channels, members, categories] = await Promise.all([
    api.getMyChannels(teamId), api.getMyChannelMembers(teamId), api.getCategories(teamId).catch(() => undefined),
  ]);
  apply((s) => {
    const next = reduce.receiveMyChannels(s, teamId, channels, members);
    return markTeamLoaded(categories ? reduce.receiveCategories(next, teamId, categories) : next, teamId);
  });
  const { meId } = getState();
  needUsers(channels.map((c) => reduce.teammateId(c, meId)).filter(Boolean));
  needUsernames(channels.filter((c) => c.type === 'G').flatMap(reduce.groupNames));
  void loadThreadTotals(teamId);
}

export async function loadCategories(teamId: string): Promise<void> {
  const categories = await api.getCategories(teamId).catch(() => undefined);
  if (categories) apply((s) => reduce.receiveCategories(s, teamId, categories));
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
  const team = await teamsApi.getTeam(teamId);
  const members = await teamsApi.getMyTeamMembers();
  apply((s) => receiveTeamMembers(receiveTeams(s, [team]), members));
  await loadTeamChannels(teamId);
}

const loading = new Map<string, { again: boolean; answer: Promise<ServerChannel> }>();

// One at a time for a channel: of two answers under way the older could come last. Whoever asks meanwhile has heard of
// something that the answer may lack.
export function loadChannel(channelId: string): Promise<ServerChannel> {
  const underWay = loading.get(channelId);
  if (underWay) {
    underWay.again = true;
    return underWay.answer;
  }
  const load = { again: false, answer: Promise.resolve().then(() => fetchUntilQuiet(channelId)) };
  loading.set(channelId, load);
  return load.answer;
}

async function fetchUntilQuiet(channelId: string): Promise<ServerChannel> {
  const load = loading.get(channelId);
  try {
    let channel = await fetchChannel(channelId);
    while (load?.again) {
      load.again = false;
      channel = await fetchChannel(channelId);
    }
    return channel;
  } finally {
    loading.delete(channelId);
  }
}

async function fetchChannel(channelId: string): Promise<ServerChannel> {
  const [channel, member] = await Promise.all([api.getChannel(channelId), api.getMyMember(channelId).catch(() => null)]);
  apply((s) => {
    const next = reduce.receiveChannels(s, [channel]);
    // What was read here since is not unread again because an answer was under way.
    const isOutdated = (s.members[channelId]?.last_viewed_at ?? 0) > (member?.last_viewed_at ?? 0);
    return member && !isOutdated ? reduce.receiveMembers(next, [member]) : next;
  });
  const { meId } = getState();
  needUsers([reduce.teammateId(channel, meId)]);
  if (channel.type === 'G') needUsernames(reduce.groupNames(channel));
  return channel;
}

export function receiveChannel(channel: ServerChannel): void {
  apply((s) => reduce.receiveChannels(s, [channel]));
}

export async function joinChannel(channel: ServerChannel): Promise<void> {
  const member = await api.addMember(channel.id, getState().meId);
  apply((s) => reduce.receiveMembers(reduce.receiveChannels(s, [channel]), [member]));
}

export async function leaveChannel(channelId: string): Promise<void> {
  await api.removeMember(channelId, getState().meId);
  apply((s) => reduce.leaveChannel(s, channelId));
}

export async function openDirect(userIds: string[]): Promise<ServerChannel> {
  const { meId } = getState();
  const [first = meId] = userIds;
  const channel = userIds.length <= 1 ? await api.createDirect(meId, first) : await api.createGroup([...new Set([meId, ...userIds])]);
  apply((s) => reduce.receiveChannels(s, [channel]));
  needUsers(userIds);
  return loadChannel(channel.id);
}

const viewing = new Map<string, number>();

// Reading is optimistic, and told to the server at most once a second for a channel.
// Of this channel only: whatever reached the one before meanwhile has not been seen.
export function markRead(channelId: string): void {
  if (useUi.getState().keptUnread[channelId] !== undefined) return;
  const { channels, members } = getState();
  const { unread } = reduce.unreadOf(channels[channelId], members[channelId]);
  apply((s) => reduce.markViewed(s, channelId, channels[channelId]?.last_post_at ?? 0));
  const last = viewing.get(channelId) ?? 0;
  const now = Date.now();
  if (!unread && now - last < 1000) return;
  viewing.set(channelId, now);
  api.view(channelId).catch(() => undefined);
}

export async function setMuted(channelId: string, muted: boolean): Promise<void> {
  const { members, meId } = getState();
  const before = members[channelId]?.notify_props ?? {};
  const mark_unread = muted ? 'mention' : 'all';
  apply((s) => reduce.patchMember(s, channelId, { notify_props: { ...before, mark_unread } }));
  try {
    await api.updateNotifyProps(channelId, meId, { mark_unread });
  } catch (error) {
    apply((s) => reduce.patchMember(s, channelId, { notify_props: before }));
    toastError(error);
  }
}

// Favourites are a category; moving a channel writes the two lists it touches.
export async function setFavorite(teamId: string, channelId: string, favorite: boolean): Promise<void> {
  const current = getState().categories[teamId];
  if (!current) return;
  const channel = getState().channels[channelId];
  const home = channel?.type === 'D' || channel?.type === 'G' ? 'direct_messages' : 'channels';
  const target = favorite ? 'favorites' : home;
  const changed = current.categories.map((c) => {
    const rest = c.channel_ids.filter((id) => id !== channelId);
    if (c.type === target) return { ...c, channel_ids: [channelId, ...rest] };
    return rest.length === c.channel_ids.length ? c : { ...c, channel_ids: rest };
  });
  apply((s) => reduce.receiveCategories(s, teamId, { ...current, categories: changed }));
  try {
    await api.moveToCategory(teamId, changed.filter((c, i) => c !== current.categories[i]));
  } catch (error) {
    apply((s) => reduce.receiveCategories(s, teamId, current));
    toastError(error);
  }
}
