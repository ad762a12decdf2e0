// Every word of the interface goes through `t`. English is the source; another language is one more table of the same type.
// The administrators' pages have tables of their own (`admin/`), which are loaded with them.
import { en, type Messages } from './en';

export type MessageKey = keyof Messages;
type Params = Record<string, string | number>;
type Table = Record<string, string>;

let language = 'en';

// Keys `<name>.one` and `<name>.other`; a language with more forms adds `<name>.few` and so on.
type Plural<M> = { [K in keyof M]: K extends `${infer Base}.other` ? Base : never }[keyof M];

// The functions that look keys up in these tables, one for each language.
export function translator<M extends Table>(tables: { en: M } & Record<string, Partial<M>>) {
  const find = (key: string): string | undefined => (tables[language] as Partial<Table> | undefined)?.[key] ?? tables.en[key];
  const translate = (key: keyof M & string, params?: Params): string => {
    const text = find(key) ?? key;
    return params ? text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole)) : text;
  };
  const translatePlural = (key: Plural<M>, count: number, params?: Params): string => {
    const full = `${String(key)}.${new Intl.PluralRules(language).select(count)}`;
    return translate(find(full) === undefined ? `${String(key)}.other` : full, { count, ...params });
  };
  return { t: translate, tn: translatePlural };
}

const tables: { en: Messages } & Record<string, Partial<Messages>> = { en };

export const { t, tn } = translator(tables);

export function chooseLanguage(wanted: string): void {
  const base = wanted.split('-')[0] ?? 'en';
  language = base in tables ? base : 'en';
  document.documentElement.lang = language;
}
