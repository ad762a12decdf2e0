// Skin tones: their names, and the characters that they make.

export const TONES = [
  { name: 'light', modifier: '\u{1f3fb}' },
  { name: 'medium_light', modifier: '\u{1f3fc}' },
  { name: 'medium', modifier: '\u{1f3fd}' },
  { name: 'medium_dark', modifier: '\u{1f3fe}' },
  { name: 'dark', modifier: '\u{1f3ff}' },
] as const;

const SUFFIX = '_skin_tone';
// An emoji of two people has a tone for each.
const TONES_MAX = 2;

/** A name without its tones, and these as a key: `0` to `4`, or two of them with a dash. Null for a name without tones. */
export function splitTones(name: string): { base: string; key: string } | null {
  let base = name;
  const found: number[] = [];
  while (found.length < TONES_MAX && base.endsWith(SUFFIX)) {
    // The longest name first: `medium_light` ends in `light`.
    const candidates = TONES.map((tone, index) => ({ index, ending: `_${tone.name}${SUFFIX}` })).filter(({ ending }) => base.endsWith(ending));
    const tone = candidates.sort((a, b) => b.ending.length - a.ending.length)[0];
    if (!tone || tone.ending.length >= base.length) break;
    base = base.slice(0, -tone.ending.length);
    found.unshift(tone.index);
  }
  return found.length > 0 ? { base, key: [...new Set(found)].join('-') } : null;
}

/** The character with one tone for everybody in it. */
export function applyTones(character: string, key: string): string {
  const modifier = TONES[Number(key)]?.modifier;
  return modifier ? character.replace(/(\p{Emoji_Modifier_Base})\ufe0f?/gu, `$1${modifier}`) : character;
}
