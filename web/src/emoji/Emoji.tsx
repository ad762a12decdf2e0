// One emoji: a character, a custom image, or the text that was typed while it is unknown.
import { useEffect } from 'react';
import { cx } from '@/lib/text';
import { findEmoji, useEmojiTable, type Emoji as EmojiEntry } from './data';
import css from './emoji.module.css';
import { requestEmoji } from './requests';

export const EmojiGlyph = ({ emoji }: { emoji: EmojiEntry }) => (emoji.image ? <img className={css.custom} src={emoji.image} alt="" loading="lazy" /> : <>{emoji.character}</>);

interface EmojiProps {
  name: string;
  // What is displayed if there is no such emoji.
  raw?: string;
  large?: boolean;
  // The caller asks for unknown names.
  requested?: boolean;
}

export function Emoji({ name, raw = `:${name}:`, large, requested }: EmojiProps) {
  const table = useEmojiTable();
  const known = table ? findEmoji(table, name) : undefined;
  const isUnknown = table !== null && !known && !requested;
  useEffect(() => { if (isUnknown) requestEmoji([name]); }, [isUnknown, name]);
  if (known?.image) return <img className={cx(css.custom, large && css.customLarge)} src={known.image} alt={`:${name}:`} title={`:${name}:`} />;
  if (known) return <span className={large ? css.large : css.emoji} role="img" aria-label={name} title={raw}>{known.character}</span>;
  return <span>{raw}</span>;
}
