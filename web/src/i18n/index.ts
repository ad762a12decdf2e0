// Every word of the interface goes through `t`. English is the source; another language is one more table of the same type.
import { en, type Messages } from './en';

export type MessageKey = keyof Messages;
type Params = Record<string, string | number>;

const tables: Record<string, Partial<Messages>> = { en };

let table: Partial<Messages> = en;
let language = 'en';

export function chooseLanguage(wanted: string): void {
  const base = wanted.split('-')[0] ?? 'en';
  language = base in tables ? base : 'en';
  table = tables[language] ?? en;
  document.documentElement.lang = language;
}

export function t(key: MessageKey, params?: Params): string {
  const text = table[key] ?? en[key];
  return params ? text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole)) : text;
}

type Plural = { [K in MessageKey]: K extends `${infer Base}.other` ? Base : never }[MessageKey];

// Keys `<name>.one` and `<name>.other`; a language with more forms adds `<name>.few` and so on.
export function tn(key: Plural, count: number, params?: Params): string {
  const form = new Intl.PluralRules(language).select(count);
  const full = `${key}.${form}` as MessageKey;
  const known = table[full] ?? en[full];
  return t(known ? full : (`${key}.other` as MessageKey), { count, ...params });
}
