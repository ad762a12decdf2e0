// What a displayed message names, links and contains as code: what the shared corpus states of messages. For tests.
import { type Block, type Inline, visitInline } from './tree';

export interface Structure {
  /** Mentioned names, in their longest form. */
  names: string[];
  channels: string[];
  hashtags: string[];
  emoji: string[];
  links: string[];
  code: string[];
}

export function structureOf(blocks: readonly Block[]): Structure {
  const all = { names: new Set<string>(), channels: new Set<string>(), hashtags: new Set<string>(), emoji: new Set<string>(), links: [] as string[], code: [] as string[] };
  const visit = (node: Inline) => {
    if (node.type === 'mention') all.names.add(node.name);
    if (node.type === 'channel') all.channels.add(node.name);
    if (node.type === 'hashtag') all.hashtags.add(node.raw);
    if (node.type === 'emoji') all.emoji.add(node.name);
    if (node.type === 'code') all.code.push(node.text);
    if (node.type === 'image') all.links.push(node.src);
    if (node.type === 'link' && node.kind === 'explicit') all.links.push(node.href);
    if (node.type === 'link' && (node.kind === 'bracketed' || node.kind === 'typed')) all.links.push(node.children.map((child) => ('text' in child ? child.text : '')).join(''));
  };
  const walk = (list: readonly Block[]) => list.forEach((block) => {
    if (block.type === 'codeBlock') all.code.push(block.code.replace(/^\n+|\n+$/g, ''));
    else if (block.type === 'quote') walk(block.children);
    else if (block.type === 'list') block.items.forEach((item) => walk(item.children));
    else visitInline([block], visit);
  });
  walk(blocks);
  return {
    names: [...all.names], channels: [...all.channels], hashtags: [...all.hashtags], emoji: [...all.emoji],
    links: all.links, code: all.code.filter((text) => text.trim() !== ''),
  };
}
