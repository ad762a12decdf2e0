// Marks within text: what stands before them, keywords, smileys, addresses, image sizes, formulas.
import { describe, expect, it } from 'vitest';
import { safeHref } from './addresses';
import { keywordsOf } from './keywords';
import { nameForms } from './marks';
import { mentionedNames, parse, type ParseOptions } from './parse';
import { visitInline, type Inline } from './tree';

function marks(text: string, options?: ParseOptions): Inline[] {
  const found: Inline[] = [];
  visitInline(parse(text, options), (node) => { if (!['text', 'break', 'strong', 'em', 'del'].includes(node.type)) found.push(node); });
  return found;
}

const raws = (text: string, options?: ParseOptions) => marks(text, options).map((node) => ('raw' in node ? node.raw : 'href' in node ? node.href : node.type));

describe('emoji', () => {
  it.each(['a:b:c', '1:100: ok', '10:30:45', 'x:smile:', 'é:tada:', 'http:a:b', '\\:tada:', ':\\tada:', ':tada\\:', ': tada :', ':a b:', '`:tada:`', '::', ':::', 'ns:a:b', '5:30:'])('%j has none', (text) => {
    expect(raws(text).filter((raw) => raw.startsWith(':'))).toEqual([]);
  });
  it.each([
    [':tada:', [':tada:']], ['(:tada:)', [':tada:']], [':tada::+1:', [':tada:', ':+1:']], ['看:tada:', [':tada:']], ['**:tada:**', [':tada:']], [':tada:!', [':tada:']], ['"::tada:', [':tada:']], ['::tada::', [':tada:']], ['std::a::b', [':a:']], [':Tada:', [':Tada:']],
    [':wave_dark_skin_tone: x', [':wave_dark_skin_tone:']], [':-1:', [':-1:']], [':100:', [':100:']], ['a :b:c', [':b:']],
  ])('%j has %j', (text, expected) => expect(raws(text)).toEqual(expected));
});

describe('smileys', () => {
  const names = (text: string) => marks(text, { emoticons: true }).map((node) => (node.type === 'emoji' ? node.name : node.type));
  it.each([
    [':)', ['slightly_smiling_face']], ['hi :-) there', ['slightly_smiling_face']], ['(:D)', ['smile']], ['<3', ['heart']], ['</3', ['broken_heart']], [':P :p', ['stuck_out_tongue', 'stuck_out_tongue']], ['ok :).', ['slightly_smiling_face']],
    [':\'(', ['cry']], ['x-D', ['stuck_out_tongue_closed_eyes']], [';)', ['wink']],
  ])('%j is %j', (text, expected) => expect(names(text)).toEqual(expected));
  it.each(['a:)', 'http://', 'note:D', ':)x', '8:/', 'c:/dir', 'f(x:)', '1<3', 'x <35', '`:)`', ':oh'])('%j has none', (text) => expect(names(text).filter((name) => name !== 'link' && name !== 'code')).toEqual([]));
  it('stay text unless wanted', () => expect(marks(':) <3')).toEqual([]));
});

