// Highlights the search terms in results, without changing the page's elements.
import { useEffect, type RefObject } from 'react';

const NAME = 'search';
// Terms that filter the search and are not searched for.
const MODIFIER = /^-|^(?:from|in|on|before|after|ext):/i;
// Scripts without spaces between words.
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

/** A pattern for the search terms within a text; null without any. */
export function searchPattern(terms: string): RegExp | null {
  const quoted = [...terms.matchAll(/(-?)"([^"]+)"/g)].filter(([, minus]) => !minus).map(([, , phrase]) => phrase ?? '');
  const single = terms.replace(/\S*"[^"]*"/g, ' ').split(/\s+/).filter((word) => !MODIFIER.test(word)).map((word) => word.replace(/^[#@]|\*+$|["(),;]/g, ''));
  const words = [...quoted, ...single].map((word) => word.trim()).filter(Boolean);
  if (words.length === 0) return null;
  const parts = words.sort((a, b) => b.length - a.length).map((word) => {
    const text = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+');
    return UNSPACED.test(word) ? text : `(?<![\\p{L}\\p{N}])${text}`;
  });
  return new RegExp(parts.join('|'), 'giu');
}

function rangesIn(root: HTMLElement, pattern: RegExp): Range[] {
  const ranges: Range[] = [];
  for (const body of root.querySelectorAll('[data-testid="post-message"]')) {
    const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (const found of (node.nodeValue ?? '').matchAll(pattern)) {
        const range = new Range();
        range.setStart(node, found.index);
        range.setEnd(node, found.index + found[0].length);
        ranges.push(range);
      }
    }
  }
  return ranges;
}

// Messages change after they are rendered: code is highlighted, mentions become links.
export function useHighlight(root: RefObject<HTMLElement | null>, terms: string): void {
  useEffect(() => {
    const element = root.current;
    const pattern = searchPattern(terms);
    // Not every browser has custom highlights.
    if (!element || !pattern || !('highlights' in CSS)) return undefined;
    const highlight = () => CSS.highlights.set(NAME, new Highlight(...rangesIn(element, pattern)));
    highlight();
    const observer = new MutationObserver(highlight);
    observer.observe(element, { childList: true, subtree: true, characterData: true });
    return () => {
      observer.disconnect();
      CSS.highlights.delete(NAME);
    };
  }, [root, terms]);
}
