// Text to tokens: the Markdown library's lexer with mentions, channel links, emoji names and hashtags added. Produces data, never HTML.
import { Marked, type Token, type TokenizerAndRendererExtension } from 'marked';

function inline(name: string, startAt: RegExp, match: RegExp): TokenizerAndRendererExtension {
  return {
    name,
    level: 'inline',
    start: (src) => {
      const found = startAt.exec(src);
      return found ? found.index + (found[1]?.length ?? 0) : undefined;
    },
    tokenizer: (src) => {
      const found = match.exec(src);
      return found ? { type: name, raw: found[0], value: found[1] ?? found[0] } : undefined;
    },
  };
}

const marked = new Marked({ gfm: true, breaks: true });
marked.use({
  extensions: [
    // Trailing dots and dashes are not part of the name.
    inline('mention', /(^|[^\w@/])@[a-z0-9]/i, /^@([a-z0-9](?:[a-z0-9._-]*[a-z0-9_])?)/i),
    inline('channel', /(^|[^\w~/])~[a-z0-9]/i, /^~([a-z0-9](?:[a-z0-9_-]*[a-z0-9])?)(?!~)/i),
    inline('hashtag', /(^|[^\w#&/])#\p{L}/u, /^#(\p{L}[\p{L}\p{N}_.-]*[\p{L}\p{N}])/u),
    inline('emoji', /(^|[^\w:]):[a-z0-9+_-]+:/i, /^:([a-z0-9+_-]+):/i),
  ],
});

const MAX_LENGTH = 20_000;

export function parse(text: string): Token[] {
  // Very long or deeply nested messages are not parsed: that would block the page.
  const plain = (): Token[] => [{ type: 'paragraph', raw: text, text, tokens: [{ type: 'text', raw: text, text }] }];
  if (text.length > MAX_LENGTH || /^(?:\s*(?:>|[-*+]\s|\d+[.)]\s)){25}/m.test(text)) return plain();
  try {
    return marked.lexer(text.replace(/\r\n?/g, '\n'));
  } catch {
    return plain();
  }
}

const SAFE = /^(https?|mailto|tel|ftp|ftps|sftp|xmpp|sip|geo|magnet|irc|matrix):/i;

// Only known schemes, paths and host names are links: other schemes and control characters can hide scripts.
export function safeHref(href: string): string | null {
  const text = href.replace(/[\u0000-\u0020\u007f]/g, '');
  if (SAFE.test(text)) return text;
  if (/^\/(?![/\\])/.test(text)) return text;
  if (/^[\w-]+(\.[\w-]+)+([/?#]|$)/.test(text)) return `https://${text}`;
  return null;
}

const NAMES = /(?:^|[^\w@/])@([a-z0-9](?:[a-z0-9._-]*[a-z0-9_])?)/gi;

export function mentionedNames(text: string): string[] {
  return [...text.matchAll(NAMES)].map((m) => (m[1] ?? '').toLowerCase());
}

export const EVERYONE = new Set(['channel', 'all', 'here']);

// A message of a few emoji only is displayed large.
export function isOnlyEmoji(tokens: Token[]): boolean {
  const [block] = tokens;
  if (tokens.length !== 1 || block?.type !== 'paragraph' || !('tokens' in block)) return false;
  const parts = (block.tokens ?? []).filter((part) => !(part.type === 'text' && part.raw.trim() === ''));
  if (parts.length === 0 || parts.length > 8) return false;
  return parts.every((part) => part.type === 'emoji'
    || (part.type === 'text' && /^(\p{Extended_Pictographic}|\p{Emoji_Component}|\s)+$/u.test(part.raw) && !/^[\d#*\s]+$/.test(part.raw)));
}
