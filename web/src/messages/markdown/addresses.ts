// Addresses: which are links, and where one begins and ends within text. The server has the same rules (crates/markup), except
// for host names without a scheme, which are text to it.
import { charAt, charBefore, isUnspaced, isWordChar } from './letters';

const SCHEMES = new Set([
  'http', 'https', 'ftp', 'ftps', 'sftp', 'mailto', 'tel', 'sms', 'xmpp', 'sip', 'sips', 'geo', 'magnet', 'irc', 'ircs', 'matrix', 'news', 'nntp', 'webcal',
]);
const ADDRESS_LENGTH_MAX = 4_096;

const HOST = /^[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+(?::\d{1,5})?(?:[/?#]|$)/u;

/** Only known schemes, paths and host names are links: other schemes and control characters can hide scripts. */
export function safeHref(href: string): string | null {
  const text = href.replace(/[\u0000-\u0020\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
  if (HOST.test(text)) return `https://${text}`;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme) return SCHEMES.has(scheme) ? text : null;
  return /^\/(?![/\\])/.test(text) ? text : null;
}

export interface Address {
  kind: 'typed' | 'host';
  start: number;
  end: number;
  href: string;
}

// White space, control characters, angle brackets, backticks, and Chinese and Japanese punctuation.
const ENDS = /[\s<>`\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\u3000-\u3004\u3008-\u3020\u3030\u303d\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]/u;
const TRAILING = new Set('?!.,:;*_~\'"\\|”“’‘»«…');
const OPENING: Record<string, string | undefined> = { ')': '(', ']': '[', '}': '{' };

/**
 * The end of the address whose host begins at `from`: without trailing punctuation, character references, and brackets that do not
 * open in it. It ends before code, before the end of a link's text, and before emphasis that ends beside a letter of a script without
 * spaces.
 */
function addressEnd(text: string, from: number, limit: number): number {
  const max = Math.min(limit, from + ADDRESS_LENGTH_MAX);
  const depths: Record<string, number> = { '(': 0, '[': 0, '{': 0 };
  let open = 0;
  let end = from;
  for (; end < max; end += 1) {
    const char = text[end] ?? '';
    if (ENDS.test(char) || endsEmphasis(text, end) || (open === 0 && char === ']' && text[end + 1] === '(')) break;
    if (char === '[') open += 1;
    else if (char === ']' && open > 0) open -= 1;
    if (char in depths) depths[char] = (depths[char] ?? 0) + 1;
    const opening = OPENING[char];
    if (opening) depths[opening] = (depths[opening] ?? 0) - 1;
  }
  for (; end > from; end -= 1) {
    const char = text[end - 1] ?? '';
    const opening = OPENING[char];
    if (opening) {
      if ((depths[opening] ?? 0) >= 0) break;
      depths[opening] = (depths[opening] ?? 0) + 1;
    } else if (char in depths) depths[char] = (depths[char] ?? 0) - 1;
    else if (char === ';') end -= referenceLength(text, from, end) - 1;
    else if (!TRAILING.has(char)) break;
  }
  return end;
}

const endsEmphasis = (text: string, at: number) => {
  const char = text[at];
  return (char === '*' || char === '~') && text[at + 1] === char && isUnspaced(charAt(text, at + 2));
};

/** The length of the character reference that ends at `end`, which is no part of an address; 1 for a mere semicolon. */
function referenceLength(text: string, from: number, end: number): number {
  return /&(?:[a-z][a-z0-9]{0,30}|#[0-9]{1,7}|#x[0-9a-f]{1,6});$/i.exec(text.slice(Math.max(from, end - 34), end))?.[0].length ?? 1;
}

const SCHEME_LENGTH_MIN = 2;
const SCHEME_LENGTH_MAX = 32;

/** The address whose scheme ends at the colon at `colon`, in Markdown's source. `from` is where the text before it begins. */
export function addressAt(text: string, colon: number, from: number, limit: number): Address | null {
  if (!text.startsWith('://', colon)) return null;
  let start = colon;
  while (start > from && colon - start <= SCHEME_LENGTH_MAX && /[a-z0-9+.-]/i.test(text[start - 1] ?? '')) start -= 1;
  // A scheme begins with a letter.
  while (start < colon && !/[a-z]/i.test(text[start] ?? '')) start += 1;
  if (colon - start < SCHEME_LENGTH_MIN || colon - start > SCHEME_LENGTH_MAX) return null;
  const end = addressEnd(text, colon + 3, limit);
  return end > colon + 3 ? { kind: 'typed', start, end, href: text.slice(start, end) } : null;
}

/** The address with `www.` at `start`, in Markdown's source. */
export function wwwAddressAt(text: string, start: number, limit: number): Address | null {
  if (!WWW.test(text.slice(start, start + 4)) || isWordChar(charBefore(text, start))) return null;
  const end = addressEnd(text, start + 4, limit);
  return end > start + 4 ? { kind: 'typed', start, end, href: `http://${text.slice(start, end)}` } : null;
}

const WWW = /^www\.$/i;

/** The addresses without a scheme in a text, in order: of mail, and host names without `www.`. */
export function findAddresses(text: string): Address[] {
  if (!text.includes('.')) return [];
  const found: Address[] = [];
  let floor = 0;
  for (const { index } of text.matchAll(/@/g)) {
    if (index < floor) continue;
    const address = mailAddress(text, index, floor);
    if (!address) continue;
    found.push(address);
    floor = address.end;
  }
  const hosts = [...hostNames(text)].filter((host) => !found.some(({ start, end }) => host.start < end && start < host.end));
  return [...found, ...hosts].sort((a, b) => a.start - b.start);
}

const LOCAL = /[a-z0-9._+%-]/i;
const MAIL_HOST = /@([a-z0-9._-]{1,255})/iy;

function mailAddress(text: string, at: number, floor: number): Address | null {
  let start = at;
  while (start > floor && LOCAL.test(text[start - 1] ?? '')) start -= 1;
  if (start > floor && text[start - 1] === '@') return null;
  while (start < at && !/[a-z0-9]/i.test(text[start] ?? '')) start += 1;
  if (start === at || !/[a-z0-9]/i.test(text[at - 1] ?? '')) return null;
  MAIL_HOST.lastIndex = at;
  const host = MAIL_HOST.exec(text)?.[1]?.replace(/[._-]+$/, '') ?? '';
  const labels = host.split('.');
  if (labels.length < 2 || labels.includes('') || !/^[a-z]{2,}$/i.test(labels.at(-1) ?? '')) return null;
  const end = at + 1 + host.length;
  return { kind: 'typed', start, end, href: `mailto:${text.slice(start, end)}` };
}

const LABEL = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}_-]{0,61}[\\p{L}\\p{N}])?';
// A host name at the beginning of a word. Bounded, and tried once a word.
const HOST_NAME = new RegExp(`(?<![\\p{L}\\p{N}\\p{M}@_.\\-/\\\\:#~+=&])(?:${LABEL}\\.){1,8}(\\p{L}{2,63}|xn--[a-z0-9-]{1,59})(?![\\p{L}\\p{N}_@-])(:\\d{1,5})?`, 'giu');
// Without a path, only these endings make a link, in lower case: others are those of files and code too.
const COMMON_DOMAINS = new Set(['com', 'org', 'edu', 'gov', 'mil', 'int', 'info']);

/** Host names without a scheme that are links: with a path, or of a common domain. */
function* hostNames(text: string): Generator<Address> {
  let last = 0;
  for (const found of text.matchAll(HOST_NAME)) {
    const start = found.index;
    if (start < last) continue;
    const after = start + found[0].length;
    const next = text[after] ?? '';
    const isKnown = COMMON_DOMAINS.has(found[1] ?? '') && found[0] === found[0].toLowerCase();
    if (!isKnown && !(next === '/' && isPathOf(text, after))) continue;
    // `Foo.com()` and `a.com=1` are code.
    if (next === '(' || next === '=' || next === '[') continue;
    last = next === '/' || next === '?' || next === '#' ? Math.max(after, pathEnd(text, after)) : after;
    yield { kind: 'host', start, end: last, href: `https://${text.slice(start, last)}` };
  }
}

// Names count within the path of a host without a scheme, so it ends before one.
function pathEnd(text: string, from: number): number {
  const name = /(?<![\p{L}\p{N}])[@#~](?=[\p{L}\p{N}_])/u.exec(text.slice(from, from + ADDRESS_LENGTH_MAX));
  return addressEnd(text, from, name ? from + name.index : text.length);
}

// `client.ts/server.ts` is a list of files.
const isPathOf = (text: string, slash: number) => !/^\/[\w-]+\.[a-z]{1,4}(?![\w/])/i.test(text.slice(slash, slash + 80));
