// Any text is parsed without an error, which parse() would hide, and none of its words is lost.
import { expect, it } from 'vitest';
import { Builder } from './build';
import { keywordFinder } from './keywords';
import { tokenize } from './parser';
import { randomNumbers } from './random';
import { visitInline, type Block } from './tree';

const PIECES = [
  '#', '# ', '-', '- ', '* ', '*', '**', '***', '>', '> ', '1. ', '[', ']', '(', ')', '](', '![', '`', '``', '```', '~~~', '~', '~~', '_', '__', '|', '|-|', '!', '<', '>', ' ', '  ', '    ', '\t', '\n', '\n\n', ':', '---', '===', '&amp;', '&', '\\',
  '$$', '[w]: x', '@', '@w', '#w', '~w', ':w:', 'w', 'word', 'https://w.org/', 'www.w.org', 'w@w.org', 'w.com', '=9x9)', '"', '\'', '日本', '、', 'é', 'e\u0301', '👍🏽', '\u200b', '\0', '\ud800', 'deploy', ':)', '[x] ', '.', ',', '</w>', '<https://w>',
];

const random = randomNumbers(11);

function textOf(blocks: readonly Block[]): string {
  const texts: string[] = [];
  visitInline(blocks, (node) => {
    if (node.type === 'text' || node.type === 'code') texts.push(node.text);
    else if ('raw' in node) texts.push(node.raw);
    if (node.type === 'image') texts.push(node.alt);
  });
  const walk = (list: readonly Block[]) => list.forEach((block) => {
    if (block.type === 'codeBlock') texts.push(block.code);
    if (block.type === 'formulaBlock') texts.push(block.source);
    if (block.type === 'quote') walk(block.children);
    if (block.type === 'list') block.items.forEach((item) => walk(item.children));
  });
  walk(blocks);
  return texts.join('\n');
}

it('parses any text', () => {
  const findKeywords = keywordFinder([{ text: 'deploy', matchCase: false }, { text: 'é', matchCase: true }]);
  for (let i = 0; i < 15_000; i += 1) {
    const source = Array.from({ length: 1 + random(14) }, () => PIECES[random(PIECES.length)]).join('');
    const formulas = random(2) === 1;
    const blocks = new Builder(source, tokenize(source, formulas), { formulas, emoticons: random(2) === 1, findKeywords }).build();
    // Addresses of links and info strings of code are not displayed.
    if (source.includes('word') && !/\]\(|\]:|```|~~~|<https/.test(source)) expect(textOf(blocks), JSON.stringify(source)).toContain('word');
  }
});
