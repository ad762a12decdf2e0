// Random messages, read by this client and by the server: both find the same names, addresses and code, but for a known rate.
// Runs only where GUILDHALL_STRUCTURE names the server's half: `cargo build -p guildhall-markup --example structure`.
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { structureOf } from './corpus';
import { nameForms } from './marks';
import { parse } from './parse';
import { randomNumbers } from './random';

const PROGRAM = process.env.GUILDHALL_STRUCTURE;
const MESSAGES = Number(process.env.GUILDHALL_MESSAGES ?? 20_000);
const SHOWN = 40;

const WORDS = ['a', 'b', 'bob', 'x1', 'é', '日本', 'ไทย', '한', '.', ',', '!', '?', ':', ';', '-', '_', '/', '=', '…', '"', '\'', '👍', '❤️', '&', '%', '+'];
const SPACES = [' ', ' ', ' ', '  ', '\n', '\n\n', '\t'];
const MARKS = ['*', '**', '_', '__', '~', '~~', '`', '``', '[', ']', '(', ')', '](', '![', '<', '>', '|', '\\', '#', '$'];
const NAMES = ['@bob', '@bob.smith', '@_lead_', '@ann-', '@é', '~dev', '~dev_1', '~a-', '#tag', '#tag.b', '#1', '#é', ':tada:', ':a', ':+1:', '@', '~', '#', ':', '::'];
const ADDRESSES = ['https://x.org', 'https://x.org/a_b_c', 'http://x.org/(a)', 'https://x.org/?a=1&b=2', '&amp;', '&copy;', '&#64;', 'www.x.org', 'a@x.org', 'irc://x', '<https://x.org>', '<a@x.org>', 'https://x/*a*', '://', 'https://', 'www.'];
const BLOCKS = ['> ', '- ', '1. ', '# ', '    ', '```\n', '```js\n', '~~~\n', '---\n', '|a|b|\n|-|-|\n', '- [x] ', '[w]: /u\n', '[w]', '<b>', '</b>', '<!-- -->', '===\n'];
const KINDS = [WORDS, WORDS, SPACES, SPACES, MARKS, MARKS, NAMES, ADDRESSES, BLOCKS];

function messages(seed: number, count: number): string[] {
  const random = randomNumbers(seed);
  const pick = <T>(list: readonly T[]) => list[random(list.length)] as T;
  const piece = (depth: number): string => {
    if (depth < 3 && random(8) === 0) {
      const inner = Array.from({ length: 1 + random(3) }, () => piece(depth + 1)).join('');
      const mark = pick(['*', '**', '_', '~~', '`', '``']);
      return pick([`${mark}${inner}${mark}`, `[${inner}](${pick(ADDRESSES)})`, `![${inner}](${pick(ADDRESSES)})`, `(${inner})`, `"${inner}"`]);
    }
    return pick(pick(KINDS));
  };
  return Array.from({ length: count }, () => Array.from({ length: 1 + random(8) }, () => piece(0)).join(''));
}

it.skipIf(!PROGRAM)('the server and this client read random messages alike', { timeout: 600_000 }, () => {
  const all = messages(Number(process.env.GUILDHALL_SEED ?? 5), MESSAGES);
  const answer = execFileSync(PROGRAM ?? '', { input: JSON.stringify(all), maxBuffer: 1 << 30 }).toString();
  const server = JSON.parse(answer) as (Record<string, string[]> & { mentions: string[][] })[];
  const different: string[] = [];
  all.forEach((message, index) => {
    const theirs = server[index];
    const ours = structureOf(parse(message));
    const mentions = (names: string[]) => [...new Set(names)];
    const pairs: [string, unknown, unknown][] = [
      ['links', ours.links, theirs?.links], ['code', ours.code, theirs?.code], ['channels', ours.channels, theirs?.channels],
      ['hashtags', ours.hashtags.filter((tag) => [...tag].length > 2), theirs?.hashtags], ['emoji', ours.emoji, theirs?.emoji],
      // Quoted names notify nobody, but are marked.
      ['mentions', message.includes('>') ? [] : mentions(ours.names.map((name) => nameForms(name)[0] ?? '')), message.includes('>') ? [] : mentions(theirs?.mentions.map((forms) => forms[0] ?? '') ?? [])],
    ];
    for (const [what, mine, other] of pairs) {
      if (JSON.stringify(mine) !== JSON.stringify(other)) {
        different.push(`${what} ${JSON.stringify(message)}\n    here ${JSON.stringify(mine)}\n  server ${JSON.stringify(other)}`);
        break;
      }
    }
  });
  if (different.length > 0) console.info(`${different.length} of ${all.length} differ:\n${different.sort((a, b) => a.length - b.length).slice(0, SHOWN).join('\n')}`);
  // What remains is in tests/corpus/README.md.
  expect(different.length / all.length).toBeLessThan(0.004);
});
