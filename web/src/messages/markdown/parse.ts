// A message's text to a tree of its parts.
import { Builder, buildInline, type BuildOptions } from './build';
import { keywordFinder, type Keyword } from './keywords';
import { PARSED_LENGTH_MAX } from './limits';
import { nameForms } from './marks';
import { tokenize, tokenizeInline } from './parser';
import { isVisible, visitInline, type Block, type Inline } from './tree';

export interface ParseOptions {
  /** Smileys such as `:)` are emoji. */
  emoticons?: boolean;
  /** `$$..$$` and code blocks of LaTeX are formulas. */
  formulas?: boolean;
  /** Words that notify the reader. */
  keywords?: Keyword[];
}

const normalize = (text: string) => text.replace(/\r\n?/g, '\n').replaceAll('\0', '\ufffd');

const buildOptions = ({ emoticons = false, formulas = false, keywords = [] }: ParseOptions): BuildOptions =>
  ({ emoticons, formulas, findKeywords: keywordFinder(keywords) });

export function parse(text: string, options: ParseOptions = {}): Block[] {
  const source = normalize(text);
  const plain = (): Block[] => [{ type: 'paragraph', children: [{ type: 'text', text: source }] }];
  if (source.length > PARSED_LENGTH_MAX) return plain();
  try {
    const blocks = new Builder(source, tokenize(source, options.formulas ?? false), buildOptions(options)).build();
    return blocks.length > 0 || source === '' ? blocks : plain();
  } catch {
    return plain();
  }
}

/** A line of text without blocks: a title, a name. */
export function parseInline(text: string, options: ParseOptions = {}): Inline[] {
  const source = normalize(text);
  if (source.length > PARSED_LENGTH_MAX) return [{ type: 'text', text: source }];
  const nodes = buildInline(tokenizeInline(source), buildOptions(options));
  return isVisible({ type: 'line', children: nodes }) ? nodes : [{ type: 'text', text: source }];
}

export const EVERYONE = new Set(['channel', 'all', 'here']);

const NAMES_MAX = 200;

/** The usernames that a message may mention, in every form that they may have, without those for everyone. */
export function mentionedNames(blocks: readonly Block[]): string[] {
  const names = new Set<string>();
  visitInline(blocks, (node) => {
    if (node.type === 'mention') nameForms(node.name).forEach((form) => names.size < NAMES_MAX && names.add(form));
  });
  EVERYONE.forEach((name) => names.delete(name));
  return [...names];
}

/** The names of emoji in a message, each once. */
export function emojiNames(blocks: readonly Block[]): string[] {
  const names = new Set<string>();
  visitInline(blocks, (node) => { if (node.type === 'emoji') names.add(node.name); });
  return [...names];
}

const EMOJI_TEXT = /^(?:\p{Extended_Pictographic}|\p{Emoji_Component}|\s)+$/u;
const LARGE_EMOJI_MAX = 8;

const isBlank = (node: Inline) => node.type === 'break' || (node.type === 'text' && node.text.trim() === '');
const isEmoji = (node: Inline) => node.type === 'emoji' || (node.type === 'text' && EMOJI_TEXT.test(node.text) && !/^[\d#*\s]+$/.test(node.text));

/** A message of a few emoji only is displayed large. */
export function isOnlyEmoji(blocks: readonly Block[]): boolean {
  const [block] = blocks;
  if (blocks.length !== 1 || block?.type !== 'paragraph') return false;
  const parts = block.children.filter((part) => !isBlank(part));
  return parts.length > 0 && parts.length <= LARGE_EMOJI_MAX && parts.every(isEmoji);
}
