// Hostile messages: the work for one is bounded by its length, counted in steps: rules that are tried, characters that are
// read, patterns that are matched.
import Library from 'markdown-it';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BLOCK_DEPTH_MAX, CELLS_MAX, DEPTH_MAX, ELEMENTS_MAX, MARKS_MAX } from './limits';
import { parse } from './parse';
import { visitInline, type Block, type Inline } from './tree';

let steps = 0;

/** A string that counts what is read of it. */
class CountedString extends String {
  override charCodeAt(index: number): number {
    steps += 1;
    return super.charCodeAt(index);
  }

  override slice(start?: number, end?: number): string {
    const part = super.slice(start, end);
    // Up to the end of the text, where an anchored pattern follows, nothing is copied.
    steps += end === undefined ? 1 : part.length;
    return part;
  }

  override indexOf(searched: string, from = 0): number {
    const found = super.indexOf(searched, from);
    steps += (found < 0 ? this.length : found) - Math.min(from, this.length) + 1;
    return found;
  }

  override lastIndexOf(searched: string): number {
    steps += this.length;
    return super.lastIndexOf(searched);
  }

  override startsWith(searched: string, from?: number): boolean {
    steps += searched.length;
    return super.startsWith(searched, from);
  }
}

beforeEach(() => {
  steps = 0;
  const exec = RegExp.prototype.exec;
  vi.spyOn(RegExp.prototype, 'exec').mockImplementation(function counted(this: RegExp, text: string) {
    const from = this.lastIndex;
    const found = exec.call(this, text);
    const isSearch = this.global && !this.sticky;
    steps += 1 + (found ? found[0].length : 0) + (isSearch ? (found ? found.index : text.length) - from : 0);
    return found;
  });
});
afterEach(() => vi.restoreAllMocks());

/** The steps for each of the texts. */
async function stepsFor(...texts: string[]): Promise<number[]> {
  vi.resetModules();
  const parserModule = await import('./parser');
  const { parse: parseFresh } = await import('./parse');
  parserModule.instrument((md) => {
    const { State } = md.inline;
    md.inline.State = class extends State {
      constructor(...args: ConstructorParameters<typeof State>) {
        super(...args);
        this.src = new CountedString(this.src) as unknown as string;
      }
    };
    const Blocks = md.block.State;
    md.block.State = class extends Blocks {
      constructor(...args: ConstructorParameters<typeof Blocks>) {
        super(...args);
        this.src = new CountedString(this.src) as unknown as string;
      }
    };
    countRules(md);
  });
  return texts.map((text) => {
    steps = 0;
    parseFresh(text, { emoticons: true, formulas: true, keywords: [{ text: 'deploy', matchCase: false }, { text: 'c++', matchCase: false }] });
    return steps;
  });
}

function countRules(md: InstanceType<typeof Library>): void {
  for (const ruler of [md.inline.ruler, md.block.ruler]) {
    for (const rule of ruler.__rules__) {
      const original = rule.fn as (...args: unknown[]) => boolean;
      ruler.at(rule.name, ((...args: unknown[]) => {
        steps += 1;
        return original(...args);
      }) as never, { alt: rule.alt });
    }
  }
}

// Enough to exceed each of the limits.
const LENGTH = 20_000;
const fill = (part: string, length = LENGTH) => part.repeat(Math.ceil(length / part.length)).slice(0, length);

