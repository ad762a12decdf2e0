// Who is typing.
import { t } from '@/i18n';
import { displayName, typingKey } from '@/state/entities/users';
import { useEntitiesShallow } from '@/state/store';
import css from './composer.module.css';

export function Typing({ channelId, rootId }: { channelId: string; rootId: string }) {
  const names = useEntitiesShallow((s) => Object.keys(s.typing[typingKey(channelId, rootId)] ?? {})
    .filter((id) => id !== s.meId).map((id) => displayName(s.users[id]) || t('user.someone')));
  const [first = '', second = ''] = names;
  const text = names.length === 0 ? ''
    : names.length === 1 ? t('typing.one', { name: first })
      : names.length === 2 ? t('typing.two', { a: first, b: second })
        : t('typing.many');
  return (
    <p className={css.typing} aria-live="polite">
      {text && <><span className={css.dots} aria-hidden><i /><i /><i /></span>{text}</>}
    </p>
  );
}
