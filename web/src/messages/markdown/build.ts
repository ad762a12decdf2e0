// The library's tokens to a tree, within the limits of one message; what would not be visible is text as it was typed.
import type { Token } from 'markdown-it';
import { safeHref } from './addresses';
import { Budget, CELLS_MAX, DEPTH_MAX } from './limits';
import { findMarks, type MarkOptions, type Piece } from './marks';
import { tokenizeInline } from './parser';
import { isInvisible, isVisible, type Align, type Block, type Inline, type ListItem } from './tree';

export interface BuildOptions extends MarkOptions {
  formulas: boolean;
}

const FORMULA_LANGUAGES = new Set(['latex', 'tex']);

const literal = (text: string): Block => ({ type: 'paragraph', children: [{ type: 'text', text }] });

export class Builder {
  private at = 0;
  private readonly lines: string[];
  private readonly usedLabels: Set<unknown>;
  private readonly budget = new Budget();
  private readonly invisible = new Map<Block, string>();

  constructor(source: string, private readonly tokens: Token[], private readonly options: BuildOptions) {
    this.lines = source.split('\n');
    const inline = tokens.flatMap((token) => token.children ?? []);
    this.usedLabels = new Set(inline.map((token) => token.meta?.label).filter(Boolean));
  }

  build(): Block[] {
    return this.blocks('', this.lines.length, true);
  }

  private sourceOf(start: number, end: number): string {
    return this.lines.slice(start, end).join('\n').replace(/\n+$/, '');
  }

  /** The blocks up to the token that closes their container, whose last line is before `endLine`. */
  private blocks(closing: string, endLine: number, isTop: boolean): Block[] {
    const blocks: Block[] = [];
    for (let token = this.tokens[this.at]; token && token.type !== closing; token = this.tokens[this.at]) {
      if (!this.budget.takeElement()) {
        blocks.push(literal(this.sourceOf(token.map?.[0] ?? endLine, endLine)));
        this.skipTo(closing, token.level - 1);
        break;
      }
      const block = this.block(token);
      if (!block) continue;
      if (!isTop) {
        if (!isVisible(block)) this.invisible.set(block, token.markup);
        blocks.push(block);
      } else if (isVisible(block)) blocks.push(this.withTyped(block));
      else blocks.push(literal(token.map ? this.sourceOf(...token.map) : token.markup));
    }
    this.at += 1;
    return blocks;
  }

  /** What is not visible within a visible block is displayed as its mark. */
  private withTyped(block: Block): Block {
    const inner = (children: Block[]) => children.map((child) => {
      const mark = this.invisible.get(child);
      return mark ? literal(mark) : this.withTyped(child);
    });
    if (block.type === 'quote') return { ...block, children: inner(block.children) };
    if (block.type === 'list') return { ...block, items: block.items.map((item) => ({ ...item, children: inner(item.children) })) };
    return block;
  }

  private skipTo(closing: string, level: number): void {
    while (this.at < this.tokens.length && !(this.tokens[this.at]?.type === closing && this.tokens[this.at]?.level === level)) this.at += 1;
  }

  private block(token: Token): Block | null {
    this.at += 1;
    switch (token.type) {
      case 'paragraph_open': return { type: token.hidden ? 'line' : 'paragraph', children: this.content('paragraph_close') };
      case 'heading_open': return { type: 'heading', depth: Number(token.tag.slice(1)), children: this.content('heading_close') };
      case 'blockquote_open': return { type: 'quote', children: this.blocks('blockquote_close', token.map?.[1] ?? 0, false) };
      case 'bullet_list_open': return this.list(token, false);
      case 'ordered_list_open': return this.list(token, true);
      case 'table_open': return this.table(token);
      case 'fence': return this.code(token, token.info.trim().split(/\s/)[0] ?? '');
      case 'code_block': return this.code(token, '');
      case 'formula_block': return this.formulaBlock(token.content) ?? literal(`$$\n${token.content}\n$$`);
      case 'hr': return { type: 'rule' };
      case 'reference_definition': return this.definition(token);
      default: return null;
    }
  }

  private code(token: Token, language: string): Block {
    const code = token.content.replace(/\n$/, '');
    const formula = FORMULA_LANGUAGES.has(language.toLowerCase()) && this.options.formulas ? this.formulaBlock(code) : null;
    return formula ?? { type: 'codeBlock', code, language };
  }

  private formulaBlock(source: string): Block | null {
    return source.trim() !== '' && this.budget.takeFormula(source.length) ? { type: 'formulaBlock', source } : null;
  }