const attacks: Record<string, (length: number) => string> = {
  'opening brackets': (n) => fill('[', n),
  'opening image brackets': (n) => fill('![', n),
  'brackets with text': (n) => fill('[a', n),
  'open links': (n) => fill('[a](', n),
  'links without an end': (n) => fill('[a](<b', n),
  'titles without an end': (n) => fill('[a](b "c', n),
  'nested links': (n) => fill('[', n / 2) + fill('](a)', n / 2),
  'nested images': (n) => fill('![', n / 2) + fill('](a)', n / 2),
  'references': (n) => fill('[a][b]', n),
  'definitions': (n) => fill('[a]: b\n', n),
  'definitions without an end': (n) => fill('[a]: b \'c\n', n),
  'stars': (n) => fill('*', n),
  'stars and letters': (n) => fill('*a ', n),
  'opening emphasis': (n) => fill('*a **b ', n),
  'alternating emphasis': (n) => fill('*a_b', n),
  'closed nested emphasis': (n) => fill('*a **a ', n / 2) + fill('b** b* ', n / 2),
  'underscores': (n) => fill('_', n),
  'underscores and letters': (n) => fill('_a ', n),
  'tildes': (n) => fill('~~a ', n),
  'long runs of tildes': (n) => fill('~', n),
  'backticks': (n) => fill('`', n),
  'backticks of growing length': (n) => Array.from({ length: Math.floor(Math.sqrt(n * 2)) }, (_, i) => `${'`'.repeat(i + 1)} `).join('').slice(0, n),
  'backticks and letters': (n) => fill('`a``', n),
  'quotes in one line': (n) => fill('>', n),
  'quotes with spaces': (n) => `${fill('> ', n - 1)}x`,
  'quotes line by line': (n) => fill('> a\n', n),
  'lazy quotes': (n) => fill('>', 200) + fill('a\n', n),
  'lists in one line': (n) => fill('- ', n),
  'numbers in one line': (n) => fill('1. ', n),
  'nested lists': (n) => { let text = ''; for (let i = 0; text.length < n; i += 1) text += `${'  '.repeat(i % 150)}- a\n`; return text.slice(0, n); },
  'list items': (n) => fill('- a\n', n),
  'quotes and lists': (n) => fill('> - ', n),
  'headings': (n) => fill('# a\n', n),
  'underlined headings': (n) => fill('a\n-\n', n),
  'table of many cells': (n) => `|a|b|\n|-|-|\n${fill('|a|b|\n', n)}`,
  'table of many columns': (n) => `${fill('|a', n / 3)}\n${fill('|-', n / 3)}\n${fill('|b', n / 3)}`,
  'tables': (n) => fill('|a|\n|-|\n\n', n),
  'rules': (n) => fill('---\n', n),
  'fences': (n) => fill('```\n', n),
  'open fences of other lengths': (n) => fill('````a\n```\n', n),
  'angle brackets': (n) => fill('<', n),
  'tags without an end': (n) => fill('<a ', n),
  'ampersands': (n) => fill('&', n),
  'references of characters': (n) => fill('&amp', n),
  'backslashes': (n) => fill('\\', n),
  'dollars': (n) => fill('$', n),
  'open formulas': (n) => fill('$$a $', n),
  'formula blocks': (n) => fill('$$\na\n', n),
  'mentions': (n) => fill('@bob ', n),
  'signs': (n) => fill('@', n),
  'names of dots': (n) => `@${fill('a.', n)}`,
  'long hashtags': (n) => `#a${fill('.', n)}`,
  'hashtags': (n) => fill('#ab ', n),
  'channels': (n) => fill('~ab ', n),
  'colons': (n) => fill(':', n),
  'emoji': (n) => fill(':ab:', n),
  'open emoji': (n) => fill(':a', n),
  'addresses': (n) => fill('http://a.bc ', n),
  'addresses without an end': (n) => fill('http://', n),
  'schemes': (n) => fill('a://', n),
  'long scheme': (n) => `${fill('a', n)}://`,
  'brackets in addresses': (n) => `http://x.org/${fill('(', n / 2)}${fill(')', n / 2)}`,
  'trailing marks': (n) => `http://x.org/${fill('.', n)}`,
  'references after an address': (n) => `http://x.org/${fill('&amp;', n)}`,
  'host names': (n) => fill('a.', n),
  'long host labels': (n) => fill('a-', n),
  'mail addresses': (n) => fill('a@b.', n),
  'mail signs': (n) => fill('a@', n),
  'keywords': (n) => fill('deploy ', n),
  'smileys': (n) => fill(':) ', n),
  'spaces': (n) => `a${fill(' ', n)}b`,
  'lines of spaces': (n) => fill('a   \n', n),
  'blank lines': (n) => fill('\n', n),
  'line breaks': (n) => fill('a\n', n),
  'tabs': (n) => fill('\t', n),
  'nothing in particular': (n) => fill('The quick brown fox jumps over the lazy dog. ', n),
  'Chinese': (n) => fill('含**「重点」**内容，', n),
  'emoji characters': (n) => fill('👩‍💻', n),
  'combining marks': (n) => `a${fill('\u0301', n)}`,
};

// Measured: at most about 90, for brackets.
const STEPS_PER_CHARACTER_MAX = 250;
// For twice the text, which is four times the steps where work is quadratic. Measured: at most 2.2.
const GROWTH_MAX = 2.3;
// An address is read up to 4,096 characters, and the rest by other rules: both texts are longer.
const lengthOf = (name: string) => (name === 'brackets in addresses' ? 40_000 : 12_000);

function depth(blocks: readonly Block[]): number {
  const inline = (nodes: readonly Inline[]): number => Math.max(0, ...nodes.map((node) => ('children' in node ? 1 + inline(node.children) : 0)));
  return Math.max(0, ...blocks.map((block) => {
    if (block.type === 'quote') return 1 + depth(block.children);
    if (block.type === 'list') return 1 + Math.max(0, ...block.items.map((item) => depth(item.children)));
    return block.type === 'paragraph' || block.type === 'line' || block.type === 'heading' ? inline(block.children) : 0;
  }));
}

describe('a hostile message', () => {
  it.each(Object.entries(attacks))('of %s costs steps in proportion to its length', async (name, attack) => {
    const length = lengthOf(name);
    const [half = 0, whole = 0] = await stepsFor(attack(length / 2), attack(length));
    expect(whole / length).toBeLessThan(STEPS_PER_CHARACTER_MAX);
    expect(whole / half).toBeLessThan(GROWTH_MAX);
  });

  it.each(Object.entries(attacks))('of %s makes a small tree', (_, attack) => {
    vi.restoreAllMocks();
    const blocks = parse(attack(LENGTH), { emoticons: true, formulas: true });
    let marks = 0;
    let elements = 0;
    visitInline(blocks, (node) => {
      if (['mention', 'channel', 'hashtag', 'emoji', 'keyword'].includes(node.type)) marks += 1;
      if (node.type !== 'text') elements += 1;
    });
    expect(marks).toBeLessThanOrEqual(MARKS_MAX);
    expect(elements).toBeLessThanOrEqual(ELEMENTS_MAX + CELLS_MAX);
    expect(depth(blocks)).toBeLessThanOrEqual(BLOCK_DEPTH_MAX + DEPTH_MAX);
    expect(blocks.length).toBeLessThanOrEqual(ELEMENTS_MAX + 1);
  });

  it('keeps its whole text', () => {
    vi.restoreAllMocks();
    for (const [name, attack] of [['mentions', attacks.mentions], ['stars', attacks['stars and letters']], ['brackets', attacks['opening brackets']], ['quotes', attacks['quotes in one line']], ['items', attacks['list items']]] as const) {
      const source = attack?.(LENGTH) ?? '';
      expect(JSON.stringify(parse(source)).length, name).toBeGreaterThan(name === 'items' ? LENGTH / 4 : LENGTH - 200);
    }
  });
});
