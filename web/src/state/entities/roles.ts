// What roles allow, by their names, and what one may do in a channel by them.
import type { Entities } from './model';

export interface RoleEntry {
  name: string;
  permissions: string[];
}

export function receiveRoles(s: Entities, roles: RoleEntry[]): Entities {
  const next = { ...s.roles };
  for (const role of roles) next[role.name] = role.permissions;
  return { ...s, roles: next };
}

type State = Pick<Entities, 'users' | 'meId' | 'channels' | 'members' | 'teamMembers' | 'roles'>;

// The names of all my roles in the channel: those of the membership, of the team's and of the account.
export function myRoles(s: State, channelId: string): string[] {
  const teamId = s.channels[channelId]?.team_id ?? '';
  const lists = [s.members[channelId]?.roles, s.teamMembers[teamId]?.roles, s.users[s.meId]?.roles];
  return [...new Set(lists.flatMap((roles) => (roles ?? '').split(' ')).filter(Boolean))];
}

// While a role is not loaded, nothing is hidden for the lack of it: the server decides.
export function mayInChannel(s: State, channelId: string, permission: string): boolean {
  if (!s.members[channelId]) return true;
  return myRoles(s, channelId).some((name) => s.roles[name]?.includes(permission) ?? true);
}
