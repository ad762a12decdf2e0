// Emoji by name and by word: the standard ones, a chunk of its own fetched after the first paint, and those of this server.
import { useSyncExternalStore } from 'react';
import { customEmojiUrl, getCustomEmoji } from '@/api/users';

export interface Emoji {
  // Empty for one of this server's own, which has an image.
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
const MOST_CUSTOM = 2000;
const CUSTOM_PAGE = 200;

let table: EmojiTable | null = null;
let loading: Promise<EmojiTable> | null = null;
const listeners = new Set<() => void>();

export function loadEmoji(): Promise<EmojiTable> {
  loading ??= import('virtual:emoji').then(({ default: rows }) => {
    add(rows.map(([character, names, group, words]) => ({ character, names, group, words, name: names[0] ?? '' })));
    // Without them there are still the standard ones.
    loadCustomEmoji().catch(() => undefined);
    return table ?? { list: [], byName: new Map() };
  });
  return loading;
}

async function loadCustomEmoji(): Promise<void> {
  for (let page = 0; page * CUSTOM_PAGE < MOST_CUSTOM; page += 1) {
    const found = await getCustomEmoji(page, CUSTOM_PAGE);
    add(found.map(custom));
    if (found.length < CUSTOM_PAGE) return;
  }
}

const custom = ({ id, name }: { id: string; name: string }): Emoji =>
  ({ character: '', image: customEmojiUrl(id), name, names: [name], group: CUSTOM_GROUP, words: '' });

// One that was added while this page is open, or is known from a message.
export function receiveCustomEmoji(emoji: { id: string; name: string }): void {
  if (table) add([custom(emoji)]);
}

// Nobody takes a standard name.
function add(more: Emoji[]): void {
  const byName = new Map(table?.byName);
  const fresh = more.filter((emoji) => !byName.has(emoji.name));
  if (fresh.length === 0) return;
  for (const emoji of fresh) for (const name of emoji.names) byName.set(name, emoji);
  table = { list: [...(table?.list ?? []), ...fresh], byName };
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
  const wanted = term.toLowerCase().trim();
  if (!wanted) return from.list.slice(0, limit);
  const scored: Array<[number, Emoji]> = [];
  for (const emoji of from.list) {
    const starts = emoji.names.some((n) => n.startsWith(wanted));
    if (emoji.names.includes(wanted)) scored.push([0, emoji]);
    else if (starts) scored.push([1, emoji]);
    else if (emoji.names.some((n) => n.includes(wanted))) scored.push([2, emoji]);
    else if (emoji.words.toLowerCase().includes(wanted)) scored.push([3, emoji]);
  }
  return scored.sort((a, b) => a[0] - b[0]).slice(0, limit).map(([, emoji]) => emoji);
}
