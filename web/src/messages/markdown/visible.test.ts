// A message never vanishes: what would show nothing is displayed as it was typed.
import { describe, expect, it } from 'vitest';
import { safeHref } from './addresses';
import { parse, parseInline } from './parse';
import { randomNumbers } from './random';
import { isInvisible, isVisible, type Block, type Inline } from './tree';

function inlineText(nodes: readonly Inline[]): string {
  return nodes.map((node) => {
    if (node.type === 'link' && node.kind === 'explicit' && safeHref(node.href) === null) return `[${inlineText(node.children)}](${node.href})`;
    if (node.type === 'image') return safeHref(node.src) === null ? `![${node.alt}](${node.src})` : node.alt;
    if (node.type === 'break') return '\n';
    return 'children' in node ? inlineText(node.children) : 'text' in node ? node.text : node.type === 'formula' ? node.source : node.raw;
  }).join('');
}

function textOf(blocks: readonly Block[]): string {
  return blocks.map((block) => {
    switch (block.type) {
      case 'quote': return textOf(block.children);
      case 'list': return block.items.map((item) => textOf(item.children)).join('\n');
      case 'codeBlock': return block.code;
      case 'formulaBlock': return block.source;
      case 'rule': return '---';
      case 'table': return '|';
      default: return inlineText(block.children);
    }
  }).join('\n');
}

describe('a message', () => {
  it.each([
    '#', '##', '######', '# #', '-', '*', '+', '>', '>>', '> >', '1.', '1)', '- -', '-\n-', '1.\n2.', '> -', '|', '||', '**', '_', '__', '~~', '~~~~', '`', '``', '` `', '```', '```\n```',
    '[abc]: https://x.org/', '[abc]: <x>', '[a]: b\n[c]: d', '<!-- -->', '<br>', '<p></p>', '&nbsp;', '&#8203;', '&zwj;', '[]()', '![]()', '[](..)', '![](..)', '[ ](x)', ':', '@', '$$', '$$$$', '$$ $$', '=',
    '#\n#', '> #', '[', ']', '[]', '<>', '~~ ~~', '\\', '*', '> ```', '- #',
  ])('%j shows what was typed', (text) => {
    for (const formulas of [false, true]) expect(textOf(parse(text, { formulas }))).toBe(text);
  });

  it.each([['[](https://x.org)', 'https://x.org'], ['a\n\n#\n\nb', 'a\n#\nb'], ['> #\n> x', '#\nx'], ['- a\n- >', 'a\n>'], ['- [ ]', '[ ]'], ['[abc]: https://x.org\n\n[abc]', 'abc'], ['[abc]: x\n\n[abc]', '[abc](x)'], ['- [](x)', '[](x)']])('%j shows %j', (text, expected) => {
    expect(textOf(parse(text))).toBe(expected);
  });

  it('is visible whatever marks it is made of', () => {
    const parts = ['#', '-', '*', '>', '1.', '[', ']', '(', ')', '`', '~', '_', '|', '!', '<', ' ', '\n', ':', '---', '&nbsp;', '\\', '$$', '    ', '[a]: b'];
    const random = randomNumbers(7);
    for (let i = 0; i < 20_000; i += 1) {
      const text = Array.from({ length: 1 + random(7) }, () => parts[random(parts.length)]).join('');
      if (isInvisible(text)) continue;
      const blocks = parse(text, { formulas: random(2) === 1, emoticons: true });
      expect(blocks.some(isVisible), JSON.stringify(text)).toBe(true);
      for (const block of blocks) expect(isVisible(block), JSON.stringify(text)).toBe(true);
    }
  });

  it('keeps a title of marks only', () => {
    expect(inlineText(parseInline('[]()'))).toBe('[]()');
    expect(inlineText(parseInline('&nbsp;'))).toBe('&nbsp;');
  });
});
