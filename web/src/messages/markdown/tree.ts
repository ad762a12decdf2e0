// The parts of a parsed message. Data only: the text in it is never HTML.
import { safeHref } from './addresses';

export type Align = 'left' | 'center' | 'right' | undefined;

/** `[text](address)`; `<address>`; an address in the text; a host name without a scheme, which only this client makes a link. */
export type LinkKind = 'explicit' | 'bracketed' | 'typed' | 'host';

export type Inline =
  | { type: 'text'; text: string }
  | { type: 'code'; text: string }
  | { type: 'break' }
  | { type: 'strong' | 'em' | 'del'; children: Inline[] }
  | { type: 'link'; kind: LinkKind; href: string; children: Inline[] }
  | { type: 'image'; src: string; alt: string; width?: number; height?: number }
  // `raw` is the text as typed; the name of a user may be shorter than what follows the sign.
  | { type: 'mention'; raw: string; name: string }
  | { type: 'channel'; raw: string; name: string }
  | { type: 'hashtag'; raw: string }
  | { type: 'emoji'; raw: string; name: string }
  | { type: 'formula'; source: string; raw: string }
  | { type: 'keyword'; children: Inline[] };

export interface ListItem {
  // Undefined for items that are no tasks.
  checked?: boolean;
  children: Block[];
}

export type Block =
  | { type: 'paragraph'; children: Inline[] }
  // The text of an item of a list without blank lines.
  | { type: 'line'; children: Inline[] }
  | { type: 'heading'; depth: number; children: Inline[] }
  | { type: 'quote'; children: Block[] }
  | { type: 'list'; ordered: boolean; start: number; items: ListItem[] }
  | { type: 'codeBlock'; code: string; language: string }
  | { type: 'formulaBlock'; source: string }
  | { type: 'rule' }
  | { type: 'table'; align: Align[]; header: Inline[][]; rows: Inline[][][] };

/** Calls `visit` for every inline part, those within others included. */
export function visitInline(blocks: readonly Block[], visit: (node: Inline) => void): void {
  const inline = (nodes: readonly Inline[]) => {
    for (const node of nodes) {
      visit(node);
      if ('children' in node) inline(node.children);
    }
  };
  for (const block of blocks) {
    switch (block.type) {
      case 'paragraph': case 'line': case 'heading': inline(block.children); break;
      case 'quote': visitInline(block.children, visit); break;
      case 'list': block.items.forEach((item) => visitInline(item.children, visit)); break;
      case 'table': [block.header, ...block.rows].forEach((row) => row.forEach(inline)); break;
      default: break;
    }
  }
}

// White space, control characters, and characters without a shape.
const INVISIBLE = /^[\s\p{C}\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]*$/u;

export const isInvisible = (text: string): boolean => INVISIBLE.test(text);

function showsInline(node: Inline): boolean {
  switch (node.type) {
    case 'text': case 'code': return !isInvisible(node.text);
    case 'break': return false;
    // An address that does not open is displayed as it was typed.
    case 'link': return (node.kind === 'explicit' && safeHref(node.href) === null) || node.children.some(showsInline);
    case 'strong': case 'em': case 'del': case 'keyword': return node.children.some(showsInline);
    default: return true;
  }
}

/** Whether a reader sees anything of the block. */
export function isVisible(block: Block): boolean {
  switch (block.type) {
    case 'paragraph': case 'line': case 'heading': return block.children.some(showsInline);
    case 'quote': return block.children.some(isVisible);
    case 'list': return block.items.some((item) => item.children.some(isVisible));
    case 'codeBlock': return !isInvisible(block.code);
    case 'formulaBlock': return !isInvisible(block.source);
    case 'rule': return true;
    case 'table': return [block.header, ...block.rows].some((row) => row.some((cell) => cell.some(showsInline)));
  }
}
