// Loading users and their statuses: requests close together are combined, and no user is requested twice.
import type { UserProfile } from '@mattermost/types/users';
import * as api from '@/api/users';
import { apply, getState } from '@/state/store';
import { receivePreferences, receiveStatuses, receiveUsers, removePreferences } from '@/state/entities/users';
import { toastError } from '@/state/ui';
import { requestGroupsByName, resetGroupRequests } from './groups';

const queuedUsers = new Set<string>();
const queuedStatuses = new Set<string>();
const requested = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

function schedule(): void {
  timer ??= setTimeout(() => void flush(), 20);
}

async function flush(): Promise<void> {
  timer = undefined;
  const ids = [...queuedUsers].slice(0, 200);
  const statusIds = [...queuedStatuses].slice(0, 200);
  ids.forEach((id) => queuedUsers.delete(id));
  statusIds.forEach((id) => queuedStatuses.delete(id));
  if (queuedUsers.size > 0 || queuedStatuses.size > 0) schedule();
  if (ids.length > 0) {
    try {
      const users = await api.getUsersByIds(ids);
      apply((s) => receiveUsers(s, users));
      users.forEach((u) => queuedStatuses.add(u.id));
      if (users.length > 0) schedule();
    } catch {
      ids.forEach((id) => requested.delete(id));
    }
  }
  if (statusIds.length > 0) {
    try {
      const statuses = await api.getStatusesByIds(statusIds);
      apply((s) => receiveStatuses(s, statuses ?? []));
    } catch {
      // Without statuses the client works as well.
    }
  }
}

export function requestUsers(ids: Iterable<string>): void {
  const { users, statuses } = getState();
  for (const id of ids) {
    if (!id) continue;
    if (!users[id]) {
      if (!requested.has(id)) {
        requested.add(id);
        queuedUsers.add(id);
      }
    } else if (statuses[id] === undefined) queuedStatuses.add(id);
  }
  if (queuedUsers.size > 0 || queuedStatuses.size > 0) schedule();
}

const queuedNames = new Set<string>();
const requestedNames = new Set<string>();

// Names of nobody may be those of groups.
function receiveNamedUsers(names: string[], users: UserProfile[]): void {
  apply((s) => receiveUsers(s, users));
  const known = new Set(users.map((user) => user.username));
  void requestGroupsByName(names.filter((name) => !known.has(name.toLowerCase())));
}

// Mentions contain usernames. Each is requested once, to learn whether there is such a user.
export function requestUsersByName(names: Iterable<string>): void {
  for (const name of names) {
    if (requestedNames.has(name)) continue;
    requestedNames.add(name);
    if (queuedNames.size === 0) {
      setTimeout(() => {
        const list = [...queuedNames];
        queuedNames.clear();
        for (let i = 0; i < list.length; i += 100) {
          const part = list.slice(i, i + 100);
          api.getUsersByUsernames(part).then((users) => receiveNamedUsers(part, users ?? []), () => part.forEach((name) => requestedNames.delete(name)));
        }
      }, 50);
    }
    queuedNames.add(name);
  }
}

export function requestStatuses(ids: string[]): void {
  ids.filter(Boolean).forEach((id) => queuedStatuses.add(id));
  if (queuedStatuses.size > 0) schedule();
}

// The server publishes a status to its own user only, so statuses are requested again at intervals.
export const STATUS_REFRESH_MS = 60_000;

export function refreshStatuses(): void {
  Object.keys(getState().statuses).forEach((id) => queuedStatuses.add(id));
  if (queuedStatuses.size > 0) schedule();
}

export function resetUserRequests(): void {
  requested.clear();
  requestedNames.clear();
  resetGroupRequests();
  queuedUsers.clear();
  queuedStatuses.clear();
}

export async function setMyStatus(status: 'online' | 'away' | 'dnd' | 'offline'): Promise<void> {
  const { meId, statuses } = getState();
  const before = statuses[meId] ?? 'online';
  apply((s) => receiveStatuses(s, [{ user_id: meId, status }]));
  try {
    await api.setStatus(meId, status);
  } catch (error) {
    apply((s) => receiveStatuses(s, [{ user_id: meId, status: before }]));
    toastError(error);
  }
}

export async function setMyCustomStatus(status: Parameters<typeof api.setCustomStatus>[1] | null): Promise<void> {
  const { meId } = getState();
  await (status ? api.setCustomStatus(meId, status) : api.clearCustomStatus(meId));
  const me = await api.getMe();
  apply((s) => receiveUsers(s, [me]));
}

export async function setPreference(category: string, name: string, value: string): Promise<void> {
  const preference = { user_id: getState().meId, category, name, value };
  apply((s) => receivePreferences(s, [preference]));
  try {
    await api.savePreferences([preference]);
  } catch (error) {
    apply((s) => removePreferences(s, [preference]));
    toastError(error);
  }
}
