// The switcher's ranking.
import { describe, expect, it } from 'vitest';
import { rank } from './rank';

const item = (id: string, text: string, weight = 0) => ({ id, text, weight });

describe('rank', () => {
  it('prefers the start of a name, then of a word, then anything inside', () => {
    const ids = rank([item('in', 'Backdoor'), item('word', 'Front door'), item('start', 'Door keepers'), item('no', 'Window')], 'door').map((x) => x.id);
    expect(ids).toEqual(['start', 'word', 'in']);
  });
  it('takes the more recent among equals', () => {
    expect(rank([item('old', 'dev one', 1), item('new', 'dev two', 2)], 'dev').map((x) => x.id)).toEqual(['new', 'old']);
  });
  it('finds scattered letters last', () => {
    expect(rank([item('a', 'Town Square'), item('b', 'tsunami')], 'ts').map((x) => x.id)).toEqual(['b', 'a']);
  });
});
