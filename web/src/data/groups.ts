// Loading groups: names that are nobody's username may be those of groups.
import * as api from '@/api/groups';
import { receiveGroups, receiveMyGroups } from '@/state/entities/groups';
import { apply, getState } from '@/state/store';

const requestedNames = new Set<string>();
let knowsMine = false;

/** Each name is requested once. What is made or renamed later comes as an event. */
export async function requestGroupsByName(names: string[]): Promise<void> {
  const wanted = names.filter((name) => !requestedNames.has(name));
  if (wanted.length === 0 || getState().config.EnableCustomGroups !== 'true') return;
  wanted.forEach((name) => requestedNames.add(name));
  try {
    const groups = await api.getGroupsByNames(wanted);
    if (groups.length === 0) return;
    apply((s) => receiveGroups(s, groups));
    if (knowsMine) return;
    knowsMine = true;
    const mine = await api.getMyGroups();
    apply((s) => receiveMyGroups(s, mine));
  } catch {
    // Mentions of groups look like text until the names are requested again.
    wanted.forEach((name) => requestedNames.delete(name));
    knowsMine = false;
  }
}

export function resetGroupRequests(): void {
  requestedNames.clear();
  knowsMine = false;
}
