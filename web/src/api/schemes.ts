// Schemes: a team's own roles in place of the built-in ones.
import type { Team } from '@mattermost/types/teams';
import { del, get, post, put } from './core';

export interface Scheme {
  id: string;
  name: string;
  display_name: string;
  description: string;
  scope: 'team' | 'channel';
  default_team_admin_role: string;
  default_team_user_role: string;
  default_team_guest_role: string;
  default_channel_admin_role: string;
  default_channel_user_role: string;
  default_channel_guest_role: string;
}

export const getTeamSchemes = () => get<Scheme[]>('/schemes', { scope: 'team', page: 0, per_page: 200 });
export const createTeamScheme = (displayName: string) => post<Scheme>('/schemes', { display_name: displayName, scope: 'team' });
export const patchScheme = (id: string, patch: Pick<Scheme, 'display_name' | 'description'>) => put<Scheme>(`/schemes/${id}/patch`, patch);
export const deleteScheme = (id: string) => del<unknown>(`/schemes/${id}`);
export const getTeamsOfScheme = (id: string) => get<Team[]>(`/schemes/${id}/teams`, { page: 0, per_page: 200 });
// An empty id gives the team the built-in roles back.
export const setTeamScheme = (teamId: string, schemeId: string) => put<unknown>(`/teams/${teamId}/scheme`, { scheme_id: schemeId });
