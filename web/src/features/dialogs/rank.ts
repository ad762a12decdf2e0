// Ranks entries by how well they match a search term.

export interface Candidate {
  id: string;
  text: string;
  // Decides among equal matches: recent and unread entries first.
  weight: number;
}

export function score(text: string, term: string): number {
  const value = text.toLocaleLowerCase();
  const query = term.toLocaleLowerCase();
  if (!query) return 1;
  if (value === query) return 100;
  if (value.startsWith(query)) return 80;
  const at = value.indexOf(query);
  if (at > 0) return /[\s._@~#-]/.test(value[at - 1] ?? '') ? 60 : 40;
  let i = 0;
  for (const letter of value) if (letter === query[i]) i += 1;
  return i === query.length ? 10 : 0;
}

export function rank<T extends Candidate>(list: T[], term: string): T[] {
  return list
    .map((item) => ({ item, points: score(item.text, term) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points || b.item.weight - a.item.weight)
    .map(({ item }) => item);
}
