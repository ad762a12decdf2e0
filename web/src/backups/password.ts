// Passwords of repositories that people copy by hand, onto paper too.

export const PASSWORD_CHARS_MIN = 12;

// Without letters and digits that look alike: 0 and o, 1, i and l.
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 5;
const GROUP_CHARS = 5;

/** Five groups of five characters: about 120 bits. */
export function generatePassword(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(GROUPS * GROUP_CHARS));
  const letters = Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length] ?? '');
  return Array.from({ length: GROUPS }, (_, group) => letters.slice(group * GROUP_CHARS, (group + 1) * GROUP_CHARS).join('')).join('-');
}
