// The emoji picker: search, recent, groups. Groups are rendered when they are scrolled into view.
import { Search } from 'lucide-react';
import { useEffect, useMemo, useState, type KeyboardEvent } from 'react';
import { TextField } from '@/design/controls';
import { t, type MessageKey } from '@/i18n';
import { CUSTOM_GROUP, loadEmoji, searchEmoji, useEmojiTable, type Emoji } from './data';
import { EmojiGlyph } from './Emoji';
import css from './emoji.module.css';
import { recentEmoji, addRecentEmoji } from './recent';

const GROUPS: Array<[number[], MessageKey]> = [
  [[CUSTOM_GROUP], 'emoji.custom'],
  [[0, 1], 'emoji.people'], [[3], 'emoji.nature'], [[4], 'emoji.food'], [[5], 'emoji.travel'],
  [[6], 'emoji.activities'], [[7], 'emoji.objects'], [[8], 'emoji.symbols'], [[9], 'emoji.flags'],
];

const COLUMNS = 8;

// Arrow keys move from the search field into the grid, within it, and back out at the top.
function onArrow(event: KeyboardEvent<HTMLElement>): void {
  const cells = [...event.currentTarget.querySelectorAll<HTMLElement>('button')];
  const at = cells.indexOf(event.target as HTMLElement);
  let next: HTMLElement | null | undefined;
  if (at < 0) next = event.key === 'ArrowDown' ? cells[0] : null;
  else if (event.key === 'ArrowRight') next = cells[at + 1];
  else if (event.key === 'ArrowLeft') next = cells[at - 1];
  else if (event.key === 'ArrowDown') next = cellInNextRow(cells.slice(at, at + 2 * COLUMNS), cells[at], Math.min);
  else if (event.key === 'ArrowUp') next = cellInNextRow(cells.slice(Math.max(0, at - 2 * COLUMNS), at + 1), cells[at], Math.max) ?? event.currentTarget.querySelector('input');
  if (!next) return;
  event.preventDefault();
  next.focus();
}

// The cell in the same column of the nearest other row among `near`, or the last one of a shorter row.
function cellInNextRow(near: HTMLElement[], from: HTMLElement | undefined, nearest: (...tops: number[]) => number): HTMLElement | undefined {
  const here = from?.getBoundingClientRect();
  const boxes = near.map((cell) => cell.getBoundingClientRect());
  const top = nearest(...boxes.map((box) => box.top).filter((one) => one !== here?.top));
  return near[boxes.findLastIndex((box) => box.top === top && box.left <= (here?.left ?? 0))];
}

export function EmojiPicker({ onPick }: { onPick: (name: string, character: string) => void }) {
  const table = useEmojiTable();
  const [term, setTerm] = useState('');
  useEffect(() => { void loadEmoji(); }, []);
  const groups = useMemo(() => GROUPS.map(([ids, title]) => ({
    title, list: (table?.list ?? []).filter((e) => ids.includes(e.group)),
  })).filter(({ list }) => list.length > 0), [table]);
  const results = useMemo(() => (term ? searchEmoji(table, term, 80) : []), [table, term]);
  const recent = recentEmoji().map((name) => table?.byName.get(name)).filter((e): e is Emoji => e !== undefined);
  const pick = (emoji: Emoji) => {
    addRecentEmoji(emoji.name);
    onPick(emoji.name, emoji.character);
  };
  const grid = (list: Emoji[]) => (
    <div className={css.grid}>
      {list.map((emoji) => (
        <button key={emoji.name} type="button" className={css.cell} title={`:${emoji.name}:`} aria-label={emoji.name} onClick={() => pick(emoji)}>
          <EmojiGlyph emoji={emoji} />
        </button>
      ))}
    </div>
  );
  return (
    <div className={css.picker} data-testid="emoji-picker" onKeyDown={onArrow}>
      <div className={css.search}>
        <TextField
          autoFocus={window.matchMedia('(hover: hover)').matches} value={term} placeholder={t('emoji.search')} aria-label={t('emoji.search')} icon={<Search size={15} />}
          onChange={(e) => setTerm(e.target.value)}
          onKeyDown={(e) => {
            const [first] = results;
            if (e.key === 'Enter' && first) pick(first);
          }}
        />
      </div>
      <div className={css.scroll}>
        {term ? (
          results.length > 0 ? grid(results) : <p className={css.none}>{t('emoji.none')}</p>
        ) : (
          <>
            <h3 className={css.heading}>{t('emoji.recent')}</h3>
            {grid(recent)}
            {groups.map(({ title, list }) => (
              <section key={title} className={css.section}>
                <h3 className={css.heading}>{t(title)}</h3>
                {grid(list)}
              </section>
            ))}
          </>
        )}
      </div>
    </div>
  );
}
