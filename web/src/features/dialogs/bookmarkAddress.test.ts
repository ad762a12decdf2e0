// What somebody types as the address of a bookmark.
import { expect, it } from 'vitest';
import { toAddress } from './bookmarkAddress';

it.each([
  ['docs.example.com/script', 'https://docs.example.com/script'],
  [' https://example.com ', 'https://example.com'],
  ['HTTP://example.com', 'HTTP://example.com'],
  ['mailto:ann@example.com', 'mailto:ann@example.com'],
  ['javascript:alert(1)', 'javascript:alert(1)'],
  ['', ''],
])('%j is %j', (typed, address) => {
  expect(toAddress(typed)).toBe(address);
});
