// Groups of people that can be mentioned, and which of them I am in.
import type { Group } from '@mattermost/types/groups';
import { omit, type Entities } from './model';

/** Archived groups are kept, too: a response that was requested before must not bring them back. */
export function receiveGroups(s: Entities, list: Group[]): Entities {
  let next = s.groups;
  for (const group of list) {
    const known = next[group.id];
    if (known && known.update_at > group.update_at) continue;
    next = { ...next, [group.id]: group };
  }
  return next === s.groups ? s : { ...s, groups: next };
}

export function receiveMyGroups(s: Entities, list: Group[]): Entities {
  return { ...receiveGroups(s, list), myGroups: Object.fromEntries(list.map((group) => [group.id, true as const])) };
}

export function joinGroup(s: Entities, groupId: string): Entities {
  return s.myGroups[groupId] ? s : { ...s, myGroups: { ...s.myGroups, [groupId]: true } };
}

export function leaveGroup(s: Entities, groupId: string): Entities {
  return s.myGroups[groupId] ? { ...s, myGroups: omit(s.myGroups, groupId) } : s;
}

const indexes = new WeakMap<Entities['groups'], Map<string, Group>>();

/** A group that can be mentioned. */
export function byGroupName(groups: Entities['groups'], name: string): Group | undefined {
  let index = indexes.get(groups);
  if (!index) {
    index = new Map(Object.values(groups).filter((group) => group.delete_at === 0).map((group) => [group.name, group]));
    indexes.set(groups, index);
  }
  return index.get(name.toLowerCase());
}
