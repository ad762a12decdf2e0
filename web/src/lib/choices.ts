// What integrations offer to choose from.

export interface Choice {
  text: string;
  value: string;
}

export function entriesOf(options: unknown): Choice[] {
  const list = (Array.isArray(options) ? options : []).filter((option) => typeof option === 'object' && option !== null) as Array<Record<string, unknown>>;
  const word = (value: unknown) => (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '');
  return list.map((option) => ({ text: word(option.text), value: word(option.value) })).filter((option) => option.text !== '');
}
