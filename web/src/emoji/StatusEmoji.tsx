// The emoji of a custom status, with its text in the tooltip or after it.
import type { UserProfile } from '@mattermost/types/users';
import { useMemo } from 'react';
import { Tooltip } from '@/design/overlay';
import { customStatus } from '@/state/entities/users';
import { Emoji } from './Emoji';
import css from './emoji.module.css';

export function StatusEmoji({ user, withText }: { user: UserProfile | undefined; withText?: boolean }) {
  const status = useMemo(() => customStatus(user, Date.now()), [user]);
  if (!status) return null;
  if (withText) return <span className={css.withText} data-testid="custom-status"><Emoji name={status.emoji} /> {status.text}</span>;
  return <Tooltip text={status.text || status.emoji}><span className={css.status} data-testid="custom-status"><Emoji name={status.emoji} /></span></Tooltip>;
}
