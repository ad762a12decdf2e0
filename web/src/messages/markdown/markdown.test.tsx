// Markdown: formatting, and attacks.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { loadEmoji } from '@/emoji/data';
import { user } from '@/state/entities/testing';
import { store } from '@/state/store';
import { safeHref } from './addresses';
import { InlineMarkdown, Markdown } from './Markdown';
import type { ChannelMentions } from './Marks';
import { isOnlyEmoji, parse } from './parse';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
vi.mock('@/data/users', () => ({ requestUsersByName: () => undefined }));

const requestNames = vi.hoisted(() => vi.fn());
vi.mock('@/api/users', () => ({ customEmojiUrl: (id: string) => `/emoji/${id}`, getCustomEmoji: () => Promise.resolve([]), getCustomEmojiByNames: requestNames }));

function renderNode(node: ReactNode): HTMLElement {
  const host = document.createElement('div');
  act(() => createRoot(host).render(<QueryClientProvider client={new QueryClient()}>{node}</QueryClientProvider>));
  return host;
}

const render = (text: string, channelMentions?: ChannelMentions) => renderNode(<Markdown text={text} team="team" channelMentions={channelMentions} />);

beforeAll(async () => {
  requestNames.mockResolvedValue([]);
  await loadEmoji();
  const users = { me: user('me', { username: 'marta', notify_props: { mention_keys: 'деплой' } as never }), ivo: user('ivo'), dot: user('dot', { username: 'dot.' }), lead: user('lead', { username: '_lead' }) };
  store.setState({ ...store.getState(), config: { HasImageProxy: 'true' }, meId: 'me', users }, true);
});

describe('rendering', () => {
  it('knows the usual marks', () => {
    const host = render('**b** _i_ ~~s~~ `c`\n\n- one\n- [x] two\n\n> q');
    for (const tag of ['strong', 'em', 'del', 'code', 'li', 'input[type=checkbox]', 'blockquote']) expect(host.querySelector(tag), tag).not.toBeNull();
  });
  it('keeps single line breaks', () => {
    expect(render('a\nb').querySelector('br')).not.toBeNull();
  });
  it('marks people it knows and leaves others as text', () => {
    const host = render('hi @ivo, @marta. and @nobody @channel');
    expect([...host.querySelectorAll('button')].map((b) => b.textContent)).toEqual(['@ivo', '@marta']);
    expect(host.textContent).toBe('hi @ivo, @marta. and @nobody @channel');
    expect(host.querySelectorAll('span')).toHaveLength(1);
  });
  it('knows names that begin or end in punctuation, and leaves what follows a name', () => {
    const host = render('@dot. @dot.. @_lead, @ivo.jones @ivo...');
    expect([...host.querySelectorAll('button')].map((b) => b.textContent)).toEqual(['@dot.', '@dot.', '@_lead', '@ivo', '@ivo']);
    expect(host.textContent).toBe('@dot. @dot.. @_lead, @ivo.jones @ivo...');
  });
  it('marks keywords of the reader', () => {
    expect(render('идёт деплой сейчас').querySelector('mark')?.textContent).toBe('деплой');
  });
  it('links public channels that the server tells of', () => {
    const host = render('join ~away and ~elsewhere', { away: { display_name: 'Far away', team_name: 'team' } });
    expect([...host.querySelectorAll('a')].map((a) => [a.textContent, a.getAttribute('href')])).toEqual([['~Far away', '/team/channels/away']]);
    expect(host.textContent).toBe('join ~Far away and ~elsewhere');
  });
  it('is not misled by what a message says of channels', () => {
    expect(render('~constructor ~a', { a: { display_name: 7 as unknown as string } }).textContent).toBe('~constructor ~a');
  });
  it('loads images of other servers through this one, in their size', () => {
    const image = render('![a](https://x.org/a.png =100x20)').querySelector('img');
    expect([image?.getAttribute('src'), image?.getAttribute('width'), image?.getAttribute('height')]).toEqual(['/api/v4/image?url=https%3A%2F%2Fx.org%2Fa.png', '100', '20']);
  });
  it('links images where the server does not load them', () => {
    act(() => store.setState((s) => ({ ...s, config: {} })));
    const host = render('![a](https://x.org/a.png) ![](/api/v4/files/x)');
    expect(host.querySelector('a')?.getAttribute('href')).toBe('https://x.org/a.png');
    expect(host.querySelector('img')?.getAttribute('src')).toBe('/api/v4/files/x');
    act(() => store.setState((s) => ({ ...s, config: { HasImageProxy: 'true' } })));
  });
  it('shows the address of a link that does not open', () => {
    const host = render('[note](onenote:https://x/y) <std::vector> foo[bar](baz)');
    expect(host.querySelector('a')).toBeNull();
    expect(host.textContent).toBe('[note](onenote:https://x/y) <std::vector> foo[bar](baz)');
  });
  it('shows emoji and marks in titles, without links within links', () => {
    const host = renderNode(<InlineMarkdown text="**A** :warning: [x](https://x.org) #tag" team="team" inLink />);
    expect(host.querySelector('strong')?.textContent).toBe('A');
    expect(host.querySelector('[role=img]')?.textContent).toBe('⚠️');
    expect(host.querySelector('a, button')).toBeNull();
  });
  it('shows skin tones and several people', () => {
    const emoji = (text: string) => render(text).querySelector('[role=img]')?.textContent;
    expect(emoji(':wave_dark_skin_tone: x')).toBe('👋🏿');
    expect(emoji(':woman-heart-man: x')).toBe('👩‍❤️‍👨');
    expect(emoji(':afghanistan: x')).toBe('🇦🇫');
  });
  it('asks for unknown emoji once a message', async () => {
    render(Array.from({ length: 300 }, (_, i) => `:unknown_${i}:`).join(' '));
    await vi.waitFor(() => expect(requestNames).toHaveBeenCalled());
    expect(requestNames).toHaveBeenCalledTimes(1);
    expect((requestNames.mock.calls[0] as [string[]])[0]).toHaveLength(50);
  });
  it('does not find mentions or emoji inside words, addresses and code', () => {
    expect(render('a@ivo.example `@ivo` 10:30:45').querySelector('button, [role=img]')).toBeNull();
  });
  it('shows emoji by name', () => {
    expect(render('well :tada:').querySelector('[role=img]')?.textContent).toBe('🎉');
  });
});

describe('safety', () => {
  it('shows HTML as text', () => {
    const host = render('<img src=x onerror=alert(1)> <script>alert(1)</script>\n\n<div onclick="x">y</div>');
    expect(host.querySelector('img, script, div div div')).toBeNull();
    expect(host.textContent).toContain('<script>alert(1)</script>');
  });
  it.each(['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x', 'vbscript:x', '//evil.example', '/\\evil.example', ' javascript:x'])('refuses %j as an address', (href) => {
    expect(safeHref(href)).toBeNull();
  });
  it('makes no link of a dangerous one', () => {
    expect(render('[x](javascript:alert(1)) <javascript:alert(1)> javascript:alert(1) ![x](javascript:alert(1))').querySelector('a, img')).toBeNull();
  });
  it('opens other sites omit handing them this page', () => {
    expect(render('https://example.com').querySelector('a')?.rel).toContain('noopener');
  });
});

describe('helpers', () => {
  it('tell a message of emoji only', () => {
    expect(isOnlyEmoji(parse(':tada: 🎉'))).toBe(true);
    expect(isOnlyEmoji(parse('42'))).toBe(false);
    expect(isOnlyEmoji(parse(':tada: yes'))).toBe(false);
  });
});
