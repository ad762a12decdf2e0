// The shared corpus: whom a message mentions, which channels, hashtags and addresses it names, what is code. The server runs it too.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { nameForms } from './marks';
import { EVERYONE, parse } from './parse';
import { type Block, type Inline, visitInline } from './tree';

interface Case {
  message: string;
  mentions?: string[];
  channels?: string[];
  hashtags?: string[];
  links?: string[];
  code?: string[];
}

const corpus = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../../../tests/corpus/messages.json'), 'utf8')) as { users: string[]; channels: string[]; cases: Case[] };
const users = new Set([...corpus.users, ...EVERYONE]);
const channels = new Set(corpus.channels);


function found(blocks: readonly Block[]): Required<Omit<Case, 'message'>> {
  const all = { mentions: new Set<string>(), channels: new Set<string>(), hashtags: new Set<string>(), links: [] as string[], code: [] as string[] };
  const add = (set: Set<string>, name: string | undefined) => { if (name !== undefined) set.add(name); };
  const visit = (node: Inline) => {
    if (node.type === 'mention') add(all.mentions, nameForms(node.name).find((form) => users.has(form)));
    if (node.type === 'channel' && channels.has(node.name)) add(all.channels, node.name);
    if (node.type === 'hashtag') add(all.hashtags, node.raw);
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
  return { mentions: [...all.mentions], channels: [...all.channels], hashtags: [...all.hashtags], links: all.links, code: all.code.filter((text) => text !== '') };
}

function withoutQuotes(blocks: readonly Block[]): Block[] {
  return blocks.filter((block) => block.type !== 'quote')
    .map((block) => (block.type === 'list' ? { ...block, items: block.items.map((item) => ({ children: withoutQuotes(item.children) })) } : block));
}

it.each(corpus.cases.map((one) => [JSON.stringify(one.message), one] as const))('%s', (_, { message, mentions = [], channels: named = [], hashtags = [], links = [], code = [] }) => {
  const blocks = parse(message);
  const all = found(blocks);
  expect({ channels: all.channels, hashtags: all.hashtags, links: all.links, code: all.code }).toEqual({ channels: named, hashtags, links, code });
  const outside = found(withoutQuotes(blocks)).mentions;
  // Names in quotes are marked and notify nobody, except on a line that continues the quote without its sign.
  if (JSON.stringify(all.mentions) === JSON.stringify(outside)) expect(outside).toEqual(mentions);
  else {
    expect(all.mentions).toEqual(expect.arrayContaining(mentions));
    expect(mentions).toEqual(expect.arrayContaining(outside));
  }
});
