// Addresses: which are links, and where one ends within text.

const SCHEMES = new Set([
  'http', 'https', 'ftp', 'ftps', 'sftp', 'mailto', 'tel', 'sms', 'xmpp', 'sip', 'sips', 'geo', 'magnet', 'irc', 'ircs', 'matrix', 'news', 'nntp', 'webcal',
]);
const SCHEME_LENGTH_MAX = 32;
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

const isLetterOrDigit = (char: string) => /[\p{L}\p{N}]/u.test(char);

// Punctuation of scripts that put no space after it, quotation marks of every script, and what GFM excludes.
const ENDS = /[\s<>`"\p{Cc}\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff、。〈-】〔-〟〰｡-･！＂＇（），．：；＜＞？［］｛｜｝～…“”„‘’‚«»‹›।॥؟،؛]/u;
const TRAILING = new Set('?!.,:;*_~\'|\\&');
const CLOSING: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** The end of the address that starts at `from`: before white space, CJK punctuation, and trailing marks that belong to the sentence. */
function addressEnd(text: string, from: number, limit: number): number {
  const open: Record<string, number> = { '(': 0, '[': 0, '{': 0 };
  const closed: Record<string, number> = { ')': 0, ']': 0, '}': 0 };
  const max = Math.min(limit, from + ADDRESS_LENGTH_MAX);
  let end = from;
  for (; end < max; end += 1) {
    const char = text[end] ?? '';
    if (ENDS.test(char)) break;
    // Emphasis around the address is closed here.
    if ((char === '*' || char === '~') && text[end + 1] === char && !/[\w/.]/.test(text[end + 2] ?? '')) break;
    if (char in open) open[char] = (open[char] ?? 0) + 1;
    // An unmatched bracket closes the text of a link.
    if (char === ']' && (open['['] ?? 0) <= (closed[']'] ?? 0)) break;
    if (char in closed) closed[char] = (closed[char] ?? 0) + 1;
  }
  for (; end > from; end -= 1) {
    const char = text[end - 1] ?? '';
    if (char in closed) {
      const opener = CLOSING[char] ?? '';
      if ((closed[char] ?? 0) <= (open[opener] ?? 0)) break;
      closed[char] = (closed[char] ?? 0) - 1;
    } else if (char === ';') {
      // A character reference after an address is not part of it.
      const reference = /&(?:[a-z][a-z0-9]{0,30}|#[0-9]{1,7}|#x[0-9a-f]{1,6});$/i.exec(text.slice(Math.max(from, end - 34), end));
      if (reference) end -= reference[0].length - 1;
    } else if (!TRAILING.has(char)) break;
  }
  return end;
}

export interface Address {
  kind: 'typed' | 'host';
  start: number;
  end: number;
  href: string;
}

/** The address whose scheme ends at the colon at `colon`. `from` is where the text before it begins. */
export function addressAt(text: string, colon: number, from: number, limit: number): Address | null {
  if (!text.startsWith('://', colon)) return null;
  let start = colon;
  while (start > from && colon - start <= SCHEME_LENGTH_MAX && /[a-z0-9+.-]/i.test(text[start - 1] ?? '')) start -= 1;
  // A scheme begins with a letter.
  while (start < colon && !/[a-z]/i.test(text[start] ?? '')) start += 1;
  if (start === colon) return null;
  const end = addressEnd(text, colon + 3, limit);
  return end > colon + 3 ? { kind: 'typed', start, end, href: text.slice(start, end) } : null;
}

const LABEL = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}_-]{0,61}[\\p{L}\\p{N}])?';
// A host name at the beginning of a word. Bounded, and tried once a word.
const HOST_NAME = new RegExp(`(?<![\\p{L}\\p{N}\\p{M}@_.\\-/\\\\:#~+=&])(?:${LABEL}\\.){1,8}(\\p{L}{2,63}|xn--[a-z0-9-]{1,59})(?![\\p{L}\\p{N}_@-])(:\\d{1,5})?`, 'giu');
// Without a path, only these endings make a link, in lower case: others are those of files and code too.
const COMMON_DOMAINS = new Set(['com', 'org', 'edu', 'gov', 'mil', 'int', 'info']);

/** Host names without a scheme that are links: with `www.`, with a path, or of a common domain. */
export function* hostNames(text: string): Generator<Address> {
  if (!text.includes('.')) return;
  let last = 0;
  for (const found of text.matchAll(HOST_NAME)) {
    const start = found.index;
    if (start < last) continue;
    const after = start + found[0].length;
    const next = text[after] ?? '';
    const hasPath = next === '/' || next === '?' || next === '#';
    const known = /^www\./i.test(found[0]) || (COMMON_DOMAINS.has(found[1] ?? '') && found[0] === found[0].toLowerCase());
    if (!known && !(next === '/' && isPathOf(text, after))) continue;
    // `Foo.com()` and `a.com=1` are code.
    if (next === '(' || next === '=' || next === '[') continue;
    const isWww = /^www\./i.test(found[0]);
    last = hasPath ? Math.max(after, isWww ? addressEnd(text, after, text.length) : pathEnd(text, after)) : after;
    yield { kind: isWww ? 'typed' : 'host', start, end: last, href: `${isWww ? 'http' : 'https'}://${text.slice(start, last)}` };
  }
}

// Names count within the path of a host without a scheme, so it ends before one.
function pathEnd(text: string, from: number): number {
  const name = /(?<![\p{L}\p{N}])[@#~](?=[\p{L}\p{N}_])/u.exec(text.slice(from, from + ADDRESS_LENGTH_MAX));
  return addressEnd(text, from, name ? from + name.index : text.length);
}

// `client.ts/server.ts` is a list of files.
const isPathOf = (text: string, slash: number) => !/^\/[\w-]+\.[a-z]{1,4}(?![\w/])/i.test(text.slice(slash, slash + 80));

const LOCAL = /[a-z0-9.!#$%&'*+/=?^_{|}~-]/i;
const LOCAL_LENGTH_MAX = 64;
const MAIL_HOST = new RegExp(`@(?:${LABEL}\\.){1,8}\\p{L}{2,63}(?![\\p{L}\\p{N}_@-])`, 'iuy');

/** The mail address around the sign at `at`. */
export function mailAddressAt(text: string, at: number, from: number): Address | null {
  let start = at;
  while (start > from && at - start < LOCAL_LENGTH_MAX && LOCAL.test(text[start - 1] ?? '')) start -= 1;
  // Punctuation before the name belongs to the sentence.
  while (start < at && !isLetterOrDigit(text[start] ?? '')) start += 1;
  if (start === at || text[at - 1] === '.') return null;
  MAIL_HOST.lastIndex = at;
  const host = MAIL_HOST.exec(text);
  return host ? { kind: 'typed', start, end: at + host[0].length, href: `mailto:${text.slice(start, at + host[0].length)}` } : null;
}
