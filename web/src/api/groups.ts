// Groups of people that can be mentioned.
import type { Group } from '@mattermost/types/groups';
import { get, post, type RequestOptions } from './core';

export const getGroupsByNames = (names: string[]) => post<Group[]>('/groups/names', names, { idempotent: true });
export const searchGroups = (term: string, options?: RequestOptions) =>
  get<Group[]>('/groups', { q: term, filter_allow_reference: true, include_member_count: true, per_page: 8 }, options);
export const listGroups = () => get<Group[]>('/groups', { per_page: 60 });
export const getMyGroups = () => get<Group[]>('/users/me/groups');
