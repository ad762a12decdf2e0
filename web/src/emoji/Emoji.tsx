// One emoji: a character, a custom image, or its name while it is unknown.
import { useQuery } from '@tanstack/react-query';
import { customEmojiUrl, getCustomEmojiByName } from '@/api/users';
import { cx } from '@/lib/text';
import { useEmojiTable, type Emoji as EmojiEntry } from './data';
import css from './emoji.module.css';

export const EmojiGlyph = ({ emoji }: { emoji: EmojiEntry }) => (emoji.image ? <img className={css.custom} src={emoji.image} alt="" loading="lazy" /> : <>{emoji.character}</>);

export function Emoji({ name, large }: { name: string; large?: boolean }) {
  const table = useEmojiTable();
  const known = table?.byName.get(name);
  const custom = useQuery({
    queryKey: ['emoji', name],
    queryFn: () => getCustomEmojiByName(name).catch(() => null),
    enabled: table !== null && !known,
    staleTime: Infinity,
  });
  const size = large ? css.large : css.emoji;
  const image = known?.image ?? (custom.data ? customEmojiUrl(custom.data.id) : undefined);
  if (image) return <img className={cx(css.custom, large && css.customLarge)} src={image} alt={`:${name}:`} title={`:${name}:`} />;
  if (known) return <span className={size} role="img" aria-label={name}>{known.character}</span>;
  return <span>:{name}:</span>;
}
