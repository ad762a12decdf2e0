// The Markdown library with the rules of messages: addresses, image sizes, formulas, bounded nesting. Produces the library's
// tokens; build.ts makes the tree of them.
import Library, { type MarkdownIt, type StateBlock, type StateInline, type Token } from 'markdown-it';
import cjkFriendly from 'markdown-it-cjk-friendly';
import { addressAt, wwwAddressAt } from './addresses';
import { BLOCK_DEPTH_MAX, DEPTH_MAX } from './limits';

const DOLLAR = 0x24;
const EXCLAMATION = 0x21;
const BRACKET = 0x5b;
const COLON = 0x3a;
const AT = 0x40;
const BACKSLASH = 0x5c;
const UNDERSCORE = 0x5f;
const TILDE = 0x7e;

/** An address with a scheme or `www.`: before emphasis, so that its `_` and `*` stay what they are. */
function address(state: StateInline, silent: boolean): boolean {
  if (silent) return false;
  const found = state.src.charCodeAt(state.pos) === COLON
    ? addressAt(state.src, state.pos, state.pos - Math.min(state.pos, state.pending.length), state.posMax)
    : wwwAddressAt(state.src, state.pos, state.posMax);
  if (!found) return false;
  const typed = state.src.slice(found.start, found.end);
  state.pending = state.pending.slice(0, state.pending.length - (state.pos - found.start));
  state.pos = found.end;
  // Within a link it is text without marks.
  if (state.linkLevel > 0) {
    state.push('text_special', '', 0).content = typed;
    return true;
  }
  const open = state.push('link_open', 'a', 1);
  open.attrs = [['href', found.href]];
  open.info = 'auto';
  open.markup = 'typed';
  state.push('text', '', 0).content = typed;
  state.push('link_close', 'a', -1);
  return true;
}

const WWW = /www\./gi;

/** The library's rule for text, which ends before `www.` too. */
function textBeforeAddress(text: (state: StateInline, silent: boolean) => boolean) {
  return (state: StateInline, silent: boolean): boolean => {
    const { pos, pending } = state;
    if (!text(state, silent)) return false;
    const passed = silent ? '' : state.src.slice(pos, state.pos);
    WWW.lastIndex = 0;
    const found = passed.length > 3 ? WWW.exec(passed) : null;
    if (!found) return true;
    state.pos = pos + found.index;
    state.pending = pending + passed.slice(0, found.index);
    return found.index > 0;
  };
}

/** A backslash before a letter escapes nothing: it must not tear the letter from its word. */
function plainBackslash(state: StateInline, silent: boolean): boolean {
  if (state.src.charCodeAt(state.pos) !== BACKSLASH || !/[a-z0-9]/i.test(state.src[state.pos + 1] ?? '')) return false;
  if (!silent) state.pending += '\\';
  state.pos += 1;
  return true;
}

/** Two tildes strike out; one, or three and more, are text. */
function tildes(state: StateInline, silent: boolean): boolean {
  if (state.src.charCodeAt(state.pos) !== TILDE) return false;
  let end = state.pos + 1;
  while (end < state.posMax && state.src.charCodeAt(end) === TILDE) end += 1;
  if (end - state.pos === 2) return false;
  if (!silent) state.pending += state.src.slice(state.pos, end);
  state.pos = end;
  return true;
}

/** Underscores right after `@` are part of a name. */
function nameUnderscores(state: StateInline, silent: boolean): boolean {
  if (state.src.charCodeAt(state.pos) !== UNDERSCORE || !state.pending.endsWith('@') || state.src.charCodeAt(state.pos - 1) !== AT) return false;
  let end = state.pos;
  while (end < state.posMax && state.src.charCodeAt(end) === UNDERSCORE) end += 1;
  if (!silent) state.pending += state.src.slice(state.pos, end);
  state.pos = end;
  return true;
}

// ` =100x50`, ` =100` or ` =x50` after the address of an image.
const SIZE = /[ \t]+=(?=x?\d)(\d{1,5})?(?:x(\d{1,5})?)?(?=[ \t)])/y;

/** As the library's rule, with a size after the address; the description is plain text. */
function image(state: StateInline, silent: boolean): boolean {
  if (state.src.charCodeAt(state.pos) !== EXCLAMATION || state.src.charCodeAt(state.pos + 1) !== BRACKET) return false;
  const { parseLinkDestination, parseLinkLabel, parseLinkTitle } = state.md.helpers;
  const labelEnd = parseLinkLabel(state, state.pos + 1, false);
  if (labelEnd < 0 || state.src[labelEnd + 1] !== '(') return false;
  const skipSpace = (from: number) => {
    let at = from;
    while (at < state.posMax && /[ \t\n]/.test(state.src[at] ?? '')) at += 1;
    return at;
  };
  const destination = parseLinkDestination(state.src, skipSpace(labelEnd + 2), state.posMax);
  if (!destination.ok) return false;
  let at = destination.pos;
  SIZE.lastIndex = at;
  const size = SIZE.exec(state.src);
  if (size) at = SIZE.lastIndex;
  const titleStart = skipSpace(at);
  const title = parseLinkTitle(state.src, titleStart, state.posMax);
  at = skipSpace(titleStart > at && title.ok ? title.pos : at);
  if (at >= state.posMax || state.src[at] !== ')') return false;
  if (!silent) {
    const token = state.push('image', 'img', 0);
    token.content = state.src.slice(state.pos + 2, labelEnd);
    token.attrs = [['src', destination.str]];
    token.meta = { width: Number(size?.[1]) || undefined, height: Number(size?.[2]) || undefined };
  }
  state.pos = at + 1;
  return true;
}

