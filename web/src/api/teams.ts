// Teams, membership and invitations.
import type { Team, TeamMembership, TeamUnread } from '@mattermost/types/teams';
import { del, get, post, put } from './core';

export const getMyTeams = () => get<Team[]>('/users/me/teams', undefined, { etag: true });
export const getMyTeamMembers = () => get<TeamMembership[]>('/users/me/teams/members');
export const getMyTeamUnreads = () =>
  get<TeamUnread[]>('/users/me/teams/unread', { include_collapsed_threads: true });
export const getTeam = (id: string) => get<Team>(`/teams/${id}`);
export const getOpenTeams = () => get<Team[]>('/teams', { page: 0, per_page: 200 });
export const createTeam = (team: { name: string; display_name: string; type: 'O'; allow_open_invite: boolean }) => post<Team>('/teams', team);
export const patchTeam = (id: string, patch: Partial<Team>) => put<Team>(`/teams/${id}/patch`, patch);
export const teamExists = (name: string) => get<{ exists: boolean }>(`/teams/name/${name}/exists`);
export const getInviteInfo = (inviteId: string) =>
  get<Pick<Team, 'id' | 'name' | 'display_name' | 'description'>>(`/teams/invite/${encodeURIComponent(inviteId)}`);
export const joinTeamByInvite = (inviteId: string) =>
  post<TeamMembership>('/teams/members/invite', undefined, { query: { invite_id: inviteId } });
export const joinTeamByToken = (token: string) =>
  post<TeamMembership>('/teams/members/invite', undefined, { query: { token } });
export const addTeamMember = (teamId: string, userId: string) =>
  post<TeamMembership>(`/teams/${teamId}/members`, { team_id: teamId, user_id: userId });
export const leaveTeam = (teamId: string, userId: string) => del<unknown>(`/teams/${teamId}/members/${userId}`);
