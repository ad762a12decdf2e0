// Emoji by name and search word: the standard ones, in a chunk that is loaded after the first paint, and the server's custom ones.
import { useSyncExternalStore } from 'react';
import { customEmojiUrl, getCustomEmoji } from '@/api/users';

export interface Emoji {
  // Empty for custom emoji, which have an image.
  character: string;
  image?: string;
  name: string;
  names: string[];
  group: number;
  words: string;
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
    add(rows.map(([character, names, group, words]) => ({ character, names, group, words, name: names[0] ?? '' })));
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
  ({ character: '', image: customEmojiUrl(id), name, names: [name], group: CUSTOM_GROUP, words: '' });

// A custom emoji that was added while the page is open, or is known from a message.
export function receiveCustomEmoji(emoji: { id: string; name: string }): void {
  if (table) add([custom(emoji)]);
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
