// The reader's keywords, and where a text has one of them.
import { charAt, charBefore, isWordChar } from './letters';

export interface Keyword {
  text: string;
  matchCase: boolean;
}

const KEYWORDS_MAX = 100;

/** The keywords of notification settings. The user's own name with its sign is a mention, not a keyword. */
export function keywordsOf(props: Partial<Record<string, string>> | undefined, user: { username: string; first_name?: string } | undefined): Keyword[] {
  const keys = (props?.mention_keys ?? '').split(',').map((key) => key.trim()).filter(Boolean);
  const own = `@${user?.username.toLowerCase() ?? ''}`;
  const keywords: Keyword[] = keys.filter((key) => key.toLowerCase() !== own).map((text) => ({ text, matchCase: false }));
  const firstName = user?.first_name?.trim() ?? '';
  if (props?.first_name === 'true' && firstName) keywords.push({ text: firstName, matchCase: true });
  return keywords.slice(0, KEYWORDS_MAX);
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

export interface Range {
  start: number;
  end: number;
}

function pattern(keywords: Keyword[], flags: string): RegExp | null {
  const texts = keywords.map((keyword) => keyword.text.normalize('NFC')).sort((a, b) => b.length - a.length);
  return texts.length > 0 ? new RegExp(texts.map((text) => escape(text).replace(/\s+/g, '\\s+')).join('|'), flags) : null;
}

/** Finds the keywords in a text in NFC, each from its first letter to its last. */
export function keywordFinder(keywords: Keyword[]): ((text: string) => Range[]) | null {
  const patterns = [pattern(keywords.filter((k) => !k.matchCase), 'giu'), pattern(keywords.filter((k) => k.matchCase), 'gu')].filter((one) => one !== null);
  if (patterns.length === 0) return null;
  return (text) => patterns.flatMap((one) => rangesOf(text, one)).sort((a, b) => a.start - b.start);
}

function rangesOf(text: string, one: RegExp): Range[] {
  const ranges: Range[] = [];
  for (const found of text.matchAll(one)) {
    const range = { start: found.index, end: found.index + found[0].length };
    if (isWhole(text, range)) ranges.push(range);
  }
  return ranges;
}

/** A keyword of a script with spaces is not part of a longer word. Punctuation at an end of the keyword separates by itself. */
function isWhole(text: string, { start, end }: Range): boolean {
  const joins = (a: string, b: string) => isWordChar(a) && isWordChar(b);
  return !joins(charBefore(text, start), charAt(text, start)) && !joins(charBefore(text, end), charAt(text, end));
}
