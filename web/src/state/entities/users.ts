// Users: profiles, statuses, typing, and the user's own preferences.
import type { PreferenceType } from '@mattermost/types/preferences';
import type { UserProfile } from '@mattermost/types/users';
import type { Entities } from './model';

export function receiveUsers(s: Entities, users: UserProfile[]): Entities {
  let next = s.users;
  for (const user of users) {
    const known = next[user.id];
    if (known && user.update_at !== undefined && known.update_at > user.update_at) continue;
    // Participants of threads have an id only, and must not replace a full profile.
    if (!user.username) continue;
    if (next === s.users) next = { ...s.users };
    next[user.id] = known ? { ...known, ...user } : user;
  }
  return next === s.users ? s : { ...s, users: next };
}

export function receiveMe(s: Entities, me: UserProfile): Entities {
  return { ...receiveUsers(s, [me]), meId: me.id };
}

export function receiveStatuses(s: Entities, list: Array<{ user_id: string; status: string }>): Entities {
  let next = s.statuses;
  for (const { user_id, status } of list) {
    if (next[user_id] === status) continue;
    if (next === s.statuses) next = { ...s.statuses };
    next[user_id] = status;
  }
  return next === s.statuses ? s : { ...s, statuses: next };
}

const prefKey = (category: string, name: string) => `${category}--${name}`;

export function receivePreferences(s: Entities, list: PreferenceType[]): Entities {
  const preferences = { ...s.preferences };
  for (const p of list) preferences[prefKey(p.category, p.name)] = p.value;
  return { ...s, preferences };
}

export function removePreferences(s: Entities, list: PreferenceType[]): Entities {
  const preferences = { ...s.preferences };
  for (const p of list) delete preferences[prefKey(p.category, p.name)];
  return { ...s, preferences };
}

export function preference(s: Entities, category: string, name: string): string | undefined {
  return s.preferences[prefKey(category, name)];
}

export const typingKey = (channelId: string, rootId: string) => (rootId ? `${channelId}:${rootId}` : channelId);
export const TYPING_TIMEOUT_MS = 5500;

export function startTyping(s: Entities, channelId: string, rootId: string, userId: string, until: number): Entities {
  const key = typingKey(channelId, rootId);
  return { ...s, typing: { ...s.typing, [key]: { ...s.typing[key], [userId]: until } } };
}

export function stopTyping(s: Entities, channelId: string, rootId: string, userId: string): Entities {
  const key = typingKey(channelId, rootId);
  if (s.typing[key]?.[userId] === undefined) return s;
  const people = { ...s.typing[key] };
  delete people[userId];
  return { ...s, typing: { ...s.typing, [key]: people } };
}

export function expireTyping(s: Entities, now: number): Entities {
  let next = s.typing;
  for (const [key, people] of Object.entries(s.typing)) {
    const left = Object.entries(people).filter(([, until]) => until > now);
    if (left.length === Object.keys(people).length) continue;
    if (next === s.typing) next = { ...s.typing };
    if (left.length === 0) delete next[key];
    else next[key] = Object.fromEntries(left);
  }
  return next === s.typing ? s : { ...s, typing: next };
}

export function displayName(user: UserProfile | undefined): string {
  if (!user) return '';
  const full = `${user.first_name ?? ''} ${user.last_name ?? ''}`.trim();
  return user.nickname || full || user.username;
}

const indexes = new WeakMap<Entities['users'], Map<string, UserProfile>>();

export function byUsername(users: Entities['users'], name: string): UserProfile | undefined {
  let index = indexes.get(users);
  if (!index) {
    index = new Map(Object.values(users).map((u) => [u.username.toLowerCase(), u]));
    indexes.set(users, index);
  }
  return index.get(name.toLowerCase());
}

export interface CustomStatus {
  emoji: string;
  text: string;
}

// The custom status of a user, unless it has expired.
export function customStatus(user: UserProfile | undefined, now: number): CustomStatus | null {
  const stored = user?.props?.customStatus;
  if (!stored) return null;
  try {
    const { emoji = '', text = '', expires_at = '' } = JSON.parse(stored) as Partial<CustomStatus & { expires_at: string }>;
    const end = Date.parse(expires_at);
    return (emoji || text) && !(end > 0 && end <= now) ? { emoji: emoji || 'speech_balloon', text } : null;
  } catch {
    return null;
  }
}

export function isAdmin(user: UserProfile | undefined): boolean {
  return user?.roles.split(' ').includes('system_admin') ?? false;
}

export const amAdmin = (s: Pick<Entities, 'users' | 'meId'>) => isAdmin(s.users[s.meId]);

// Administrators of the server, or of a part of it.
const ADMINISTRATING = new Set(['system_admin', 'system_manager', 'system_user_manager', 'system_read_only_admin']);
export const amAdministrating = (s: Pick<Entities, 'users' | 'meId'>) => s.users[s.meId]?.roles.split(' ').some((role) => ADMINISTRATING.has(role)) ?? false;

// Guests are in the channels to which they were added. They join none, make none and invite nobody.
export const amGuest = (s: Pick<Entities, 'users' | 'meId'>) => s.users[s.meId]?.roles.split(' ').includes('system_guest') ?? false;
