// The reader's keywords, and where a text has one of them. The server has the same rules (crates/markup).
import { charAt, charBefore, isLetter, isUnspaced, isWordChar } from './letters';

export interface Keyword {
  text: string;
  matchCase: boolean;
}

const KEYWORDS_MAX = 100;
const LENGTH_MAX = 64;

/** The keywords of notification settings. The user's own name with its sign is a mention, not a keyword. */
export function keywordsOf(props: Partial<Record<string, string>> | undefined, user: { username: string; first_name?: string } | undefined): Keyword[] {
  const keys = (props?.mention_keys ?? '').split(',').map((key) => key.trim()).filter(Boolean);
  const own = `@${user?.username.toLowerCase() ?? ''}`;
  const keywords: Keyword[] = keys.filter((key) => key.toLowerCase() !== own).map((text) => ({ text, matchCase: false }));
  const firstName = user?.first_name?.trim() ?? '';
  if (props?.first_name === 'true' && firstName) keywords.push({ text: firstName, matchCase: true });
  return keywords.slice(0, KEYWORDS_MAX);
}

export interface Range {
  start: number;
  end: number;
}

const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]/gu;

/** The form in which texts are compared: composed and decomposed, wide and narrow, upper and lower case are equal. */
function fold(text: string, matchCase: boolean): string {
  const normal = text.normalize('NFKC').replace(INVISIBLE, '').replace(/\s+/gu, ' ');
  // Both ways, because some letters have several small ones; sigma has one for ends of words; and Turkish İ is i with a dot.
  return matchCase ? normal : normal.toLowerCase().toUpperCase().toLowerCase().replace(/ς/g, 'σ').replace(/i\u0307/g, 'i').normalize('NFC');
}

const isAscii = (text: string) => /^[\u0000-\u007f]*$/.test(text);

/** A text in the form that is compared, and where each of its characters comes from. */
class Folded {
  text = '';
  // Null where the form has the same characters at the same places.
  private sources: Range[] | null = null;
  private static readonly segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

  constructor(source: string, matchCase: boolean) {
    if (isAscii(source) && !/\s\s|[^\S ]/.test(source)) {
      this.text = matchCase ? source : source.toLowerCase();
      return;
    }
    this.sources = [];
    const parts: string[] = [];
    for (const { segment, index } of Folded.segmenter.segment(source)) {
      const folded = isAscii(segment) && !matchCase && segment.trim() !== '' ? segment.toLowerCase() : fold(segment, matchCase);
      if (folded === ' ' && parts.at(-1) === ' ') continue;
      if (folded !== '') parts.push(folded);
      for (let i = 0; i < folded.length; i += 1) this.sources.push({ start: index, end: index + segment.length });
    }
    this.text = parts.join('');
  }

  sourceOf(start: number, end: number): Range {
    return this.sources ? { start: this.sources[start]?.start ?? 0, end: this.sources[end - 1]?.end ?? 0 } : { start, end };
  }
}

/** Finds the keywords in a text, each from its first letter to its last. Null without keywords. */
export function keywordFinder(keywords: Keyword[]): ((text: string) => Range[]) | null {
  const forms = [false, true].map((matchCase) => ({
    matchCase,
    texts: keywords.filter((keyword) => keyword.matchCase === matchCase).map(({ text }) => fold(text, matchCase).trim()).filter((text) => text !== '' && [...text].length <= LENGTH_MAX),
  })).filter(({ texts }) => texts.length > 0);
  if (forms.length === 0) return null;
  return (source) => forms
    .flatMap(({ matchCase, texts }) => {
      // Most messages have none, and need no account of their characters.
      const whole = fold(source, matchCase);
      const present = texts.filter((text) => whole.includes(text));
      if (present.length === 0) return [];
      const folded = new Folded(source, matchCase);
      return present.flatMap((text) => occurrences(folded, text));
    })
    .sort((a, b) => a.start - b.start || b.end - a.end);
}

function occurrences(folded: Folded, keyword: string): Range[] {
  const ranges: Range[] = [];
  for (let at = folded.text.indexOf(keyword); at >= 0; at = folded.text.indexOf(keyword, at + keyword.length)) {
    if (standsAlone(folded.text, at, at + keyword.length)) ranges.push(folded.sourceOf(at, at + keyword.length));
  }
  return ranges;
}

const continuesKeyword = (char: string) => isWordChar(char) || char === '_';

/** An end of a keyword beside which anything may stand: a letter of a script without spaces, or an emoji. */
const isFree = (edge: string) => isUnspaced(edge) || (!/^[!-/:-@[-`{-~]$/.test(edge) && !isLetter(edge));

/** Whether nothing continues the keyword's word on either side. A keyword of symbols stands anywhere. */
function standsAlone(text: string, start: number, end: number): boolean {
  const isSymbolic = ![...text.slice(start, end)].some((char) => isLetter(char) || char === '_');
  if (isSymbolic) return true;
  return (isFree(charAt(text, start)) || !continuesKeyword(charBefore(text, start))) && (isFree(charBefore(text, end)) || !continuesKeyword(charAt(text, end)));
}