  /** Definitions that no link of the message uses are displayed: else the message would lack its text. */
  private definition(token: Token): Block | null {
    if (this.usedLabels.has(token.meta?.label)) return null;
    const [start, first] = token.map ?? [0, 0];
    let end = first;
    for (let next = this.tokens[this.at]; next?.type === 'reference_definition' && !this.usedLabels.has(next.meta?.label); next = this.tokens[this.at]) {
      end = next.map?.[1] ?? end;
      this.at += 1;
    }
    const source = this.lines.slice(start, end).map((line) => line.replace(/^[\s>]+/, '')).join('\n');
    return { type: 'paragraph', children: this.inline(tokenizeInline(source)) };
  }

  private list(open: Token, ordered: boolean): Block {
    const items: ListItem[] = [];
    const rest: Block[] = [];
    const closing = ordered ? 'ordered_list_close' : 'bullet_list_close';
    for (let token = this.tokens[this.at]; token && token.type !== closing; token = this.tokens[this.at]) {
      if (!this.budget.takeElement()) {
        rest.push(literal(this.sourceOf(token.map?.[0] ?? 0, open.map?.[1] ?? 0)));
        this.skipTo(closing, open.level);
        break;
      }
      this.at += 1;
      const task = this.taskState();
      const children = this.blocks('list_item_close', token.map?.[1] ?? 0, false);
      items.push({ checked: task, children: task === undefined ? children : withoutTaskMark(children) });
    }
    this.at += 1;
    if (rest.length > 0) items.push({ children: rest });
    return { type: 'list', ordered, start: Number(open.attrGet('start') ?? 1), items };
  }

  /** Whether the item that begins here is a task that is done, or open; undefined if it is no task. */
  private taskState(): boolean | undefined {
    if (this.tokens[this.at]?.type !== 'paragraph_open') return undefined;
    const mark = /^\[([ xX])\][ \t]+\S/.exec(this.tokens[this.at + 1]?.content ?? '');
    return mark ? mark[1] !== ' ' : undefined;
  }

  private table(open: Token): Block {
    const start = this.at;
    let cells = 0;
    let end = start;
    for (; this.tokens[end] && this.tokens[end]?.type !== 'table_close'; end += 1) {
      if (/^t[hd]_open$/.test(this.tokens[end]?.type ?? '')) cells += 1;
    }
    this.at = end + 1;
    if (cells > CELLS_MAX) return literal(this.sourceOf(...(open.map ?? [0, 0])));
    const rows: Inline[][][] = [];
    const align: Align[] = [];
    for (const token of this.tokens.slice(start, end)) {
      if (token.type === 'tr_open') rows.push([]);
      else if (token.type === 'th_open') align.push(/text-align:(left|center|right)/.exec(String(token.attrGet('style') ?? ''))?.[1] as Align);
      else if (token.type === 'inline') {
        this.budget.takeElement();
        rows.at(-1)?.push(this.inline(token.children ?? []));
      }
    }
    const [header = [], ...body] = rows;
    return { type: 'table', align, header, rows: body };
  }

  private content(closing: string): Inline[] {
    const token = this.tokens[this.at];
    while (this.at < this.tokens.length && this.tokens[this.at]?.type !== closing) this.at += 1;
    this.at += 1;
    return this.inline(token?.children ?? []);
  }

  private inline(tokens: Token[]): Inline[] {
    return new InlineBuilder(tokens, this.options, this.budget).build();
  }
}

function withoutTaskMark(blocks: Block[]): Block[] {
  const [first, ...rest] = blocks;
  if (first?.type !== 'line' && first?.type !== 'paragraph') return blocks;
  const [text, ...others] = first.children;
  if (text?.type !== 'text') return blocks;
  return [{ ...first, children: [{ type: 'text', text: text.text.replace(/^\[[ xX]\]\s+/, '') }, ...others] }, ...rest];
}

/** The parts of a line of text without blocks. */
export function buildInline(tokens: Token[], options: BuildOptions): Inline[] {
  return new InlineBuilder(tokens, options, new Budget()).build();
}

const WRAPPERS: Record<string, 'strong' | 'em' | 'del'> = { strong_open: 'strong', em_open: 'em', s_open: 'del' };

/** The parts of a line: a list for each open element, and the text that is collected until the next element. */
class InlineBuilder {
  private at = 0;
  private pieces: Piece[] = [];

  constructor(private readonly tokens: Token[], private readonly options: BuildOptions, private readonly budget: Budget) {}

  build(): Inline[] {
    return this.until(0, false);
  }

