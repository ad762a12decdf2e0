// The user's teams and team memberships.
import type { Team, TeamMembership } from '@mattermost/types/teams';
import { countDeparture, omit, type Entities } from './model';

export function receiveTeams(s: Entities, teams: Team[]): Entities {
  const next = { ...s.teams };
  for (const team of teams) next[team.id] = { ...next[team.id], ...team };
  return { ...s, teams: next };
}

export function receiveTeamMembers(s: Entities, members: TeamMembership[]): Entities {
  const next = { ...s.teamMembers };
  for (const member of members) {
    if (member.user_id !== s.meId) continue;
    if (member.delete_at > 0) delete next[member.team_id];
    else next[member.team_id] = member;
  }
  return { ...s, teamMembers: next };
}

export function removeTeam(s: Entities, teamId: string): Entities {
  return countDeparture({ ...s, teamMembers: omit(s.teamMembers, teamId), loadedTeams: omit(s.loadedTeams, teamId) }, teamId);
}

export function markTeamLoaded(s: Entities, teamId: string): Entities {
  return s.loadedTeams[teamId] ? s : { ...s, loadedTeams: { ...s.loadedTeams, [teamId]: true } };
}

export function myTeams(s: Pick<Entities, 'teams' | 'teamMembers'>): Team[] {
  return Object.keys(s.teamMembers)
    .map((id) => s.teams[id])
    .filter((team): team is Team => team !== undefined && team.delete_at === 0)
    .sort((a, b) => a.display_name.localeCompare(b.display_name));
}

export function isTeamAdmin(s: Entities, teamId: string): boolean {
  const member = s.teamMembers[teamId];
  return Boolean(member && (member.scheme_admin || member.roles.includes('team_admin')));
}
