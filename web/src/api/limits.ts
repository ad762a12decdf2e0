// Limits of uploads and messages: one's own, and those that administrators set.
import { del, get, post, put } from './core';

export interface OwnLimits {
  // 0 is no limit.
  file_bytes: number;
  storage_bytes: number;
  storage_files: number;
  posts_per_minute: number;
  bytes: number;
  files: number;
  // null: nothing limits it.
  bytes_left: number | null;
  files_left: number | null;
}

export const getOwnLimits = (channelId?: string) => get<OwnLimits>('/users/me/limits', { channel_id: channelId });

export const isNearlyFull = (bytes: number, max: number) => max > 0 && bytes > max * 0.8;

export type LimitScope = 'users' | 'channels' | 'teams' | 'roles';

// null leaves what holds otherwise, 0 is no limit.
export interface LimitValues {
  file_bytes: number | null;
  storage_bytes: number | null;
  storage_files: number | null;
  posts_per_minute: number | null;
}

export interface LimitRow {
  scope: LimitScope;
  scope_id: string;
  name: string;
  display_name: string;
  is_archived: boolean;
  bytes: number;
  files: number;
  limits: LimitValues;
}

const LIMITS_LISTED_MAX = 200;

export const getLimitRows = (of: LimitScope) => get<LimitRow[]>('/limits', { of, per_page: LIMITS_LISTED_MAX });
export const getLimitRow = (scope: LimitScope, id: string) => get<LimitRow>(`/limits/${scope}/${id}`);
export const setLimits = (scope: LimitScope, id: string, values: LimitValues) => put<LimitRow>(`/limits/${scope}/${id}`, values);
export const removeLimits = (scope: LimitScope, id: string) => del<LimitRow>(`/limits/${scope}/${id}`);

export interface StorageHolder {
  id: string;
  // Empty for the direct and group messages together.
  name: string;
  display_name: string;
  bytes: number;
  files: number;
  max_bytes: number;
  max_files: number;
}

export type HolderKind = 'users' | 'channels' | 'teams';

export const getLargestHolders = (of: HolderKind, count: number) => get<StorageHolder[]>('/usage/storage/largest', { of, per_page: count });
export const getDisk = () => get<{ total_bytes: number; free_bytes: number; reserve_bytes: number }>('/usage/storage/disk');

interface Found {
  id: string;
  name: string;
  display_name: string;
}

const FOUND_MAX = 8;

export async function findTargets(scope: LimitScope, term: string): Promise<Found[]> {
  switch (scope) {
    case 'users': {
      const users = await post<Array<{ id: string; username: string; nickname: string }>>('/users/search', { term, allow_inactive: false, limit: FOUND_MAX }, { idempotent: true });
      return users.map((user) => ({ id: user.id, name: user.username, display_name: user.nickname }));
    }
    case 'channels':
      return (await post<Found[]>('/channels/search', { term, include_deleted: false }, { idempotent: true })).slice(0, FOUND_MAX);
    case 'teams':
      return (await post<Found[]>('/teams/search', { term }, { idempotent: true })).slice(0, FOUND_MAX);
    case 'roles': {
      const roles = await get<Found[]>('/roles');
      // The limits of all members and of all guests are settings; roles of teams and channels have none.
      const isOffered = (role: Found) => !/^(team_|channel_)/.test(role.name) && !['system_user', 'system_guest'].includes(role.name);
      return roles.filter((role) => isOffered(role) && role.name.includes(term.toLowerCase()));
    }
  }
}
