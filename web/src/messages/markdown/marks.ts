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
  /** Marks are looked for in `probe`, which is the text without its literal characters. */
  constructor(
    private readonly text: string,
    private readonly probe: string,
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
    const hosts = this.inLink ? [] : [...hostNames(this.probe)];
    let cursor = 0;
    let linkEnd = 0;
    for (const { index, keyword, host } of this.candidates(keywords, hosts)) {
      if (index < cursor) continue;
      const mark = keyword ? this.keyword(keyword) : host ? this.link(host) : this.markAt(index, linkEnd, cursor);
      if (!mark || mark.start < cursor) continue;
      cursor = mark.end;
      if (mark.node.type === 'link') linkEnd = mark.end;
      yield keyword ? mark : withKeyword(mark, keywords);
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
    for (const { index } of this.probe.matchAll(TRIGGER)) {
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

  private markAt(index: number, linkEnd: number, markEnd: number): Mark | null {
    const emoticon = this.options.emoticons ? emoticonAt(this.probe, index) : null;
    if (emoticon) return { start: index, end: index + emoticon.raw.length, node: { type: 'emoji', raw: emoticon.raw, name: emoticon.name } };
    // A link before is no letter of this word.
    const before = index > linkEnd ? charBefore(this.probe, index) : '';
    const sign = this.probe[index];
    if (sign === '@') {
      const mail = this.inLink ? null : mailAddressAt(this.probe, index, linkEnd);
      if (mail) return this.link(mail);
    }
    if (isWordChar(before)) return null;
    switch (sign) {
      case '@': return this.mention(index);
      case '#': return this.hashtag(index);
      case '~': return before === '~' ? null : this.channel(index);
      case ':': return before === ':' && index > markEnd ? null : this.emoji(index);
      default: return null;
    }
  }

  private match(pattern: RegExp, index: number): { raw: string; next: string } | null {
    pattern.lastIndex = index;
    const raw = pattern.exec(this.probe)?.[0];
    return raw === undefined ? null : { raw, next: charAt(this.probe, index + raw.length) };
  }

  private mention(index: number): Mark | null {
    const found = this.match(MENTION, index);
    if (!found || !/[a-z0-9]/i.test(found.raw) || isWordChar(found.next)) return null;
    return { start: index, end: index + found.raw.length, node: { type: 'mention', raw: found.raw, name: found.raw.slice(1).toLowerCase() } };
  }

  private channel(index: number): Mark | null {
    const found = this.match(CHANNEL, index);
    if (!found || found.next === '~' || isWordChar(found.next)) return null;
    return { start: index, end: index + found.raw.length, node: { type: 'channel', raw: found.raw, name: found.raw.slice(1).toLowerCase() } };
  }

  private hashtag(index: number): Mark | null {
    const found = this.match(HASHTAG, index);
    return found && { start: index, end: index + found.raw.length, node: { type: 'hashtag', raw: found.raw } };
  }

  private emoji(index: number): Mark | null {
    const found = this.match(EMOJI, index);
    return found && { start: index, end: index + found.raw.length, node: { type: 'emoji', raw: found.raw, name: found.raw.slice(1, -1).toLowerCase() } };
  }
}

/** A keyword within a hashtag or the name of a channel marks all of it. */
function withKeyword(mark: Mark, keywords: Range[]): Mark {
  if (mark.node.type !== 'hashtag' && mark.node.type !== 'channel') return mark;
  const isMarked = keywords.some(({ start, end }) => start >= mark.start && end <= mark.end);
  return isMarked ? { ...mark, node: { type: 'keyword', children: [mark.node] } } : mark;
}

const MENTION = /@[a-z0-9._-]+/iy;
const CHANNEL = /~[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?/iy;
const HASHTAG = /#\p{L}[\p{L}\p{N}\p{M}_.-]*[\p{L}\p{N}\p{M}]/uy;
const EMOJI = /:[a-z0-9+_-]{1,64}:/iy;

const USERNAME_LENGTH_MAX = 64;
const FORMS_MAX = 16;

/**
 * The names that a mention may be of, the longest first: without punctuation at its end, or without the words after a dot or
 * dash. The first that somebody has is meant.
 */
export function nameForms(name: string): string[] {
  const forms: string[] = [];
  let end = name.length;
  while (end > 0 && forms.length < FORMS_MAX) {
    const form = name.slice(0, end);
    if (form.length <= USERNAME_LENGTH_MAX && /[a-z0-9]/.test(form)) forms.push(form);
    end = /[._-]$/.test(form) ? end - 1 : Math.max(form.lastIndexOf('.'), form.lastIndexOf('-')) + 1;
  }
  return forms;
}
