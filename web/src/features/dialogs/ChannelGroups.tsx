// The groups whose members a channel has: adding one, and ending it.
import type { Group } from '@mattermost/types/groups';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { addGroupToChannel, getGroupsOfChannel, getGroupsOutsideChannel, removeGroupFromChannel } from '@/api/groups';
import { Button } from '@/design/controls';
import { t, tn } from '@/i18n';
import { toast, toastError } from '@/state/ui';
import css from './dialogs.module.css';

export function ChannelGroups({ channelId }: { channelId: string }) {
  const [chosen, setChosen] = useState('');
  const [busy, setBusy] = useState(false);
  const client = useQueryClient();
  const linked = useQuery({ queryKey: ['channel groups', channelId], queryFn: () => getGroupsOfChannel(channelId), staleTime: 0 });
  const others = useQuery({ queryKey: ['groups outside', channelId], queryFn: () => getGroupsOutsideChannel(channelId), staleTime: 0 });
  // Who may not see which groups a channel has, or where there are none, has nothing to do here.
  if (!linked.data || !others.data || linked.data.length + others.data.length === 0) return null;
  const change = async (request: Promise<unknown>, message?: string) => {
    setBusy(true);
    try {
      await request;
      setChosen('');
      if (message) toast(message, 'success');
    } catch (error) {
      toastError(error);
    }
    await Promise.all(['channel groups', 'groups outside'].map((name) => client.invalidateQueries({ queryKey: [name, channelId] })));
    setBusy(false);
  };
  return (
    <section className={css.form} aria-labelledby="channel-groups-title" data-testid="channel-groups">
      <h3 id="channel-groups-title" className={css.subhead}>{t('group.title')}</h3>
      <p className={css.note}>{t('group.text')}</p>
      {linked.data.map((group) => (
        <div key={group.id} className={css.row} data-testid="channel-group">
          <div className={css.rowText}><b>{group.display_name}</b><span>{nameAndCount(group)}</span></div>
          <Button size="small" disabled={busy} onClick={() => void change(removeGroupFromChannel(channelId, group.id))} data-testid="channel-group-remove">{t('group.unlink')}</Button>
        </div>
      ))}
      {others.data.length > 0 && (
        <div className={css.choice}>
          <select value={chosen} disabled={busy} aria-label={t('group.choose')} onChange={(e) => setChosen(e.target.value)} data-testid="channel-group-choice">
            <option value="">{t('group.choose')}</option>
            {others.data.map((group) => <option key={group.id} value={group.id}>{group.display_name} ({nameAndCount(group)})</option>)}
          </select>
          <Button busy={busy} disabled={!chosen} onClick={() => void change(addGroupToChannel(channelId, chosen), t('group.added'))} data-testid="channel-group-add">{t('group.add')}</Button>
        </div>
      )}
    </section>
  );
}

const nameAndCount = (group: Group) => tn('group.members', group.member_count ?? 0, { name: group.name ?? '' });
