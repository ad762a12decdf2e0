// The server's rule for new passwords, from the client configuration. The server checks it; a form only says it beforehand.
import { t, type MessageKey } from '@/i18n';

// With the pattern of one such character.
const classes: Array<[string, MessageKey, string]> = [
  ['PasswordRequireLowercase', 'auth.passwordLowercase', String.raw`\p{Ll}`],
  ['PasswordRequireUppercase', 'auth.passwordUppercase', String.raw`\p{Lu}`],
  ['PasswordRequireNumber', 'auth.passwordNumber', String.raw`\p{N}`],
  ['PasswordRequireSymbol', 'auth.passwordSymbol', String.raw`[^\p{L}\p{N}]`],
];

export interface PasswordRule {
  // The whole rule, as a sentence.
  hint: string;
  // The same for the attribute of an input.
  pattern: string;
  accepts: (password: string) => boolean;
}

export function passwordRule(config: Record<string, string>): PasswordRule {
  const minLength = Number(config.PasswordMinimumLength) || 8;
  const required = classes.filter(([key]) => config[key] === 'true');
  const names = required.map(([, name]) => t(name));
  const list = names.length > 1 ? t('auth.passwordAnd', { first: names.slice(0, -1).join(', '), last: names.at(-1) ?? '' }) : names.join();
  const pattern = `${required.map(([, , one]) => `(?=.*${one})`).join('')}.{${minLength},}`;
  return {
    pattern,
    hint: names.length > 0 ? t('auth.passwordHintClasses', { count: minLength, list }) : t('auth.passwordHint', { count: minLength }),
    accepts: (password) => new RegExp(`^(?:${pattern})$`, 'u').test(password),
  };
}
