// The list of autocomplete suggestions.
import { Hash, Lock, Slash, Users } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { avatarUrl } from '@/api/users';
import { Avatar, Tag } from '@/design/primitives';
import { EmojiGlyph } from '@/emoji/Emoji';
import { t, tn } from '@/i18n';
import { cx } from '@/lib/text';
import { displayName } from '@/state/entities/users';
import type { Suggestion } from './autocomplete';
import css from './suggestions.module.css';

function content(item: Suggestion): { icon: ReactNode; title: ReactNode; note?: ReactNode } {
  switch (item.kind) {
    case 'user': return {
      icon: <Avatar id={item.user.id} name={displayName(item.user)} size={24} src={item.user.last_picture_update ? avatarUrl(item.user.id, item.user.last_picture_update) : undefined} />,
      title: displayName(item.user),
      note: <>@{item.user.username}{item.notInChannel && <> · {t('composer.notInChannel')}</>}{item.user.is_bot && <> <Tag>{t('user.bot')}</Tag></>}</>,
    };
    case 'group': return {
      icon: <Users size={17} />,
      title: item.group.display_name,
      note: <>@{item.group.name} · {tn('channel.memberCount', item.group.member_count)}</>,
    };
    case 'special': return { icon: <Users size={17} />, title: `@${item.name}`, note: t(item.name === 'here' ? 'composer.here' : 'composer.everyone') };
    case 'channel': return { icon: item.isPrivate ? <Lock size={16} /> : <Hash size={17} />, title: item.title, note: item.insert };
    case 'emoji': return { icon: <span className={css.emoji}><EmojiGlyph emoji={item.emoji} /></span>, title: `:${item.name}:` };
    case 'command': return { icon: <Slash size={15} />, title: <>/{item.name} <span className={css.hint}>{item.hint}</span></>, note: item.text };
  }
}

interface SuggestionsProps {
  id: string;
  list: Suggestion[];
  active: number;
  onPick: (index: number) => void;
  onHover: (index: number) => void;
}

export function Suggestions({ id, list, active, onPick, onHover }: SuggestionsProps) {
  const box = useRef<HTMLUListElement>(null);
  useEffect(() => { box.current?.children[active]?.scrollIntoView({ block: 'nearest' }); }, [active]);
  return (
    <ul className={css.list} id={id} role="listbox" ref={box} data-testid="suggestions">
      {list.map((item, index) => {
        const { icon, title, note } = content(item);
        return (
          <li
            key={`${item.kind}-${item.key}`} id={`${id}-${index}`} role="option" aria-selected={index === active}
            className={cx(css.item, index === active && css.active)} data-testid="suggestion"
            onMouseEnter={() => onHover(index)}
            onMouseDown={(e) => { e.preventDefault(); onPick(index); }}
          >
            <span className={css.icon}>{icon}</span>
            <span className={css.title}>{title}</span>
            {note && <span className={css.note}>{note}</span>}
          </li>
        );
      })}
    </ul>
  );
}
