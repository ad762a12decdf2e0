// Markdown: formatting, and attacks.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { loadEmoji } from '@/emoji/data';
import { user } from '@/state/entities/testing';
import { store } from '@/state/store';
import { Markdown } from './Markdown';
import { isOnlyEmoji, mentionedNames, parse, safeHref } from './parse';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
vi.mock('@/data/users', () => ({ requestUsersByName: () => undefined }));

function render(text: string): HTMLElement {
  const host = document.createElement('div');
  act(() => createRoot(host).render(<QueryClientProvider client={new QueryClient()}><Markdown text={text} team="team" /></QueryClientProvider>));
  return host;
}

beforeAll(async () => {
  await loadEmoji();
  store.setState({ ...store.getState(), meId: 'me', users: { me: user('me', { username: 'marta' }), ivo: user('ivo') } }, true);
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
    expect(render('[x](javascript:alert(1))').querySelector('a')).toBeNull();
  });
  it('opens other sites omit handing them this page', () => {
    expect(render('https://example.com').querySelector('a')?.rel).toContain('noopener');
  });
  it('does not choke on hostile input', () => {
    const started = performance.now();
    parse('['.repeat(5000));
    parse('*a '.repeat(4000));
    parse(`${'> '.repeat(2000)}x`);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('helpers', () => {
  it('list who is mentioned', () => {
    expect(mentionedNames('@Ann, (@bob.b) x@y.z @c-d.')).toEqual(['ann', 'bob.b', 'c-d']);
  });
  it('tell a message of emoji only', () => {
    expect(isOnlyEmoji(parse(':tada: 🎉'))).toBe(true);
    expect(isOnlyEmoji(parse('42'))).toBe(false);
    expect(isOnlyEmoji(parse(':tada: yes'))).toBe(false);
  });
});
