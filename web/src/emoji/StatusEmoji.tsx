// The emoji somebody shows beside their name; its words are in the tooltip, or follow it.
import type { UserProfile } from '@mattermost/types/users';
import { useMemo } from 'react';
import { Tooltip } from '@/design/overlay';
import { customStatus } from '@/state/entities/users';
import { Emoji } from './Emoji';
import css from './emoji.module.css';

export function StatusEmoji({ user, words }: { user: UserProfile | undefined; words?: boolean }) {
  const status = useMemo(() => customStatus(user, Date.now()), [user]);
  if (!status) return null;
  if (words) return <span className={css.words} data-testid="custom-status"><Emoji name={status.emoji} /> {status.text}</span>;
  return <Tooltip text={status.text || status.emoji}><span className={css.status} data-testid="custom-status"><Emoji name={status.emoji} /></span></Tooltip>;
}
