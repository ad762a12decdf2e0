// Who may do what in a channel: for those who moderate it. Each change is saved at once.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { getModerations, patchModeration, type ChannelModeration, type ModeratedRole, type ModeratedWho, type ModerationName } from '@/api/moderation';
import { Skeleton } from '@/design/primitives';
import { t, type MessageKey } from '@/i18n';
import { toastError } from '@/state/ui';
import css from './dialogs.module.css';

// Bookmarks of channels, which the server does not have yet, are not among them.
const TITLES: Record<ModerationName, MessageKey> = {
  create_post: 'moderation.createPost',
  create_reactions: 'moderation.createReactions',
  manage_members: 'moderation.manageMembers',
  use_channel_mentions: 'moderation.useChannelMentions',
};

export function Moderation({ channelId }: { channelId: string }) {
  const client = useQueryClient();
  const queryKey = ['moderation', channelId];
  const query = useQuery({ queryKey, queryFn: () => getModerations(channelId), staleTime: 0 });
  const [busy, setBusy] = useState(false);
  const change = async (name: ModerationName, who: ModeratedWho, value: boolean) => {
    setBusy(true);
    try {
      client.setQueryData(queryKey, await patchModeration(channelId, name, who, value));
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  };
  const list = query.data?.filter(({ name }) => name in TITLES) ?? [];
  return (
    <section className={css.moderation} aria-labelledby="moderation-title" data-testid="moderation">
      <h3 id="moderation-title" className={css.subhead}>{t('moderation.title')}</h3>
      <p className={css.note}>{t('moderation.text')}</p>
      {query.isPending && <Skeleton width="100%" height={140} />}
      {query.error && <p className={css.note} role="alert">{query.error.message}</p>}
      {list.length > 0 && (
        <table className={css.moderationTable}>
          <thead>
            <tr><th scope="col"><span className="visually-hidden">{t('moderation.what')}</span></th><th scope="col">{t('moderation.members')}</th><th scope="col">{t('moderation.guests')}</th></tr>
          </thead>
          <tbody>
            {list.map((moderation) => <Row key={moderation.name} moderation={moderation} busy={busy} onChange={change} />)}
          </tbody>
        </table>
      )}
      {list.some(({ roles }) => !roles.members.enabled || roles.guests?.enabled === false) && <p className={css.note}>{t('moderation.notEnabled')}</p>}
    </section>
  );
}

interface RowProps {
  moderation: ChannelModeration;
  busy: boolean;
  onChange: (name: ModerationName, who: ModeratedWho, value: boolean) => Promise<void>;
}

function Row({ moderation: { name, roles }, busy, onChange }: RowProps) {
  const title = t(TITLES[name]);
  const box = (who: ModeratedWho, role: ModeratedRole | null) => (
    <td>
      {role && (
        <input
          type="checkbox" checked={role.value} disabled={busy || !role.enabled} data-testid={`moderation-${name}-${who}`}
          aria-label={t('moderation.label', { what: title, who: t(who === 'members' ? 'moderation.members' : 'moderation.guests') })}
          onChange={(e) => void onChange(name, who, e.target.checked)}
        />
      )}
    </td>
  );
  return <tr><th scope="row">{title}</th>{box('members', roles.members)}{box('guests', roles.guests)}</tr>;
}
