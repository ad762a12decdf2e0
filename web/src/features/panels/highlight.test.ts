// Finding search terms in a text.
import { describe, expect, it } from 'vitest';
import { searchPattern } from './highlight';

const found = (terms: string, text: string) => [...text.matchAll(searchPattern(terms) ?? /$^/g)].map((m) => m[0]);

describe('searchPattern', () => {
  it('finds words by their beginnings, in any case', () => {
    expect(found('harbour', 'Harbour, harbours, unharboured')).toEqual(['Harbour', 'harbour']);
    expect(found('harb*', 'the harbour')).toEqual(['harb']);
  });
  it('keeps a phrase together', () => {
    expect(found('"rough cut" today', 'a rough\ncut is not a rough sea today')).toEqual(['rough\ncut', 'today']);
  });
  it('leaves out what only narrows the search', () => {
    expect(searchPattern('from:ada in:town-square before:2030-01-31 -wind -"no way"')).toBeNull();
  });
  it('takes signs literally, and scripts omit spaces anywhere', () => {
    expect(found('a.b #cut', 'aXb a.b #cut')).toEqual(['a.b', 'cut']);
    expect(found('確認', '昨日確認しました')).toEqual(['確認']);
  });
});
