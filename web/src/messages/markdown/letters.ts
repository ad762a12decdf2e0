// Letters beside a mark: where a word begins and ends, for names and keywords. The server has the same rules (crates/markup).

// Scripts that put no space between words, or between a word and its particles: Thai, Lao, Myanmar, Khmer, Hangul, Han, Kana.
const UNSPACED = /^[\u0e01-\u0edf\u1000-\u109f\u1780-\u17d3\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f\u{20000}-\u{3ffff}]$/u;
const LETTER = /^[\p{Alphabetic}\p{N}\p{M}]$/u;
// Marks that only choose between the text and the picture of an emoji.
const SELECTOR = /^[\ufe00-\ufe0f\u20e3\u{e0100}-\u{e01ef}]$/u;

export const charBefore = (text: string, index: number): string => {
  const low = text[index - 1] ?? '';
  return low >= '\udc00' && low <= '\udfff' ? text.slice(index - 2, index) : low;
};

export const charAt = (text: string, index: number): string => {
  const code = text.codePointAt(index);
  return code === undefined ? '' : String.fromCodePoint(code);
};

export const isUnspaced = (char: string): boolean => UNSPACED.test(char);

/** Whether the character belongs into a word of any script. */
export const isLetter = (char: string): boolean => LETTER.test(char) && !SELECTOR.test(char);

/** Whether it continues a word of a script whose words are separated by spaces. */
export const isWordChar = (char: string): boolean => isLetter(char) && !isUnspaced(char);