/** `$$..$$` within a line. */
function formula(state: StateInline, silent: boolean): boolean {
  if (!state.env.formulas || state.src.charCodeAt(state.pos) !== DOLLAR || state.src.charCodeAt(state.pos + 1) !== DOLLAR) return false;
  // Without a second pair after this one there is none after a later one either.
  if (state.env.lastFormula === undefined) state.env.lastFormula = {};
  const known = state.env.lastFormula as { src?: string; at?: number };
  if (known.src !== state.src) Object.assign(known, { src: state.src, at: state.src.lastIndexOf('$$') });
  if ((known.at ?? -1) < state.pos + 3) return false;
  const end = state.src.indexOf('$$', state.pos + 2);
  if (end < 0 || end + 2 > state.posMax || end === state.pos + 2) return false;
  const source = state.src.slice(state.pos + 2, end);
  if (source.trim() === '') return false;
  if (!silent) state.push('formula', 'math', 0).content = source;
  state.pos = end + 2;
  return true;
}

/** A line `$$`, the formula, a line `$$`. */
function formulaBlock(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const lineAt = (line: number) => state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]);
  if (!state.env.formulas || lineAt(startLine).trim() !== '$$' || (state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  let line = startLine + 1;
  while (line < endLine && lineAt(line).trim() !== '$$' && ((state.sCount[line] ?? 0) >= state.blkIndent || state.isEmpty(line))) line += 1;
  if (line >= endLine || lineAt(line).trim() !== '$$') return false;
  if (silent) return true;
  const token = state.push('formula_block', 'math', 0);
  token.content = state.getLines(startLine + 1, line, state.sCount[startLine] ?? 0, false);
  token.map = [startLine, line + 1];
  state.line = line + 1;
  return true;
}

function ruleOf<Rule>(ruler: { __rules__: { name: string; fn: Rule }[] }, name: string): Rule {
  const rule = ruler.__rules__.find((one) => one.name === name);
  if (!rule) throw new Error(`the Markdown library has no rule ${name}`);
  return rule.fn;
}

/** An indented line behind a definition continues its paragraph, so it is no code. */
function noCodeAfterDefinition(md: MarkdownIt): void {
  const code = ruleOf(md.block.ruler, 'code');
  md.block.ruler.at('code', (state, startLine, endLine, silent) => {
    const last = state.tokens.at(-1);
    return !(last?.type === 'reference_definition' && last.map?.[1] === startLine) && code(state, startLine, endLine, silent);
  });
}

/** Where the library would drop what is nested too deeply, it becomes one paragraph. */
function boundNesting(md: MarkdownIt): void {
  const tokenize = md.block.tokenize.bind(md.block);
  md.block.tokenize = (state, startLine, endLine) => {
    if (state.level < BLOCK_DEPTH_MAX) return tokenize(state, startLine, endLine);
    state.push('paragraph_open', 'p', 1).map = [startLine, endLine];
    const text = state.push('inline', '', 0);
    text.content = state.getLines(startLine, endLine, 0, false);
    text.children = [];
    state.push('paragraph_close', 'p', -1);
    state.line = endLine;
  };
}

export function createParser(): MarkdownIt {
  const md = new Library({ html: false, breaks: true, linkify: false, typographer: false, maxNesting: DEPTH_MAX + 4 });
  md.use(cjkFriendly);
  // Addresses stay as they were typed. Those that are not safe are no links when they are displayed.
  md.normalizeLink = (url) => url;
  md.normalizeLinkText = (url) => url;
  md.validateLink = () => true;
  // Escapes are needed by marks.ts, definitions by build.ts.
  md.core.ruler.disable(['text_join', 'strip_references', 'linkify', 'replacements', 'smartquotes']);
  md.inline.ruler.at('linkify', address);
  md.inline.ruler.at('text', textBeforeAddress(ruleOf(md.inline.ruler, 'text')));
  md.inline.ruler.at('image', image);
  md.inline.ruler.before('strikethrough', 'tildes', tildes);
  md.inline.ruler.before('emphasis', 'name_underscores', nameUnderscores);
  md.inline.ruler.before('escape', 'plain_backslash', plainBackslash);
  md.inline.ruler.before('escape', 'formula', formula);
  md.block.ruler.before('fence', 'formula_block', formulaBlock, { alt: ['paragraph', 'reference', 'blockquote', 'list'] });
  noCodeAfterDefinition(md);
  boundNesting(md);
  return md;
}

let parser: MarkdownIt | undefined;

function shared(): MarkdownIt {
  parser ??= createParser();
  return parser;
}

/** For tests that count the parser's work. */
export function instrument(change: (md: MarkdownIt) => void): void {
  change(shared());
}

export function tokenize(text: string, formulas: boolean): Token[] {
  return shared().parse(text, { formulas });
}

/** The tokens of one line of text, for which nothing is defined elsewhere. */
export function tokenizeInline(text: string): Token[] {
  const tokens: Token[] = [];
  shared().inline.parse(text, shared(), {}, tokens);
  return tokens;
}

/** The blocks of a text without what is within them. */
export function tokenizeBlocks(text: string): Token[] {
  const tokens: Token[] = [];
  shared().block.parse(text.replace(/\r\n?/g, '\n'), shared(), {}, tokens);
  return tokens;
}
