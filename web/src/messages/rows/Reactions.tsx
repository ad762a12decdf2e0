// Reactions to a message, grouped by emoji in the order of their first use.
import type { Post } from '@mattermost/types/posts';
import { SmilePlus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { requestUsers } from '@/data/users';
import { toggleReaction } from '@/data/posts';
import { Popover, Tooltip } from '@/design/overlay';
import { canonicalName, useEmojiTable } from '@/emoji/data';
import { Emoji } from '@/emoji/Emoji';
import { EmojiPicker } from '@/emoji/Picker';
import { t } from '@/i18n';
import { cx } from '@/lib/text';
import { displayName } from '@/state/entities/users';
import { getState, useEntities } from '@/state/store';
import { useMayInChannel } from '../useMayInChannel';
import css from './post.module.css';
import { groupReactions } from './reactionGroups';

function whoReacted(ids: string[], name: string): string {
  const { users, meId } = getState();
  const names = ids.map((id) => (id === meId ? t('user.you') : displayName(users[id]) || t('user.someone')));
  const listed = names.slice(0, 8).join(', ');
  const rest = names.length - 8;
  return t('reaction.who', { names: rest > 0 ? t('reaction.andMore', { names: listed, count: rest }) : listed, name });
}

// Most messages have none, and cost nothing more.
export function Reactions({ post }: { post: Post }) {
  const reactions = post.metadata?.reactions ?? [];
  return reactions.length === 0 ? null : <ReactionBar post={post} />;
}

function ReactionBar({ post }: { post: Post }) {
  const meId = useEntities((s) => s.meId);
  const [picking, setPicking] = useState(false);
  const reactions = post.metadata?.reactions;
  const table = useEmojiTable();
  // With the table the names of one emoji are known to be the same.
  const groups = useMemo(() => groupReactions(reactions ?? [], table ? canonicalName : undefined), [reactions, table]);
  const mayReact = useMayInChannel(post.channel_id, 'add_reaction');
  if (groups.length === 0) return null;
  return (
    <div className={css.reactions}>
      {groups.map(({ name, userIds: ids }) => (
        <Tooltip key={name} text={whoReacted(ids, name)}>
          <button
            type="button" className={cx(css.reaction, ids.includes(meId) && css.reacted)} aria-pressed={ids.includes(meId)}
            aria-label={t('reaction.label', { name, count: ids.length })} data-testid="reaction" data-emoji={name} disabled={!mayReact}
            onMouseEnter={() => requestUsers(ids)} onClick={() => void toggleReaction(post.id, name)}
          >
            <Emoji name={name} />
            <span className={css.count}>{ids.length}</span>
          </button>
        </Tooltip>
      ))}
      {mayReact && <Popover
        label={t('emoji.title')} open={picking} onOpenChange={setPicking}
        trigger={<button type="button" className={css.addReaction} aria-label={t('post.react')} title={t('post.react')}><SmilePlus size={15} /></button>}
      >
        <EmojiPicker onPick={(name) => { setPicking(false); void toggleReaction(post.id, name); }} />
      </Popover>}
    </div>
  );
}
