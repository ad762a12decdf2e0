// The build's emoji table: every name of emoji-datasource (as Mattermost has them) and of gemoji, which the server knows too
// (crates/model/data/emoji.txt; a test compares them).
import { readFileSync } from 'node:fs';
import { applyTones, TONES } from '../src/emoji/tones.ts';

export type EmojiRow = [character: string, names: string[], group: number, words: string, tones: 0 | 1 | Record<string, string>];

interface EmojiSource {
  hexcode: string;
  unicode: string;
  label: string;
  group?: number;
  tags?: string[];
  skins?: Array<{ hexcode: string; unicode: string }>;
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../node_modules/emojibase-data/en/${name}.json`, import.meta.url), 'utf8'));

type Names = Record<string, string | string[] | undefined>;

/** Rows of character, names, group, search words, and skin tones: 0 without, 1 where they follow a rule, else the characters by tones. */
export function emojiRows(): EmojiRow[] {
  const sources = ['iamcal', 'github'].map((name) => read(`shortcodes/${name}`) as Names);
  const taken = new Set<string>();
  const namesOf = new Map<string, string[]>();
  // A name that both use for different characters is the first's.
  for (const source of sources) {
    for (const [hexcode, value] of Object.entries(source)) {
      const names = [value ?? []].flat().filter((name) => !taken.has(name));
      names.forEach((name) => taken.add(name));
      if (names.length > 0) namesOf.set(hexcode, [...(namesOf.get(hexcode) ?? []), ...names]);
    }
  }
  return (read('compact') as EmojiSource[])
    .filter((emoji) => emoji.group !== undefined && namesOf.has(emoji.hexcode))
    .map((emoji) => [emoji.unicode, namesOf.get(emoji.hexcode) ?? [], emoji.group ?? 0, [emoji.label, ...(emoji.tags ?? [])].join(' '), tonesOf(emoji)]);
}

function tonesOf({ unicode, skins }: EmojiSource): EmojiRow[4] {
  if (!skins) return 0;
  const exceptions: Record<string, string> = {};
  for (const skin of skins) {
    const tones = (skin.hexcode.match(/1F3F[B-F]/g) ?? []).map((code) => TONES.findIndex(({ modifier }) => modifier === String.fromCodePoint(parseInt(code, 16))));
    const key = [...new Set(tones)].join('-');
    if (tones.length === 0 || applyTones(unicode, key) !== skin.unicode) exceptions[key] = skin.unicode;
  }
  return Object.keys(exceptions).length > 0 ? exceptions : 1;
}
