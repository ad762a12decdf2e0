// Emoji by name and by word. The table is a chunk of its own, fetched after the first paint.
import { useSyncExternalStore } from 'react';

export interface Emoji {
  character: string;
  name: string;
  names: string[];
  group: number;
  words: string;
}

export interface EmojiTable {
  list: Emoji[];
  byName: Map<string, Emoji>;
}

let table: EmojiTable | null = null;
let loading: Promise<EmojiTable> | null = null;
const listeners = new Set<() => void>();

export function loadEmoji(): Promise<EmojiTable> {
  loading ??= import('virtual:emoji').then(({ default: rows }) => {
    const list = rows.map(([character, names, group, words]) => ({ character, names, group, words, name: names[0] ?? '' }));
    const byName = new Map<string, Emoji>();
    for (const emoji of list) for (const name of emoji.names) byName.set(name, emoji);
    table = { list, byName };
    listeners.forEach((listener) => listener());
    return table;
  });
  return loading;
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
