// URL names made from display names.
import { describe, expect, it } from 'vitest';
import { slugify } from './text';

describe('slugify', () => {
  it('keeps what can be read', () => {
    expect(slugify('Studio Nord – Ærø & Søn')).toBe('studio-nord-aero-son');
    expect(slugify('Größe & Maß, Łódź')).toBe('grosse-mass-lodz');
  });
  it('is empty where no Latin letter is', () => {
    expect(slugify('映画部')).toBe('');
  });
});
