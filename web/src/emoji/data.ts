// Emoji by name and search word: the standard ones, in a chunk that is loaded after the first paint, and the server's custom ones.
import { useSyncExternalStore } from 'react';
import { customEmojiUrl, getCustomEmoji } from '@/api/users';
import { applyTones, splitTones } from './tones';

export interface Emoji {
  // Empty for custom emoji, which have an image.
  character: string;
  image?: string;
  name: string;
  names: string[];
  group: number;
  words: string;
  // The characters by skin tones; 1 where they follow the rule, 0 without tones.
  tones: 0 | 1 | Record<string, string>;
}

export interface EmojiTable {
  list: Emoji[];
  byName: Map<string, Emoji>;
}

export const CUSTOM_GROUP = 100;
const MAX_CUSTOM = 2000;
const CUSTOM_PAGE = 200;

let table: EmojiTable | null = null;
let loading: Promise<EmojiTable> | null = null;
const listeners = new Set<() => void>();

export function loadEmoji(): Promise<EmojiTable> {
  loading ??= import('virtual:emoji').then(({ default: rows }) => {
    add(rows.map(([character, names, group, words, tones]) => ({ character, names, group, words, tones, name: names[0] ?? '' })));
    // The standard emoji work without the custom ones.
    loadCustomEmoji().catch(() => undefined);
    return table ?? { list: [], byName: new Map() };
  });
  return loading;
}

async function loadCustomEmoji(): Promise<void> {
  for (let page = 0; page * CUSTOM_PAGE < MAX_CUSTOM; page += 1) {
    const emoji = await getCustomEmoji(page, CUSTOM_PAGE);
    add(emoji.map(custom));
    if (emoji.length < CUSTOM_PAGE) return;
  }
}

const custom = ({ id, name }: { id: string; name: string }): Emoji =>
  ({ character: '', image: customEmojiUrl(id), name, names: [name], group: CUSTOM_GROUP, words: '', tones: 0 });

// Custom emoji that were added while the page is open, or are known from a message.
export function receiveCustomEmoji(emoji: Array<{ id: string; name: string }>): void {
  if (table) add(emoji.map(custom));
}

// Custom emoji do not replace standard ones.
function add(more: Emoji[]): void {
  const byName = new Map(table?.byName);
  const added = more.filter((emoji) => !byName.has(emoji.name));
  if (added.length === 0) return;
  for (const emoji of added) for (const name of emoji.names) byName.set(name, emoji);
  table = { list: [...(table?.list ?? []), ...added], byName };
  listeners.forEach((listener) => listener());
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => { listeners.delete(listener); };
};

export function useEmojiTable(): EmojiTable | null {
  return useSyncExternalStore(subscribe, () => table);
}

/** The emoji of a name; with the skin tones that the name ends in. */
export function findEmoji(from: EmojiTable, name: string): Emoji | undefined {
  const exact = from.byName.get(name);
  if (exact) return exact;
  const split = splitTones(name);
  const base = split ? from.byName.get(split.base) : undefined;
  if (!split || !base?.tones) return undefined;
  const character = typeof base.tones === 'object' ? (base.tones[split.key] ?? applyTones(base.character, split.key)) : applyTones(base.character, split.key);
  return character === base.character ? undefined : { ...base, character };
}

/** The one name of an emoji that has several: reactions with any of them are the same. */
export function canonicalName(name: string): string {
  const exact = table?.byName.get(name);
  if (exact) return exact.name;
  const split = splitTones(name);
  const base = split ? table?.byName.get(split.base) : undefined;
  return split && base ? `${base.name}:${split.key}` : name;
}

export function searchEmoji(from: EmojiTable | null, term: string, limit: number): Emoji[] {
  if (!from) return [];
  const query = term.toLowerCase().trim();
  if (!query) return from.list.slice(0, limit);
  const scored: Array<[number, Emoji]> = [];
  for (const emoji of from.list) {
    const starts = emoji.names.some((n) => n.startsWith(query));
    if (emoji.names.includes(query)) scored.push([0, emoji]);
    else if (starts) scored.push([1, emoji]);
    else if (emoji.names.some((n) => n.includes(query))) scored.push([2, emoji]);
    else if (emoji.words.toLowerCase().includes(query)) scored.push([3, emoji]);
  }
  return scored.sort((a, b) => a[0] - b[0]).slice(0, limit).map(([, emoji]) => emoji);
}
