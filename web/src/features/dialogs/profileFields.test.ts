// Addresses in profiles.
import { expect, it } from 'vitest';
import { webAddress } from './profileFields';

it.each([
  ['example.com/a', 'https://example.com/a'],
  ['http://example.com', 'http://example.com'],
  ['HTTPS://example.com', 'HTTPS://example.com'],
  ['javascript:alert(1)', 'https://javascript:alert(1)'],
])('%s leads to %s', (text, address) => {
  expect(webAddress(text)).toBe(address);
});
