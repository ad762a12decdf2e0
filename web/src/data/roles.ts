// Loading what roles allow. Each is requested once; later changes arrive as events, and all are loaded again after a disconnection.
import { getRolesByNames } from '@/api/roles';
import { receiveRoles } from '@/state/entities/roles';
import { apply, getState } from '@/state/store';

const NAMES_MAX = 100;
const requested = new Set<string>();

async function load(names: string[]): Promise<void> {
  try {
    const roles = await getRolesByNames(names);
    // A name that is no role allows nothing.
    const absent = names.filter((name) => !roles.some((role) => role.name === name)).map((name) => ({ name, permissions: [] }));
    apply((s) => receiveRoles(s, [...roles, ...absent]));
  } catch {
    names.forEach((name) => requested.delete(name));
  }
}

function loadAll(names: string[]): void {
  for (let i = 0; i < names.length; i += NAMES_MAX) void load(names.slice(i, i + NAMES_MAX));
}

export function requestRoles(names: string[]): void {
  const { roles } = getState();
  const missing = names.filter((name) => roles[name] === undefined && !requested.has(name));
  missing.forEach((name) => requested.add(name));
  loadAll(missing);
}

export function reloadRoles(): void {
  loadAll(Object.keys(getState().roles));
}

export function resetRoleRequests(): void {
  requested.clear();
}