  private until(depth: number, inLink: boolean): Inline[] {
    const nodes: Inline[] = [];
    // Elements that are not made, beyond the limits: their marks are text.
    const flat: string[] = [];
    const flush = () => {
      if (this.pieces.length > 0) nodes.push(...findMarks(this.pieces, this.options, this.budget, inLink));
      this.pieces = [];
    };
    for (let token = this.tokens[this.at]; token; token = this.tokens[this.at]) {
      this.at += 1;
      if (token.nesting < 0) {
        const unmade = flat.pop();
        if (unmade === undefined) break;
        this.pieces.push({ text: unmade, isLiteral: true });
        continue;
      }
      if (token.nesting > 0) {
        if (depth >= DEPTH_MAX || !this.budget.takeElement()) {
          const isLink = token.type === 'link_open';
          const isAuto = token.info === 'auto';
          this.pieces.push({ text: !isLink ? token.markup : isAuto ? '' : '[', isLiteral: true });
          flat.push(!isLink ? token.markup : isAuto ? '' : `](${String(token.attrGet('href') ?? '')})`);
          continue;
        }
        flush();
        nodes.push(this.element(token, depth, inLink));
        continue;
      }
      if (token.type === 'text' || token.type === 'text_special') {
        // A backslash that escapes nothing is a special text too.
        this.pieces.push({ text: token.content, isLiteral: token.type === 'text_special' && token.content !== token.markup });
      } else if (token.type === 'softbreak' || token.type === 'hardbreak') {
        // A keyword of several words may continue in the next line.
        this.pieces.push({ text: '\n', isLiteral: false });
      } else {
        flush();
        nodes.push(this.leaf(token));
      }
    }
    flush();
    return this.withBreaks(mergeText(nodes));
  }

  /** Line breaks as elements, and as they are beyond the limit. */
  private withBreaks(nodes: Inline[]): Inline[] {
    return nodes.flatMap((node): Inline[] => {
      if (node.type === 'keyword') return [{ ...node, children: this.withBreaks(node.children) }];
      if (node.type !== 'text' || !node.text.includes('\n')) return [node];
      const [first = '', ...lines] = node.text.split('\n');
      const parts: Inline[] = [{ type: 'text', text: first }];
      for (const [index, line] of lines.entries()) {
        if (!this.budget.takeElement()) {
          parts.push({ type: 'text', text: `\n${lines.slice(index).join('\n')}` });
          break;
        }
        parts.push({ type: 'break' }, { type: 'text', text: line });
      }
      return parts.filter((part) => part.type !== 'text' || part.text !== '');
    });
  }

  private element(token: Token, depth: number, inLink: boolean): Inline {
    const wrapper = WRAPPERS[token.type];
    if (wrapper) return { type: wrapper, children: this.until(depth + 1, inLink) };
    const href = String(token.attrGet('href') ?? '');
    // The text of an address is the address: it holds no marks.
    if (token.info === 'auto') {
      const text = this.tokens[this.at]?.content ?? href;
      this.at += 2;
      return { type: 'link', kind: token.markup === 'typed' ? 'typed' : 'bracketed', href, children: [{ type: 'text', text }] };
    }
    const children = this.until(depth + 1, true);
    const isEmpty = children.every((child) => child.type === 'break' || ('text' in child && isInvisible(child.text)));
    return { type: 'link', kind: 'explicit', href, children: isEmpty && safeHref(href) !== null ? [{ type: 'text', text: href }] : children };
  }

  private leaf(token: Token): Inline {
    switch (token.type) {
      case 'code_inline':
        if (isInvisible(token.content)) return { type: 'text', text: `${token.markup}${token.content}${token.markup}` };
        return this.budget.takeElement() ? { type: 'code', text: token.content } : { type: 'text', text: `${token.markup}${token.content}${token.markup}` };
      case 'formula': {
        const raw = `$$${token.content}$$`;
        return this.budget.takeFormula(token.content.length) ? { type: 'formula', source: token.content, raw } : { type: 'text', text: raw };
      }
      case 'image': {
        const src = String(token.attrGet('src') ?? '');
        const alt = token.content;
        if (!this.budget.takeElement()) return { type: 'text', text: `![${alt}](${src})` };
        return { type: 'image', src, alt, width: token.meta?.width as number | undefined, height: token.meta?.height as number | undefined };
      }
      default: return { type: 'text', text: token.content };
    }
  }
}

function mergeText(nodes: Inline[]): Inline[] {
  const merged: Inline[] = [];
  for (const node of nodes) {
    const last = merged.at(-1);
    if (node.type === 'text' && last?.type === 'text') merged[merged.length - 1] = { type: 'text', text: last.text + node.text };
    else merged.push(node);
  }
  return merged;
}
