// Roles: what they allow, and who has them.
import type { UserProfile } from '@mattermost/types/users';
import { get, post, put } from './core';

export interface Role {
  id: string;
  name: string;
  permissions: string[];
  built_in: boolean;
}

export type PermissionScope = 'system' | 'team' | 'channel' | 'group' | 'playbook' | 'run';

export interface RoleDefaults {
  // Every permission that the server knows.
  permissions: Array<{ name: string; scope: PermissionScope }>;
  // What the built-in roles allow by default, by their names.
  roles: Record<string, string[]>;
}

export const getRoles = () => get<Role[]>('/roles');
export const getRoleDefaults = () => get<RoleDefaults>('/roles/defaults');
export const getRolesByNames = (names: string[]) => post<Role[]>('/roles/names', names, { idempotent: true });
export const patchRole = (id: string, permissions: string[]) => put<Role>(`/roles/${id}/patch`, { permissions });
export const resetRole = (id: string) => post<Role>(`/roles/${id}/reset`);

// The people with a role of the system, by username.
export const getUsersWithRole = (role: string) => get<UserProfile[]>('/users', { role, page: 0, per_page: 100 });
export const setUserRoles = (userId: string, roles: string) => put<unknown>(`/users/${userId}/roles`, { roles });
