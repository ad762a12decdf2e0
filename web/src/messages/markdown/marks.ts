// The marks within text: mentions, channel links, hashtags, emoji, keywords, and addresses without a scheme.
import { findAddresses, type Address } from './addresses';
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

// What stands for a literal character: no letter, and part of no mark.
const LITERAL = '\ufffc';

/** The pieces of a text as nodes. */
export function findMarks(pieces: Piece[], options: MarkOptions, budget: Budget, inLink: boolean): Inline[] {
  let text = '';
  let probe = '';
  for (const piece of pieces) {
    text += piece.text;
    probe += piece.isLiteral ? LITERAL.repeat(piece.text.length) : piece.text;
  }
  return new Marks(text, probe, options, budget, inLink).nodes();
}

class Marks {
  private readonly addresses: Address[];
  /** The text in which names are looked for: without literal characters and addresses. */
  private readonly masked: string;

  /** `probe` is the text without its literal characters. */
  constructor(
    private readonly text: string,
    private readonly probe: string,
    private readonly options: MarkOptions,
    private readonly budget: Budget,
    private readonly inLink: boolean,
  ) {
    this.addresses = findAddresses(probe);
    this.masked = this.withoutAddresses(probe);
  }

  private withoutAddresses(text: string): string {
    if (this.addresses.length === 0) return text;
    let masked = '';
    for (const { start, end } of this.addresses) masked += text.slice(masked.length, start) + LITERAL.repeat(end - start);
    return masked + text.slice(masked.length);
  }

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
    const keywords = this.options.findKeywords?.(this.withoutAddresses(this.text)) ?? [];
    let cursor = 0;
    for (const { index, keyword, address } of this.candidates(keywords)) {
      if (index < cursor) continue;
      const mark = keyword ? this.keyword(keyword) : address ? this.link(address) : this.markAt(index);
      if (!mark) continue;
      cursor = mark.end;
      yield keyword ? mark : withKeyword(mark, keywords);
    }
  }

  private *candidates(keywords: Range[]): Generator<{ index: number; keyword?: Range; address?: Address }> {
    // Within the text of a link an address is text.
    const addresses = this.inLink ? [] : this.addresses;
    let k = 0;
    let a = 0;
    const before = function* (index: number) {
      for (;;) {
        const keyword = keywords[k];
        const address = addresses[a];
        if (keyword && keyword.start <= index && keyword.start <= (address?.start ?? Infinity)) {
          k += 1;
          yield { index: keyword.start, keyword };
        } else if (address && address.start <= index) {
          a += 1;
          yield { index: address.start, address };
        } else return;
      }
    };
    for (const { index } of this.masked.matchAll(TRIGGER)) {
      yield* before(index);
      yield { index };
    }
    yield* before(Infinity);
  }

  /** A keyword may be a mark itself, or contain one. */
  private keyword({ start, end }: Range): Mark {
    const options = { ...this.options, findKeywords: null };
    const inner = new Marks(this.text.slice(start, end), this.probe.slice(start, end), options, this.budget, this.inLink);
    return { start, end, node: { type: 'keyword', children: inner.nodes() } };
  }

  private link({ kind, start, end, href }: Address): Mark {
    return { start, end, node: { type: 'link', kind, href, children: [{ type: 'text', text: this.text.slice(start, end) }] } };
  }

  private markAt(index: number): Mark | null {
    const emoticon = this.options.emoticons ? emoticonAt(this.masked, index) : null;
    if (emoticon) return this.mark(index, { type: 'emoji', raw: emoticon.raw, name: emoticon.name });
    const before = charBefore(this.masked, index);
    if (isWordChar(before)) return null;
    switch (this.masked[index]) {
      case '@': return this.mention(index);
      case '#': return this.hashtag(index);
      case '~': return before === '~' ? null : this.channel(index);
      case ':': return this.emoji(index);
      default: return null;
    }
  }

  private mark(start: number, node: Extract<Inline, { raw: string }>): Mark {
    return { start, end: start + node.raw.length, node };
  }

  /** The name from `from` on: letters of scripts with spaces, digits, and the signs. */
  private run(from: number, signs: string): string {
    let end = from;
    for (let char = charAt(this.masked, end); char !== '' && (signs.includes(char) || isWordChar(char)); char = charAt(this.masked, end)) end += char.length;
    return this.masked.slice(from, end);
  }

  private match(pattern: RegExp, index: number): string | undefined {
    pattern.lastIndex = index;
    return pattern.exec(this.masked)?.[0];
  }

  private mention(index: number): Mark | null {
    const name = this.run(index + 1, '._-').toLowerCase();
    const [longest] = nameForms(name);
    // What no name can have is text: a letter of another script, and the word that it is part of.
    return longest ? this.mark(index, { type: 'mention', raw: this.masked.slice(index, index + 1 + longest.length), name: longest }) : null;
  }

  private channel(index: number): Mark | null {
    const run = this.run(index + 1, '-_');
    const name = run.replace(/[-_]+$/, '');
    if (this.masked[index + 1 + run.length] === '~' || !CHANNEL.test(name)) return null;
    return this.mark(index, { type: 'channel', raw: `~${name}`, name: name.toLowerCase() });
  }

  private hashtag(index: number): Mark | null {
    const raw = this.match(HASHTAG, index);
    return raw ? this.mark(index, { type: 'hashtag', raw }) : null;
  }

  private emoji(index: number): Mark | null {
    const raw = this.match(EMOJI, index);
    return raw ? this.mark(index, { type: 'emoji', raw, name: raw.slice(1, -1).toLowerCase() }) : null;
  }
}

const CHANNEL = /^[a-z0-9][a-z0-9_-]{0,63}$/i;
const HASHTAG = /#\p{L}[\p{L}\p{N}\p{M}_.-]*[\p{L}\p{N}\p{M}]/uy;
const EMOJI = /:[a-z0-9+_-]{1,64}:/iy;

/** A keyword within a hashtag or the name of a channel marks all of it. */
function withKeyword(mark: Mark, keywords: Range[]): Mark {
  if (mark.node.type !== 'hashtag' && mark.node.type !== 'channel') return mark;
  const isMarked = keywords.some(({ start, end }) => start >= mark.start && end <= mark.end);
  return isMarked ? { ...mark, node: { type: 'keyword', children: [mark.node] } } : mark;
}

const USERNAME_LENGTH_MAX = 64;
const FORMS_MAX = 16;
const NAME = /^[._-]*[a-z0-9][a-z0-9._-]*$/;

/**
 * The names that a mention may be of, the longest first: without punctuation at its end, or without the words after a dot or
 * dash. The first that somebody has is meant.
 */
export function nameForms(name: string): string[] {
  const forms: string[] = [];
  let end = name.length;
  while (end > 0 && forms.length < FORMS_MAX) {
    const form = name.slice(0, end);
    if (form.length <= USERNAME_LENGTH_MAX && NAME.test(form)) forms.push(form);
    end = /[._-]$/.test(form) ? end - 1 : Math.max(form.lastIndexOf('.'), form.lastIndexOf('-')) + 1;
  }
  return forms;
}
