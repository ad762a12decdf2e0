// Fetching people: requests within a frame are gathered into one, and nobody is asked for twice.
import * as api from '@/api/users';
import { apply, getState } from '@/state/store';
import { receivePreferences, receiveStatuses, receiveUsers, removePreferences } from '@/state/entities/users';
import { toastError } from '@/state/ui';

const wantedUsers = new Set<string>();
const wantedStatuses = new Set<string>();
const asked = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

function schedule(): void {
  timer ??= setTimeout(() => void flush(), 20);
}

async function flush(): Promise<void> {
  timer = undefined;
  const ids = [...wantedUsers].slice(0, 200);
  const statusIds = [...wantedStatuses].slice(0, 200);
  ids.forEach((id) => wantedUsers.delete(id));
  statusIds.forEach((id) => wantedStatuses.delete(id));
  if (wantedUsers.size > 0 || wantedStatuses.size > 0) schedule();
  if (ids.length > 0) {
    try {
      const users = await api.getUsersByIds(ids);
      apply((s) => receiveUsers(s, users));
      users.forEach((u) => wantedStatuses.add(u.id));
      if (users.length > 0) schedule();
    } catch {
      ids.forEach((id) => asked.delete(id));
    }
  }
  if (statusIds.length > 0) {
    try {
      const statuses = await api.getStatusesByIds(statusIds);
      apply((s) => receiveStatuses(s, statuses ?? []));
    } catch {
      // A missing status dot is not worth a word to anyone.
    }
  }
}

export function needUsers(ids: Iterable<string>): void {
  const { users, statuses } = getState();
  for (const id of ids) {
    if (!id) continue;
    if (!users[id]) {
      if (!asked.has(id)) {
        asked.add(id);
        wantedUsers.add(id);
      }
    } else if (statuses[id] === undefined) wantedStatuses.add(id);
  }
  if (wantedUsers.size > 0 || wantedStatuses.size > 0) schedule();
}

const wantedNames = new Set<string>();
const askedNames = new Set<string>();

// Mentions in text name people by username; asking once tells a person from a word after an at sign.
export function needUsernames(names: Iterable<string>): void {
  for (const name of names) {
    if (askedNames.has(name)) continue;
    askedNames.add(name);
    if (wantedNames.size === 0) {
      setTimeout(() => {
        const list = [...wantedNames];
        wantedNames.clear();
        for (let i = 0; i < list.length; i += 100) {
          const part = list.slice(i, i + 100);
          api.getUsersByUsernames(part).then((users) => apply((s) => receiveUsers(s, users ?? [])), () => part.forEach((name) => askedNames.delete(name)));
        }
      }, 50);
    }
    wantedNames.add(name);
  }
}

export function refreshStatuses(ids: string[]): void {
  ids.filter(Boolean).forEach((id) => wantedStatuses.add(id));
  if (wantedStatuses.size > 0) schedule();
}

// The server tells nobody else of a status, so those on screen are asked for from time to time.
export const STATUSES_LAST_MS = 60_000;

export function reloadStatuses(): void {
  Object.keys(getState().statuses).forEach((id) => wantedStatuses.add(id));
  if (wantedStatuses.size > 0) schedule();
}

export function forgetPeople(): void {
  asked.clear();
  askedNames.clear();
  wantedUsers.clear();
  wantedStatuses.clear();
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
