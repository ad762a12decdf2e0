// Starting conversations, adding people to a channel, inviting them to the team.
import type { UserProfile } from '@mattermost/types/users';
import { useQuery } from '@tanstack/react-query';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { addMember } from '@/api/channels';
import { getTeam } from '@/api/teams';
import { openDirectChannel } from '@/data/channels';
import { currentTeam } from '@/data/screen';
import { Button, TextField } from '@/design/controls';
import { Dialog } from '@/design/overlay';
import { t, tn } from '@/i18n';
import { siteUrl } from '@/lib/base';
import { copyText } from '@/lib/clipboard';
import { navigateTo } from '@/lib/navigate';
import { channelPath, channelTitle } from '@/state/entities/channels';
import { getState, useEntities } from '@/state/store';
import { closeDialog, toast, toastError } from '@/state/ui';
import { useQueryClient } from '@tanstack/react-query';
import { ChannelGroups } from './ChannelGroups';
import css from './dialogs.module.css';
import { PeoplePicker } from './PeoplePicker';

export function NewMessageDialog() {
  const team = useEntities(currentTeam);
  const [selected, setSelected] = useState<UserProfile[]>([]);
  const [busy, setBusy] = useState(false);
  const start = async () => {
    if (!team || selected.length === 0) return;
    setBusy(true);
    try {
      const channel = await openDirectChannel(selected.map((u) => u.id));
      closeDialog();
      navigateTo(channelPath(getState(), team.name, channel));
    } catch (error) {
      toastError(error);
      setBusy(false);
    }
  };
  return (
    <Dialog title={t('command.newMessage')} description={t('newMessage.text')} closeLabel={t('action.close')} onClose={closeDialog} testId="new-message-dialog">
      <PeoplePicker teamId={team?.id ?? ''} allTeams selected={selected} onChange={(users) => setSelected(users.slice(0, 7))} onSubmit={() => void start()} />
      <div className={css.buttons}>
        <Button variant="primary" busy={busy} disabled={selected.length === 0} onClick={() => void start()} data-testid="start-conversation">{t('newMessage.start')}</Button>
      </div>
    </Dialog>
  );
}

export function AddMembersDialog({ channelId }: { channelId: string }) {
  const channel = useEntities((s) => s.channels[channelId]);
  const title = useEntities((s) => channelTitle(s, s.channels[channelId]));
  const hasGroups = useEntities((s) => s.config.EnableCustomGroups === 'true');
  const [selected, setSelected] = useState<UserProfile[]>([]);
  const [busy, setBusy] = useState(false);
  const client = useQueryClient();
  const add = async () => {
    setBusy(true);
    const results = await Promise.allSettled(selected.map((u) => addMember(channelId, u.id)));
    const failed = results.find((r) => r.status === 'rejected');
    void client.invalidateQueries({ queryKey: ['members', channelId] });
    void client.invalidateQueries({ queryKey: ['stats', channelId] });
    if (failed) {
      toastError(failed.reason);
      setBusy(false);
      return;
    }
    toast(tn('members.added', selected.length), 'success');
    closeDialog();
  };
  return (
    <Dialog title={t('channel.addPeople')} description={title} closeLabel={t('action.close')} onClose={closeDialog} testId="add-members-dialog">
      <PeoplePicker teamId={channel?.team_id ?? ''} notInChannelId={channelId} selected={selected} onChange={setSelected} onSubmit={() => void add()} />
      <div className={css.buttons}>
        <Button variant="primary" busy={busy} disabled={selected.length === 0} onClick={() => void add()} data-testid="add-members-submit">{t('action.add')}</Button>
      </div>
      {hasGroups && channel?.team_id && <ChannelGroups channelId={channelId} />}
    </Dialog>
  );
}

export function InviteDialog() {
  const team = useEntities(currentTeam);
  const [copied, setCopied] = useState(false);
  // The list of teams may lack the invitation id; the single team has it for users who may invite.
  const query = useQuery({ queryKey: ['team', team?.id], queryFn: () => getTeam(team?.id ?? ''), enabled: Boolean(team), staleTime: 0 });
  const inviteId = query.data?.invite_id || team?.invite_id;
  const link = inviteId ? `${siteUrl()}/signup_user_complete/?id=${inviteId}` : '';
  const copy = () => {
    void copyText(link).then((isCopied) => {
      if (!isCopied) return toast(t('toast.notCopied'), 'error');
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
    });
  };
  return (
    <Dialog title={t('invite.title', { team: team?.display_name ?? '' })} description={t('invite.text')} closeLabel={t('action.close')} onClose={closeDialog} testId="invite-dialog">
      {link || query.isPending ? (
        <div className={css.link}>
          <TextField readOnly value={link} aria-label={t('invite.link')} onFocus={(e) => e.target.select()} data-testid="invite-link" />
          <Button variant="primary" onClick={copy} disabled={!link}>{copied ? <Check size={16} /> : <Copy size={16} />}{copied ? t('toast.copied') : t('action.copy')}</Button>
        </div>
      ) : <p className={css.note}>{t('invite.notAllowed')}</p>}
      <p className={css.note}>{t('invite.note')}</p>
    </Dialog>
  );
}
