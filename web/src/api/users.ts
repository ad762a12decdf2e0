// Accounts, sessions, statuses and preferences.
import type { PreferenceType } from '@mattermost/types/preferences';
import type { UserAutocomplete } from '@mattermost/types/autocomplete';
import type { UserProfile, UserStatus } from '@mattermost/types/users';
import { apiUrl, del, get, post, put, type RequestOptions } from './core';

export type ClientConfig = Record<string, string>;

export const getClientConfig = () => get<ClientConfig>('/config/client', { format: 'old' });
export const getMe = () => get<UserProfile>('/users/me', undefined, { etag: true });
export const login = (loginId: string, password: string, token = '') =>
  post<UserProfile>('/users/login', { login_id: loginId, password, token, device_id: '' });
export interface MagicLinkOwner {
  username: string;
  email: string;
}
export const sendMagicLink = (email: string) => post<{ request_token: string }>('/users/login/magic_link/send', { email });
export const getMagicLinkOwner = (token: string) => post<MagicLinkOwner>('/users/login/magic_link/info', { token });
export const loginWithMagicLink = (token: string, secondFactor: string) =>
  post<UserProfile>('/users/login/one_time_link', { token, second_factor: secondFactor });
export const loginWithMagicLinkCode = (requestToken: string, code: string, secondFactor: string) =>
  post<UserProfile>('/users/login/magic_link/code', { request_token: requestToken, code, second_factor: secondFactor });
export const sendPasswordReset = (email: string) => post<unknown>('/users/password/reset/send', { email });
export const resetPassword = (token: string, password: string) => post<unknown>('/users/password/reset', { token, new_password: password });
export const sendVerification = (email: string) => post<unknown>('/users/email/verify/send', { email });
export const verifyEmail = (token: string) => post<{ status: string }>('/users/email/verify', { token });
export const logout = () => post<unknown>('/users/logout');

export interface NewAccount {
  email: string;
  username: string;
  password: string;
}
export interface SignUpPermission {
  // Of the team's own link.
  inviteId?: string;
  // Of a mail, or of a link with an end.
  invitationToken?: string;
  setupCode?: string;
}
export const createUser = (account: NewAccount, { inviteId, invitationToken, setupCode }: SignUpPermission = {}) =>
  post<UserProfile>('/users', account, { query: { iid: inviteId, t: invitationToken, setup_code: setupCode } });
export const patchMe = (patch: Partial<UserProfile>) => put<UserProfile>('/users/me/patch', patch);
export const updatePassword = (userId: string, current: string, next: string) =>
  put<unknown>(`/users/${userId}/password`, { current_password: current, new_password: next });
export const uploadAvatar = (userId: string, image: File) => {
  const form = new FormData();
  form.append('image', image);
  return post<unknown>(`/users/${userId}/image`, form);
};
export const getUsersByIds = (ids: string[]) => post<UserProfile[]>('/users/ids', ids, { idempotent: true });
export const getUsersByUsernames = (names: string[]) => post<UserProfile[]>('/users/usernames', names, { idempotent: true });
export const getUserByUsername = (name: string) => get<UserProfile>(`/users/username/${encodeURIComponent(name)}`);
export const getUsersInChannel = (channelId: string, page = 0) =>
  get<UserProfile[]>('/users', { in_channel: channelId, page, per_page: 100 });
export const getUsersInTeam = (teamId: string) => get<UserProfile[]>('/users', { in_team: teamId, page: 0, per_page: 60 });
export const searchUsers = (body: { term: string; team_id?: string; not_in_channel_id?: string }, options?: RequestOptions) =>
  post<UserProfile[]>('/users/search', { ...body, allow_inactive: false, limit: 50 }, { idempotent: true, ...options });
export const autocompleteUsers = (name: string, teamId: string, channelId: string, options?: RequestOptions) =>
  get<UserAutocomplete>('/users/autocomplete', { name, in_team: teamId || undefined, in_channel: channelId, limit: 20 }, options);
export const getStatusesByIds = (ids: string[]) => post<UserStatus[]>('/users/status/ids', ids, { idempotent: true });
export const setStatus = (userId: string, status: string) =>
  put<UserStatus>(`/users/${userId}/status`, { user_id: userId, status });
export const setCustomStatus = (userId: string, status: { emoji: string; text: string; duration: string; expires_at: string }) =>
  put<unknown>(`/users/${userId}/status/custom`, status);
export const clearCustomStatus = (userId: string) => del<unknown>(`/users/${userId}/status/custom`);
export const getPreferences = () => get<PreferenceType[]>('/users/me/preferences', undefined, { etag: true });
export const savePreferences = (preferences: PreferenceType[]) => put<unknown>('/users/me/preferences', preferences);
export const deletePreferences = (userId: string, preferences: PreferenceType[]) =>
  post<unknown>(`/users/${userId}/preferences/delete`, preferences);
export const avatarUrl = (userId: string, version: number) => apiUrl(`/users/${userId}/image?_=${version}`);
export const revokeOtherSessions = (userId: string) => post<unknown>(`/users/${userId}/sessions/revoke/all`);
export const getCustomEmojiByNames = (names: string[]) => post<Array<{ id: string; name: string }>>('/emoji/names', names, { idempotent: true });
export const getCustomEmoji = (page: number, size: number) => get<Array<{ id: string; name: string }>>('/emoji', { page, per_page: size, sort: 'name' });
export const customEmojiUrl = (id: string) => apiUrl(`/emoji/${id}/image`);
export const sendTyping = (channelId: string, rootId: string) =>
  post<unknown>('/users/me/typing', { channel_id: channelId, parent_id: rootId });