describe('keywords', () => {
  const marked = (text: string, keys: string, more: object = {}) => {
    const found: string[] = [];
    const keywords = keywordsOf({ mention_keys: keys, ...more }, { username: 'bob', first_name: 'Robert' });
    visitInline(parse(text, { keywords }), (node) => {
      if (node.type === 'keyword') found.push(node.children.map((child) => ('raw' in child ? child.raw : 'text' in child ? child.text : '')).join(''));
    });
    return found;
  };
  it.each([
    ['please deploy it', 'deploy', ['deploy']], ['DEPLOY!', 'deploy', ['DEPLOY']], ['deployed redeploy', 'deploy', []], ['идёт деплой сейчас', 'деплой', ['деплой']], ['Деплой!', 'деплой', ['Деплой']], ['деплоя', 'деплой', []],
    ['日本は遠い', '日本', ['日本']], ['배포했습니다', '배포', ['배포']], ['ประชุมวันนี้', 'ประชุม', ['ประชุม']], ['please Code  Review this', 'code review', ['Code  Review']], ['I like C++ a lot', 'c++', ['C++']], ['R&D rules', 'R&D', ['R&D']],
    ['this is #urgent now', '#urgent', ['#urgent']], ['on :fire: now', ':fire:', [':fire:']], ['cafe\u0301 time', 'café', ['cafe\u0301']], ['café time', 'cafe\u0301', ['café']], ['**deploy** _now_', 'deploy,now', ['deploy', 'now']], ['`deploy`', 'deploy', []],
    ['https://x.org/deploy', 'deploy', []], ['a deploy-b', 'deploy', ['deploy']], ['x', '', []], ['x', ' , ', []], ['.net core', '.net', ['.net']], ['asp.net', '.net', []], ['[deploy](https://x.org)', 'deploy', ['deploy']],
    // As crates/markup/src/keywords.rs has them.
    ['re-deploy', 'deploy', ['deploy']], ['#deploy', 'deploy', ['#deploy']], ['日本deployを', 'deploy', ['deploy']], ['pre_deploy deploy2 deploy\u0301', 'deploy', []], ['@deploy :deploy: @bob-deploy', 'deploy', []], ['x見', '見', ['見']], ['code\nreview', 'code review', ['codereview']],
    ['code\n\nreview', 'code review', []], ['objc++ c++x', 'c++', []], ['hot🔥🔥', '🔥', ['🔥', '🔥']], ['❤️', '❤', ['❤️']], ['US$ $100', '$', ['$', '$']], ['STRASSE Straße', 'straße', ['STRASSE', 'Straße']], ['ΟΔΌΣ οδόσ', 'οδός', ['ΟΔΌΣ', 'οδόσ']], ['İSTANBUL', 'istanbul', ['İSTANBUL']],
    ['ＡＰＩ', 'API', ['ＡＰＩ']], ['ｶﾞ', 'ガ', ['ｶﾞ']], ['काम है कामना', 'काम', ['काम']], ['한국', '\u1112\u1161\u11ab', ['한']], ['\\#urgent', '#urgent', ['#urgent']], ['HR&D R&Do R&amp;D', 'R&D', ['R&D']], ['#urgently a#urgent', '#urgent', []], ['10:fire:30', ':fire:', []],
  ])('%j with %j: %j', (text, keys, expected) => expect(marked(text, keys)).toEqual(expected));
  it('match the first name as it is written', () => {
    expect(marked('Robert and robert', '', { first_name: 'true' })).toEqual(['Robert']);
    expect(marked('Robert', '', { first_name: 'false' })).toEqual([]);
  });
  it('leave one’s own name to the mention', () => expect(marked('@bob', '@bob,bob')).toEqual([]));
});

