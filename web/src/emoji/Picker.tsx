// The emoji picker: search, recent, groups. Groups off screen cost nothing until they are scrolled to.
import { Search } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { TextField } from '@/design/controls';
import { t, type MessageKey } from '@/i18n';
import { loadEmoji, searchEmoji, useEmojiTable, type Emoji } from './data';
import css from './emoji.module.css';
import { recentEmoji, rememberEmoji } from './recent';

const GROUPS: Array<[number[], MessageKey]> = [
  [[0, 1], 'emoji.people'], [[3], 'emoji.nature'], [[4], 'emoji.food'], [[5], 'emoji.travel'],
  [[6], 'emoji.activities'], [[7], 'emoji.objects'], [[8], 'emoji.symbols'], [[9], 'emoji.flags'],
];

export function EmojiPicker({ onPick }: { onPick: (name: string, character: string) => void }) {
  const table = useEmojiTable();
  const [term, setTerm] = useState('');
  useEffect(() => { void loadEmoji(); }, []);
  const groups = useMemo(() => GROUPS.map(([ids, title]) => ({
    title, list: (table?.list ?? []).filter((e) => ids.includes(e.group)),
  })), [table]);
  const found = useMemo(() => (term ? searchEmoji(table, term, 80) : []), [table, term]);
  const recent = recentEmoji().map((name) => table?.byName.get(name)).filter((e): e is Emoji => e !== undefined);
  const pick = (emoji: Emoji) => {
    rememberEmoji(emoji.name);
    onPick(emoji.name, emoji.character);
  };
  const grid = (list: Emoji[]) => (
    <div className={css.grid}>
      {list.map((emoji) => (
        <button key={emoji.name} type="button" className={css.cell} title={`:${emoji.name}:`} aria-label={emoji.name} onClick={() => pick(emoji)}>
          {emoji.character}
        </button>
      ))}
    </div>
  );
  return (
    <div className={css.picker} data-testid="emoji-picker">
      <div className={css.search}>
        <TextField
          autoFocus value={term} placeholder={t('emoji.search')} aria-label={t('emoji.search')} icon={<Search size={15} />}
          onChange={(e) => setTerm(e.target.value)}
          onKeyDown={(e) => {
            const [first] = found;
            if (e.key === 'Enter' && first) pick(first);
          }}
        />
      </div>
      <div className={css.scroll}>
        {term ? (
          found.length > 0 ? grid(found) : <p className={css.none}>{t('emoji.none')}</p>
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
