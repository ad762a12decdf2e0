// Smileys of punctuation, and the emoji that they stand for.

const EMOTICONS: Record<string, string> = {
  ':)': 'slightly_smiling_face', ':-)': 'slightly_smiling_face', ';)': 'wink', ';-)': 'wink', ':o': 'open_mouth', ':-o': 'scream',
  ':]': 'smirk', ':-]': 'smirk', ':d': 'smile', ':-d': 'smile', 'x-d': 'stuck_out_tongue_closed_eyes', ':p': 'stuck_out_tongue', ':-p': 'stuck_out_tongue',
  ':@': 'rage', ':-@': 'rage', ':(': 'slightly_frowning_face', ':-(': 'slightly_frowning_face', ':\'(': 'cry', ':/': 'confused', ':-/': 'confused',
  ':s': 'confounded', ':-s': 'confounded', ':|': 'neutral_face', ':-|': 'neutral_face', ':$': 'flushed', ':-$': 'flushed', ':-x': 'mask',
  '<3': 'heart', '</3': 'broken_heart',
};

const LENGTHS = [3, 2];

/** The smiley that stands by itself at `index`: between white space, the ends of the text, or before punctuation that ends a sentence. */
export function emoticonAt(text: string, index: number): { raw: string; name: string } | null {
  if (index > 0 && !/[\s(]/.test(text[index - 1] ?? '')) return null;
  for (const length of LENGTHS) {
    const raw = text.slice(index, index + length);
    const name = EMOTICONS[raw.toLowerCase()];
    if (name && raw.length === length && /^(?:[\s.,!?)]|$)/.test(text.slice(index + length, index + length + 1))) return { raw, name };
  }
  return null;
}