describe('addresses', () => {
  it.each([
    ['http://пример.рф/путь', ['http://пример.рф/путь']], ['https://例え.jp/パス', ['https://例え.jp/パス']], ['看 https://x.org/a，谢谢 https://x.org/b。', ['https://x.org/a', 'https://x.org/b']], ['「https://x.org/」', ['https://x.org/']], ['https://x.org/a（b）', ['https://x.org/a']],
    ['see example.computer/page now', ['https://example.computer/page']], ['example.photography/a?b#c', ['https://example.photography/a?b#c']], ['go to example.com.', ['https://example.com']], ['www.example.museum', ['http://www.example.museum']], ['пример.рф/путь', ['https://пример.рф/путь']],
    ['src/main.rs and file.txt, e.g. v1.2.3 or a.b.c', []], ['foo.com() x.com=1', []], ['client.ts/server.ts', []], ['Node.js, ASP.NET', []], ['x@example.com/y', ['mailto:x@example.com']],
    ['https://x.org/a?b=1&copy=2', ['https://x.org/a?b=1&copy=2']], ['https://x.org/&amp;', ['https://x.org/']], ['https://x.org/a_b_c *d*', ['https://x.org/a_b_c']], ['https://x.org/**a', ['https://x.org/**a']], ['**https://x.org/a**です', ['https://x.org/a']],
    ['https://[::1]:8080/x', ['https://[::1]:8080/x']], ['[https://x.org]', ['https://x.org']], ['https://x.org/(a(b)c)', ['https://x.org/(a(b)c)']], ['(https://x.org/(a))', ['https://x.org/(a)']], ['https://x.org/a...', ['https://x.org/a']], ['“https://x.org/a”', ['https://x.org/a']],
    ['https://x.org:8080/a', ['https://x.org:8080/a']], ['http://localhost:3000', ['http://localhost:3000']], ['https://', []], ['\\https://x.org/', ['https://x.org/']], ['w@w.org_ x@bob.com,', ['mailto:w@w.org', 'mailto:x@bob.com']], ['日本www.x.org', ['http://www.x.org']], ['http:// x', []], ['xhttp://y', ['xhttp://y']], ['mail bob@example.co.uk, ok', ['mailto:bob@example.co.uk']], ['a@b', []], ['https://x.org/😀', ['https://x.org/😀']], ['https://fa.example/می\u200cخواهم', ['https://fa.example/می\u200cخواهم']], ['https://x.org/\u202egpj', ['https://x.org/']],
    ['[a](https://x.org/a_(b))', ['https://x.org/a_(b)']], ['[Poe\'s law](https://en.wikipedia.org/wiki/Poe\'s_law)', ['https://en.wikipedia.org/wiki/Poe\'s_law']], ['<https://x.org/a b>', ['https://x.org/a']], ['https://x.org/a\nhttps://x.org/b', ['https://x.org/a', 'https://x.org/b']],
  ])('in %j are %j', (text, expected) => expect(raws(text)).toEqual(expected));

  it.each([
    ['http://x.org', 'http://x.org'], ['mailto:a@b.c', 'mailto:a@b.c'], ['/team/channels/x', '/team/channels/x'], ['x.org/a', 'https://x.org/a'], ['x.org:8080/a', 'https://x.org:8080/a'], ['пример.рф', 'https://пример.рф'], ['HTTPS://X.ORG', 'HTTPS://X.ORG'],
    ['javascript:alert(1)', null], ['JaVaScRiPt:alert(1)', null], ['java\nscript:alert(1)', null], ['\u0001javascript:x', null], ['data:text/html,x', null], ['vbscript:x', null], ['//evil.example', null], ['/\\evil.example', null], ['file:///etc/passwd', null], ['blob:x', null],
    ['onenote:https://x/y', null], ['..', null], ['#a', null], ['', null], ['\u202ejavascript:x', null], ['/\t/evil.example', null],
  ])('%j opens %j', (href, expected) => expect(safeHref(href)).toBe(expected));
});

describe('character references', () => {
  const text = (source: string) => parse(source).map((block) => ('children' in block ? (block.children as Inline[]).map((node) => ('text' in node ? node.text : '')).join('') : '')).join('');
  it.each([["AT&T it&#39;s", "AT&T it's"], ['&copy; &amp; &lt;', '© & <'], ['a&b;c', 'a&b;c'], ['&copy', '&copy'], ['&#x41;&#66;', 'AB'], ['&amp;lt;', '&lt;'], ['&unknown;', '&unknown;'], ['\\&copy;', '&copy;']])('%j is %j', (source, expected) => expect(text(source)).toBe(expected));
});

describe('images', () => {
  it.each([
    ['![a](https://x.org/a.png =100x20)', { width: 100, height: 20 }], ['![a](https://x.org/a.png =100)', { width: 100 }], ['![a](https://x.org/a.png =x20)', { height: 20 }], ['![a](https://x.org/a.png =100x20 "title")', { width: 100, height: 20 }], ['![a](https://x.org/a.png)', {}],
    ['![a](https://x.org/a.png "t")', {}], ['![a]( https://x.org/a.png )', {}],
  ])('%s', (text, size) => {
    expect(marks(text)).toEqual([{ type: 'image', src: 'https://x.org/a.png', alt: 'a', width: undefined, height: undefined, ...size }]);
  });
  it.each(['![a](https://x.org/a.png =)', '![a](https://x.org/a.png =axb)', '![a](https://x.org/a.png 100)'])('%s is text', (text) => expect(marks(text).map((node) => node.type)).not.toContain('image'));
});

