// The marks within text: mentions, channel links, hashtags, emoji, keywords, and addresses without a scheme.
import { hostNames, mailAddressAt, type Address } from './addresses';
import { emoticonAt } from './emoticons';
import type { Range } from './keywords';
import { charAt, charBefore, isWordChar } from './letters';
import type { Budget } from './limits';
import type { Inline } from './tree';

/** A part of a text. Escaped characters are literal: they begin no mark. */
export interface Piece {
  text: string;
  isLiteral: boolean;
}

export interface MarkOptions {
  emoticons: boolean;
  findKeywords: ((text: string) => Range[]) | null;
}

interface Mark {
  start: number;
  end: number;
  node: Inline;
}

const TRIGGER = /[@#~:;<]|[xX]-[dD]/g;

/** The pieces of a text as nodes. Within a link there are no marks that are links themselves. */
export function findMarks(pieces: Piece[], options: MarkOptions, budget: Budget, inLink: boolean): Inline[] {
  const literals = new Set<number>();
  let text = '';
  for (const piece of pieces) {
    if (piece.isLiteral) for (let i = 0; i < piece.text.length; i += 1) literals.add(text.length + i);
    text += piece.text;
  }
  if (options.findKeywords && literals.size === 0) text = text.normalize('NFC');
  return new Marks(text, literals, options, budget, inLink).nodes();
}

class Marks {
  constructor(
    private readonly text: string,
    private readonly literals: ReadonlySet<number>,
    private readonly options: MarkOptions,
    private readonly budget: Budget,
    private readonly inLink: boolean,
  ) {}

  nodes(): Inline[] {
    if (this.text === '') return [];
    const nodes: Inline[] = [];
    let cursor = 0;
    for (const mark of this.marks()) {
      if (!this.budget.takeMark()) break;
      if (mark.start > cursor) nodes.push({ type: 'text', text: this.text.slice(cursor, mark.start) });
      nodes.push(mark.node);
      cursor = mark.end;
    }
    if (cursor < this.text.length) nodes.push({ type: 'text', text: this.text.slice(cursor) });
    return nodes;
  }

  /** The marks from left to right, none of them within another. */
  private *marks(): Generator<Mark> {
    const keywords = this.options.findKeywords?.(this.text) ?? [];
    const hosts = this.inLink ? [] : [...hostNames(this.text)];
    let cursor = 0;
    for (const { index, keyword, host } of this.candidates(keywords, hosts)) {
      if (index < cursor || this.literals.has(index)) continue;
      const mark = keyword ? this.keyword(keyword) : host ? link(this.text, host) : this.markAt(index, cursor);
      if (!mark || mark.start < cursor) continue;
      cursor = mark.end;
      yield mark;
    }
  }

  private *candidates(keywords: Range[], hosts: Address[]): Generator<{ index: number; keyword?: Range; host?: Address }> {
    let k = 0;
    let h = 0;
    const before = function* (index: number) {
      for (;;) {
        const keyword = keywords[k];
        const host = hosts[h];
        if (keyword && keyword.start <= index && keyword.start <= (host?.start ?? Infinity)) {
          k += 1;
          yield { index: keyword.start, keyword };
        } else if (host && host.start <= index) {
          h += 1;
          yield { index: host.start, host };
        } else return;
      }
    };
    for (const { index } of this.text.matchAll(TRIGGER)) {
      yield* before(index);
      yield { index };
    }
    yield* before(Infinity);
  }

  /** A keyword may be a mark itself, or contain one. */
  private keyword({ start, end }: Range): Mark {
    const inner = new Marks(this.text.slice(start, end), new Set(), { ...this.options, findKeywords: null }, this.budget, this.inLink);
    return { start, end, node: { type: 'keyword', children: inner.nodes() } };
  }

  private markAt(index: number, cursor: number): Mark | null {
    const emoticon = this.options.emoticons ? emoticonAt(this.text, index) : null;
    if (emoticon) return { start: index, end: index + emoticon.raw.length, node: { type: 'emoji', raw: emoticon.raw, name: emoticon.name } };
    // What a mark has ended before is no letter of this word.
    const before = index > cursor ? charBefore(this.text, index) : '';
    switch (this.text[index]) {
      case '@': return this.mention(index, before, cursor);
      case '#': return this.hashtag(index, before);
      case '~': return this.channel(index, before);
      case ':': return this.emoji(index, before);
      default: return null;
    }
  }

  private match(pattern: RegExp, index: number): string | null {
    pattern.lastIndex = index;
    return pattern.exec(this.text)?.[0] ?? null;
  }

  private mention(index: number, before: string, cursor: number): Mark | null {
    const mail = this.inLink ? null : mailAddressAt(this.text, index, cursor);
    if (mail) return link(this.text, mail);
    const raw = this.match(MENTION, index);
    if (!raw || isWordChar(before) || before === '_' || !/[a-z0-9]/i.test(raw) || isWordChar(charAt(this.text, index + raw.length))) return null;
    return { start: index, end: index + raw.length, node: { type: 'mention', raw, name: raw.slice(1).toLowerCase() } };
  }

  private channel(index: number, before: string): Mark | null {
    const raw = this.match(CHANNEL, index);
    if (!raw || this.inLink || isWordChar(before) || /[_~/\\]/.test(before) || /[~/]/.test(this.text[index + raw.length] ?? '')) return null;
    if (isWordChar(charAt(this.text, index + raw.length))) return null;
    return { start: index, end: index + raw.length, node: { type: 'channel', raw, name: raw.slice(1).toLowerCase() } };
  }

  private hashtag(index: number, before: string): Mark | null {
    const raw = this.match(HASHTAG, index);
    if (!raw || this.inLink || isWordChar(before) || /[_&/\\]/.test(before)) return null;
    return { start: index, end: index + raw.length, node: { type: 'hashtag', raw } };
  }

  private emoji(index: number, before: string): Mark | null {
    const raw = this.match(EMOJI, index);
    if (!raw || isWordChar(before) || before === ':' || before === '_') return null;
    return { start: index, end: index + raw.length, node: { type: 'emoji', raw, name: raw.slice(1, -1).toLowerCase() } };
  }
}

const MENTION = /@[a-z0-9._-]{1,64}/iy;
const CHANNEL = /~[a-z0-9][a-z0-9_-]{0,63}/iy;
const HASHTAG = /#\p{L}[\p{L}\p{N}\p{M}_.-]*[\p{L}\p{N}\p{M}]/uy;
const EMOJI = /:[a-z0-9+_-]{1,64}:/iy;

const link = (text: string, { start, end, href }: Address): Mark =>
  ({ start, end, node: { type: 'link', href, children: [{ type: 'text', text: text.slice(start, end) }] } });

/** The usernames that a mention may be of, the longest first: `@bob.smith.` may end a sentence, and be of `bob` alone. */
export function usernameForms(name: string): string[] {
  const forms = [name];
  for (let end = name.length; end > 1; end -= 1) {
    const isBreak = /[._-]/.test(name[end - 1] ?? '') || /[._-]/.test(name[end] ?? '');
    if (isBreak && end < name.length && forms.length < FORMS_MAX) forms.push(name.slice(0, end));
  }
  return forms.filter((form) => /[a-z0-9]/.test(form));
}

const FORMS_MAX = 8;
