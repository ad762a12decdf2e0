// The composer: what opens suggestions, what they insert, formatting, code blocks.
import { describe, expect, it } from 'vitest';
import { user } from '@/state/entities/testing';
import { applySuggestion, sortByUsernameMatch, findTrigger } from './autocomplete';
import { excessLength } from '@/lib/text';
import { toggleWrap } from './useComposer';

const at = (text: string) => findTrigger(text, text.length);

describe('findTrigger', () => {
  it('opens for people, channels, emoji and commands', () => {
    expect(at('hi @iv')).toEqual({ kind: 'user', term: 'iv', start: 3 });
    expect(at('see ~tow')).toEqual({ kind: 'channel', term: 'tow', start: 4 });
    expect(at('yes :tad')).toEqual({ kind: 'emoji', term: 'tad', start: 4 });
    expect(at('/aw')).toEqual({ kind: 'command', term: 'aw', start: 0 });
    expect(at('@')).toMatchObject({ kind: 'user', term: '' });
  });
  it('stays shut inside words, times, addresses and after a command', () => {
    for (const text of ['mail@iv', '10:30', 'https://x', ':t', 'a /aw', '/away now', 'hi @ivo ', '\\@iv', '```\n@iv', '@@iv', '::ta']) expect(at(text), text).toBeNull();
  });
  it('opens after punctuation and letters of scripts without spaces', () => {
    expect(at('请@iv')).toEqual({ kind: 'user', term: 'iv', start: 1 });
    expect(at('x/@iv')).toMatchObject({ kind: 'user', start: 2 });
    expect(at('（:tad')).toMatchObject({ kind: 'emoji', start: 1 });
  });
  it('looks only at what stands before the caret', () => {
    expect(findTrigger('hi @ivo there', 6)).toMatchObject({ term: 'iv' });
  });
});

describe('applySuggestion', () => {
  it('replaces what was typed and leaves one space', () => {
    const trigger = { kind: 'user', term: 'iv', start: 3 } as const;
    expect(applySuggestion('hi @iv', 6, trigger, '@ivo')).toEqual({ text: 'hi @ivo ', caret: 8 });
    expect(applySuggestion('hi @iv there', 6, trigger, '@ivo')).toEqual({ text: 'hi @ivo there', caret: 8 });
  });
});

describe('sortByUsernameMatch', () => {
  it('puts a username before other names, and the whole of it before the beginning', () => {
    const users = [user('zoe', { last_name: 'Bobson' }), user('bobby'), user('yan', { nickname: 'bob' }), user('bob')];
    expect(sortByUsernameMatch(users, 'bob').map((u) => u.username)).toEqual(['bob', 'bobby', 'zoe', 'yan']);
  });
});

describe('toggleWrap', () => {
  it('puts marks around a selection and takes them off again', () => {
    const on = toggleWrap('a word', 2, 6, '**');
    expect(on).toEqual({ text: 'a **word**', start: 4, end: 8 });
    expect(toggleWrap(on.text, on.start, on.end, '**')).toEqual({ text: 'a word', start: 2, end: 6 });
  });
});

describe('excess', () => {
  it('counts characters as the server does', () => {
    expect(excessLength('abc', 3)).toBe(0);
    expect(excessLength('abcd', 3)).toBe(1);
    expect(excessLength('👍👍👍', 3)).toBe(0);
    expect(excessLength('👍👍👍👍', 3)).toBe(1);
  });
});
