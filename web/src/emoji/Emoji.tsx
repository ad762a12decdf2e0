// One emoji: a character, an image somebody added to this server, or its name while it is unknown.
import { useQuery } from '@tanstack/react-query';
import { customEmojiUrl, getCustomEmojiByName } from '@/api/users';
import { useEmojiTable } from './data';
import css from './emoji.module.css';

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
  if (known) return <span className={size} role="img" aria-label={name}>{known.character}</span>;
  if (custom.data) return <img className={css.custom} src={customEmojiUrl(custom.data.id)} alt={`:${name}:`} title={`:${name}:`} />;
  return <span>:{name}:</span>;
}
