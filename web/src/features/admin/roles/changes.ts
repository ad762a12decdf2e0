// What an edited list of permissions changes, and which permissions are shown for a search.
import type { PermissionScope, RoleDefaults } from '@/api/roles';

export interface Changes {
  added: string[];
  removed: string[];
}

export function changesBetween(before: Iterable<string>, after: Iterable<string>): Changes {
  const [had, has] = [new Set(before), new Set(after)];
  return { added: [...has].filter((name) => !had.has(name)).sort(), removed: [...had].filter((name) => !has.has(name)).sort() };
}

export const isEmpty = ({ added, removed }: Changes): boolean => added.length + removed.length === 0;

// Every word has to occur in the name, or in the sentence on it.
export function matches(name: string, search: string, text = ''): boolean {
  const searched = `${name} ${text.toLowerCase()}`;
  return search.toLowerCase().split(/\s+/).every((word) => searched.includes(word));
}

export function byScope(
  permissions: RoleDefaults['permissions'], search: string, textOf: (name: string) => string | undefined = () => undefined,
): Array<[PermissionScope, string[]]> {
  const scopes = new Map<PermissionScope, string[]>();
  for (const { name, scope } of permissions) {
    if (matches(name, search, textOf(name))) scopes.set(scope, [...(scopes.get(scope) ?? []), name]);
  }
  return [...scopes];
}

// The roles of an account after one was given or taken away.
export function withRole(roles: string, role: string, has: boolean): string {
  const others = roles.split(' ').filter((name) => name !== '' && name !== role);
  return [...others, ...(has ? [role] : [])].join(' ');
}