describe('formulas', () => {
  it('are found if wanted', () => {
    expect(marks('a $$x^2$$ b', { formulas: true })).toEqual([{ type: 'formula', source: 'x^2', raw: '$$x^2$$' }]);
    expect(parse('$$\nx\ny\n$$', { formulas: true })).toEqual([{ type: 'formulaBlock', source: 'x\ny' }]);
    expect(parse('```latex\nx\n```', { formulas: true })).toEqual([{ type: 'formulaBlock', source: 'x' }]);
    expect(parse('```tex\nx\n```')).toEqual([{ type: 'codeBlock', code: 'x', language: 'tex' }]);
  });
  it.each(['a $$x', '$$', '`$$x$$`', '\\$\\$x\\$\\$', 'costs $5 and $10', '$$ $$'])('%j has none', (text) => expect(marks(text, { formulas: true }).map((node) => node.type)).not.toContain('formula'));
  it('stay text unless wanted', () => expect(marks('$$x$$')).toEqual([]));
  it('are bounded in number and length', () => {
    const count = (text: string) => marks(text, { formulas: true }).filter((node) => node.type === 'formula').length;
    expect(count('$$x$$ '.repeat(100))).toBe(50);
    expect(count(`$$${'x'.repeat(2_001)}$$`)).toBe(0);
    expect(count(`$$${'x'.repeat(1_500)}$$ `.repeat(10))).toBe(5);
  });
});

describe('names', () => {
  it('are shortened from their ends', () => {
    expect(nameForms('bob.smith-2._')).toEqual(['bob.smith-2._', 'bob.smith-2.', 'bob.smith-2', 'bob.smith-', 'bob.smith', 'bob.', 'bob']);
    expect(nameForms('-')).toEqual([]);
  });
  it('are collected without those for everyone', () => expect(mentionedNames(parse('@Ann, (@bob.b) x@y.z @c-d. @all'))).toEqual(['ann', 'bob.b', 'bob.', 'bob', 'c-d.', 'c-d', 'c-', 'c']));
});

describe('a mention', () => {
  const names = (text: string) => marks(text).flatMap((node) => (node.type === 'mention' ? nameForms(node.name) : []));
  it.each([['@bobé', []], ['@bob-é', ['bob-', 'bob']], ['@bob.wé', ['bob.', 'bob']], ['@bob你好', ['bob']], ['#a@bob', []], ['x@bob', []], ['https://x.org/]@bob', []], ['w@w.org@bob', ['bob']]])('in %j is of %j', (text, expected) => expect(names(text)).toEqual(expected));
  it('shows what follows its name', () => {
    const [block] = parse('@bob-é x');
    expect(block).toEqual({ type: 'paragraph', children: [{ type: 'mention', raw: '@bob-', name: 'bob-' }, { type: 'text', text: 'é x' }] });
  });
  it('of a channel is read to its end', () => {
    const channels = (text: string) => marks(text).flatMap((node) => (node.type === 'channel' ? [node.name] : []));
    expect(['~dev-é', '~dev_~', '~dev-1', '~Dev.', '~dev-'].map(channels)).toEqual([[], [], ['dev-1'], ['dev'], ['dev']]);
  });
});

describe('emphasis beside CJK', () => {
  const strong = (text: string) => {
    const found: string[] = [];
    visitInline(parse(text), (node) => { if (node.type === 'strong') found.push(node.children.map((child) => ('text' in child ? child.text : '')).join('')); });
    return found;
  };
  it.each([['含**「重点」**内容', ['「重点」']], ['**「x」**が', ['「x」']], ['これは**重要。**です', ['重要。']], ['**한국어(韓國語)**는', ['한국어(韓國語)']], ['a**b**c', ['b']], ['2**3**4', ['3']], ['**a **b', []]])('%j: %j', (text, expected) => expect(strong(text)).toEqual(expected));
});
