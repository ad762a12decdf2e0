// Letters beside a mark: where a word ends, for marks and keywords.

// Scripts that put no space between words, or between a word and its particles.
const UNSPACED = String.raw`\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Javanese}\p{Script=Balinese}ー々〆`;
const UNSPACED_CHAR = new RegExp(`^[${UNSPACED}]$`, 'u');
const WORD_CHAR = /^[\p{L}\p{N}\p{M}]$/u;

export const charBefore = (text: string, index: number): string => {
  const low = text[index - 1] ?? '';
  return low >= '\udc00' && low <= '\udfff' ? text.slice(index - 2, index) : low;
};

export const charAt = (text: string, index: number): string => {
  const code = text.codePointAt(index);
  return code === undefined ? '' : String.fromCodePoint(code);
};

export const isUnspaced = (char: string): boolean => UNSPACED_CHAR.test(char);

/** Whether the character is a letter, digit or mark of a script whose words are separated by spaces. */
export const isWordChar = (char: string): boolean => char !== '' && WORD_CHAR.test(char) && !isUnspaced(char);
