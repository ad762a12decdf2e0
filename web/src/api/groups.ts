// Groups of people that can be mentioned, and added to channels.
import type { Group } from '@mattermost/types/groups';
import { del, get, post, type RequestOptions } from './core';

export const getGroupsByNames = (names: string[]) => post<Group[]>('/groups/names', names, { idempotent: true });
export const searchGroups = (term: string, options?: RequestOptions) =>
  get<Group[]>('/groups', { q: term, filter_allow_reference: true, include_member_count: true, per_page: 8 }, options);
export const listGroups = () => get<Group[]>('/groups', { per_page: 60 });
export const getMyGroups = () => get<Group[]>('/users/me/groups');

export const getGroupsOfChannel = async (channelId: string) =>
  (await get<{ groups: Group[] }>(`/channels/${channelId}/groups`, { paginate: false, include_member_count: true })).groups;
export const getGroupsOutsideChannel = (channelId: string) =>
  get<Group[]>('/groups', { not_associated_to_channel: channelId, include_member_count: true, per_page: 200 });
export const addGroupToChannel = (channelId: string, groupId: string) =>
  post<unknown>(`/groups/${groupId}/channels/${channelId}/link`, { auto_add: true }, { idempotent: true });
export const removeGroupFromChannel = (channelId: string, groupId: string) => del<unknown>(`/groups/${groupId}/channels/${channelId}/link`);
