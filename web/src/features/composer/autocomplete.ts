// Autocomplete: what is typed before the caret, and the suggestions for it.
import type { Group } from '@mattermost/types/groups';
import type { UserProfile } from '@mattermost/types/users';
import { searchGroups } from '@/api/groups';
import { listCommands, type SlashCommand } from '@/api/posts';
import { autocompleteUsers } from '@/api/users';
import { searchEmoji, type Emoji, type EmojiTable } from '@/emoji/data';
import { isInCodeBlock } from '@/messages/markdown/fences';
import { charBefore, isWordChar } from '@/messages/markdown/letters';
import { amGuest, receiveUsers } from '@/state/entities/users';
import { apply, getState } from '@/state/store';

export type Trigger = { kind: 'user' | 'channel' | 'emoji' | 'command'; term: string; start: number };

export type Suggestion =
  | { kind: 'user'; key: string; insert: string; user: UserProfile; notInChannel: boolean }
  | { kind: 'group'; key: string; insert: string; group: Group }
  | { kind: 'special'; key: string; insert: string; name: 'channel' | 'here' | 'all' }
  | { kind: 'channel'; key: string; insert: string; title: string; isPrivate: boolean }
  | { kind: 'emoji'; key: string; insert: string; emoji: Emoji; name: string }
  | { kind: 'command'; key: string; insert: string; name: string; hint: string; text: string };

export function findTrigger(text: string, caret: number): Trigger | null {
  const before = text.slice(0, caret);
  const command = /^\/(\S*)$/.exec(before);
  if (command) return { kind: 'command', term: command[1] ?? '', start: 0 };
  const found = /[@~:]([\p{L}\p{N}._+-]*)$/u.exec(before);
  if (!found) return null;
  const mark = found[0][0];
  const term = found[1] ?? '';
  const start = found.index;
  const previous = charBefore(before, start);
  if (isWordChar(previous) || previous === mark || previous === '\\' || isInCodeBlock(before, caret)) return null;
  if (mark === ':') return term.length >= 2 ? { kind: 'emoji', term, start } : null;
  return { kind: mark === '@' ? 'user' : 'channel', term, start };
}

export function applySuggestion(text: string, caret: number, trigger: Trigger, insert: string): { text: string; caret: number } {
  const tail = text.slice(caret);
  const gap = tail.startsWith(' ') ? '' : ' ';
  const head = text.slice(0, trigger.start) + insert + gap;
  return { text: head + tail, caret: head.length + (gap ? 0 : 1) };
}

function matches(user: UserProfile, term: string): boolean {
  return [user.username, user.first_name, user.last_name, user.nickname].some((part) => part?.toLowerCase().startsWith(term));
}

// Usernames that match come before other names that do.
export function sortByUsernameMatch(users: UserProfile[], term: string): UserProfile[] {
  const rank = (user: UserProfile) => (user.username === term ? 0 : user.username.startsWith(term) ? 1 : 2);
  return [...users].sort((a, b) => rank(a) - rank(b));
}

function localUsers(term: string): UserProfile[] {
  const { users, meId } = getState();
  return sortByUsernameMatch(Object.values(users).filter((u) => u.delete_at === 0 && u.id !== meId && matches(u, term)), term).slice(0, 8);
}

const asUser = (notInChannel: boolean) => (user: UserProfile): Suggestion =>
  ({ kind: 'user', key: user.id, insert: `@${user.username}`, user, notInChannel });

const asGroup = (group: Group): Suggestion => ({ kind: 'group', key: group.id, insert: `@${group.name}`, group });

const GROUPS_MAX = 4;

// Only where a mention of a group notifies somebody: all members of direct and group messages are notified anyway.
async function findGroups(term: string, context: SuggestionContext, signal: AbortSignal): Promise<Suggestion[]> {
  const state = getState();
  const isPersonal = ['D', 'G'].includes(state.channels[context.channelId]?.type ?? '');
  if (term.length === 0 || isPersonal || amGuest(state) || state.config.EnableCustomGroups !== 'true') return [];
  const groups = await searchGroups(term, { signal }).catch(() => []);
  return groups.slice(0, GROUPS_MAX).map(asGroup);
}

const special = (term: string): Suggestion[] => (['channel', 'here'] as const)
  .filter((name) => name.startsWith(term) && term.length > 0)
  .map((name) => ({ kind: 'special', key: name, insert: `@${name}`, name }));

const commandCache = new Map<string, SlashCommand[]>();

export interface SuggestionContext {
  teamId: string;
  channelId: string;
}

// Calls back at once with what is loaded, and again with the server's answer.
export async function suggest(
  trigger: Trigger, context: SuggestionContext, emoji: EmojiTable | null, signal: AbortSignal, show: (list: Suggestion[]) => void,
): Promise<void> {
  const term = trigger.term.toLowerCase();
  if (trigger.kind === 'emoji') {
    show(searchEmoji(emoji, term, 8).map((e) => ({ kind: 'emoji', key: e.name, insert: `:${e.name}:`, emoji: e, name: e.name })));
    return;
  }
  if (trigger.kind === 'channel') {
    const { channels, members } = getState();
    show(Object.values(channels)
      .filter((c) => c.team_id === context.teamId && c.delete_at === 0 && (c.type === 'O' || members[c.id]) && (c.name.startsWith(term) || c.display_name.toLowerCase().includes(term)))
      .slice(0, 8)
      .map((c) => ({ kind: 'channel', key: c.id, insert: `~${c.name}`, title: c.display_name, isPrivate: c.type === 'P' })));
    return;
  }
  if (trigger.kind === 'command') {
    const commands = commandCache.get(context.teamId) ?? await listCommands(context.teamId).catch(() => []);
    commandCache.set(context.teamId, commands);
    if (signal.aborted) return;
    show(commands.filter((c) => c.auto_complete && c.trigger.startsWith(term)).slice(0, 10).map((c) => ({
      kind: 'command', key: c.trigger, insert: `/${c.trigger}`, name: c.trigger, hint: c.auto_complete_hint, text: c.auto_complete_desc,
    })));
    return;
  }
  show([...localUsers(term).map(asUser(false)), ...special(term)]);
  const [answer, groups] = await Promise.all([
    autocompleteUsers(term, context.teamId, context.channelId, { signal }).catch(() => null),
    findGroups(term, context, signal),
  ]);
  if (!answer || signal.aborted) return;
  const members = sortByUsernameMatch(answer.users, term);
  const others = sortByUsernameMatch(answer.out_of_channel ?? [], term);
  apply((s) => receiveUsers(s, [...members, ...others]));
  show([...members.slice(0, 8).map(asUser(false)), ...special(term), ...groups, ...others.slice(0, 4).map(asUser(true))]);
}
