// The shared corpus: whom a message mentions, which channels, hashtags and addresses it names, what is code. The server runs it too.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { structureOf, type Structure } from './corpus';
import { nameForms } from './marks';
import { EVERYONE, parse } from './parse';
import type { Block } from './tree';

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

/** The users whom the names mean, each once. */
function mentioned({ names }: Structure): string[] {
  const meant = names.map((name) => nameForms(name).find((form) => users.has(form)));
  return [...new Set(meant.filter((name) => name !== undefined))];
}

function withoutQuotes(blocks: readonly Block[]): Block[] {
  return blocks.filter((block) => block.type !== 'quote')
    .map((block) => (block.type === 'list' ? { ...block, items: block.items.map((item) => ({ children: withoutQuotes(item.children) })) } : block));
}

it.each(corpus.cases.map((one) => [JSON.stringify(one.message), one] as const))('%s', (_, { message, mentions = [], channels: named = [], hashtags = [], links = [], code = [] }) => {
  const blocks = parse(message);
  const all = structureOf(blocks);
  const existing = all.channels.filter((name) => channels.has(name));
  expect({ channels: existing, hashtags: all.hashtags, links: all.links, code: all.code }).toEqual({ channels: named, hashtags, links, code });
  const [inAll, outside] = [all, structureOf(withoutQuotes(blocks))].map(mentioned) as [string[], string[]];
  // Names in quotes are marked and notify nobody, except on a line that continues the quote without its sign.
  if (JSON.stringify(inAll) === JSON.stringify(outside)) expect(outside).toEqual(mentions);
  else {
    expect(inAll).toEqual(expect.arrayContaining(mentions));
    expect(mentions).toEqual(expect.arrayContaining(outside));
  }
});
