// Channels, members, read state and sidebar categories.
import type { OrderedChannelCategories } from '@mattermost/types/channel_categories';
import type { ChannelMembership, ChannelStats, ChannelViewResponse, ServerChannel } from '@mattermost/types/channels';
import { del, get, post, put, type RequestOptions } from './core';

export const getMyChannels = (teamId: string) =>
  get<ServerChannel[]>(`/users/me/teams/${teamId}/channels`, { include_deleted: false }, { etag: true });
export const getMyChannelMembers = (teamId: string) => get<ChannelMembership[]>(`/users/me/teams/${teamId}/channels/members`);
export const getCategories = (teamId: string) =>
  get<OrderedChannelCategories>(`/users/me/teams/${teamId}/channels/categories`);
export const moveToCategory = (teamId: string, categories: OrderedChannelCategories['categories']) =>
  put<unknown>(`/users/me/teams/${teamId}/channels/categories`, categories);
export const getChannel = (id: string) => get<ServerChannel>(`/channels/${id}`);
export const getChannelByName = (teamId: string, name: string) =>
  get<ServerChannel>(`/teams/${teamId}/channels/name/${encodeURIComponent(name)}`, { include_deleted: true });
export const getMyMember = (id: string) => get<ChannelMembership>(`/channels/${id}/members/me`);
export const getMembersByIds = (id: string, userIds: string[]) =>
  post<ChannelMembership[]>(`/channels/${id}/members/ids`, userIds, { idempotent: true });
export const getStats = (id: string) => get<ChannelStats>(`/channels/${id}/stats`);
export const listPublic = (teamId: string, page = 0) =>
  get<ServerChannel[]>(`/teams/${teamId}/channels`, { page, per_page: 100 });
export const searchChannels = (teamId: string, term: string, options?: RequestOptions) =>
  post<ServerChannel[]>(`/teams/${teamId}/channels/search`, { term }, { idempotent: true, ...options });
export const createChannel = (body: {
  team_id: string; name: string; display_name: string; type: 'O' | 'P'; purpose?: string;
}) => post<ServerChannel>('/channels', body);
export const createDirect = (a: string, b: string) => post<ServerChannel>('/channels/direct', [a, b], { idempotent: true });
export const createGroup = (ids: string[]) => post<ServerChannel>('/channels/group', ids, { idempotent: true });
export const patchChannel = (id: string, patch: Partial<ServerChannel>) => put<ServerChannel>(`/channels/${id}/patch`, patch);
export const archiveChannel = (id: string) => del<unknown>(`/channels/${id}`);
export const restoreChannel = (id: string) => post<ServerChannel>(`/channels/${id}/restore`, undefined, { idempotent: true });
export const addMember = (id: string, userId: string) => post<ChannelMembership>(`/channels/${id}/members`, { user_id: userId });
export const removeMember = (id: string, userId: string) => del<unknown>(`/channels/${id}/members/${userId}`);
export const view = (channelId: string) =>
  post<ChannelViewResponse>('/channels/members/me/view', { channel_id: channelId, collapsed_threads_supported: true }, { idempotent: true });
export const updateNotifyProps = (id: string, userId: string, props: Record<string, string>) =>
  put<unknown>(`/channels/${id}/members/${userId}/notify_props`, { channel_id: id, user_id: userId, ...props });
