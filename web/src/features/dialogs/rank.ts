// Which entry someone means by a few letters. Pure.

export interface Candidate {
  id: string;
  text: string;
  // More recent or more urgent entries win among equals.
  weight: number;
}

export function score(text: string, term: string): number {
  const have = text.toLocaleLowerCase();
  const want = term.toLocaleLowerCase();
  if (!want) return 1;
  if (have === want) return 100;
  if (have.startsWith(want)) return 80;
  const at = have.indexOf(want);
  if (at > 0) return /[\s._@~#-]/.test(have[at - 1] ?? '') ? 60 : 40;
  let i = 0;
  for (const letter of have) if (letter === want[i]) i += 1;
  return i === want.length ? 10 : 0;
}

export function rank<T extends Candidate>(list: T[], term: string): T[] {
  return list
    .map((item) => ({ item, points: score(item.text, term) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points || b.item.weight - a.item.weight)
    .map(({ item }) => item);
}
