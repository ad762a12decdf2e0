// Creating, browsing and editing channels.
import { useQuery } from '@tanstack/react-query';
import { Hash, Search } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import * as api from '@/api/channels';
import { archiveChannel, createChannel, patchChannel } from '@/api/channels';
import { joinChannel, loadChannel, receiveChannel } from '@/data/channels';
import { currentTeam } from '@/data/screen';
import { EmptyState, Skeleton } from '@/design/primitives';
import { Button, RadioCard, TextArea, TextField } from '@/design/controls';
import { Dialog } from '@/design/overlay';
import { t } from '@/i18n';
import { navigateTo } from '@/lib/navigate';
import { slugify } from '@/lib/text';
import { localId } from '@/lib/ids';
import { useMayInChannel } from '@/messages/useMayInChannel';
import { amAdmin } from '@/state/entities/users';
import { isTeamAdmin } from '@/state/entities/teams';
import { useEntities } from '@/state/store';
import { closeDialog, openDialog, toast, toastError } from '@/state/ui';
import css from './dialogs.module.css';
import { Moderation } from './Moderation';

export function CreateChannelDialog() {
  const team = useEntities(currentTeam);
  const [name, setName] = useState('');
  const [purpose, setPurpose] = useState('');
  const [type, setType] = useState<'O' | 'P'>('O');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!team) return;
    setBusy(true);
    setError(null);
    try {
      // A name without Latin letters needs a URL name as well.
      const slug = slugify(name);
      const channel = await createChannel({ team_id: team.id, name: slug.length >= 2 ? slug : localId('channel'), display_name: name.trim(), type, purpose: purpose.trim() });
      await loadChannel(channel.id);
      closeDialog();
      navigateTo(`/${team.name}/channels/${channel.name}`);
    } catch (cause) {
      setError((cause as Error).message);
      setBusy(false);
    }
  };
  return (
    <Dialog title={t('createChannel.title')} description={t('createChannel.text')} closeLabel={t('action.close')} onClose={closeDialog} testId="create-channel-dialog">
      <form className={css.form} onSubmit={(e) => void submit(e)}>
        <TextField label={t('createChannel.name')} autoFocus required maxLength={64} placeholder={t('createChannel.placeholder')} icon={<Hash size={16} />} value={name} error={error} onChange={(e) => setName(e.target.value)} data-testid="channel-name" />
        <TextField label={t('createChannel.purpose')} maxLength={250} value={purpose} hint={t('createChannel.purposeHint')} onChange={(e) => setPurpose(e.target.value)} data-testid="channel-purpose" />
        <RadioCard name="type" checked={type === 'O'} title={t('createChannel.public')} hint={t('createChannel.publicHint')} onChoose={() => setType('O')} />
        <RadioCard name="type" checked={type === 'P'} title={t('createChannel.private')} hint={t('createChannel.privateHint')} onChoose={() => setType('P')} />
        <div className={css.buttons}>
          <Button onClick={() => openDialog({ kind: 'project' })} data-testid="from-template">{t('project.fromTemplate')}</Button>
          <Button onClick={closeDialog}>{t('action.cancel')}</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={name.trim().length < 1} data-testid="channel-submit">{t('createChannel.submit')}</Button>
        </div>
      </form>
    </Dialog>
  );
}

export function BrowseChannelsDialog() {
  const team = useEntities(currentTeam);
  const members = useEntities((s) => s.members);
  const [term, setTerm] = useState('');
  const [joining, setJoining] = useState('');
  const teamId = team?.id ?? '';
  const query = useQuery({
    queryKey: ['browse', teamId, term.trim()],
    queryFn: ({ signal }) => (term.trim() ? api.searchChannels(teamId, term.trim(), { signal }) : api.listPublic(teamId)),
    placeholderData: (old) => old,
    staleTime: 0,
  });
  const channels = (query.data ?? []).filter((c) => c.delete_at === 0 && c.type === 'O');
  const open = async (channel: (typeof channels)[number]) => {
    setJoining(channel.id);
    try {
      if (members[channel.id]) receiveChannel(channel);
      else await joinChannel(channel);
      closeDialog();
      navigateTo(`/${team?.name}/channels/${channel.name}`);
    } catch (error) {
      toastError(error);
      setJoining('');
    }
  };
  return (
    <Dialog title={t('browse.title')} closeLabel={t('action.close')} onClose={closeDialog} large testId="browse-channels-dialog">
      <TextField autoFocus icon={<Search size={16} />} value={term} placeholder={t('browse.find')} aria-label={t('browse.find')} onChange={(e) => setTerm(e.target.value)} data-testid="browse-input" />
      <div className={css.rows}>
        {query.isPending && [0, 1, 2, 3].map((i) => <div key={i} className={css.row}><Skeleton width="100%" height={36} /></div>)}
        {channels.map((channel) => (
          <button key={channel.id} type="button" className={css.row} disabled={joining !== ''} data-testid="browse-item" data-channel={channel.name} onClick={() => void open(channel)}>
            <Hash size={18} />
            <span className={css.rowText}><b>{channel.display_name}</b>{channel.purpose && <span>{channel.purpose}</span>}</span>
            <span className={css.joined}>{members[channel.id] ? t('browse.joined') : t('browse.join')}</span>
          </button>
        ))}
        {query.isSuccess && channels.length === 0 && (
          <EmptyState icon={<Hash size={26} />} title={t('browse.none')} text={t('browse.noneText')} action={<Button variant="primary" onClick={() => openDialog({ kind: 'create-channel' })}>{t('command.createChannel')}</Button>} />
        )}
      </div>
    </Dialog>
  );
}

export function ChannelDetailsDialog({ channelId }: { channelId: string }) {
  const channel = useEntities((s) => s.channels[channelId]);
  const admin = useEntities((s) => amAdmin(s) || isTeamAdmin(s, s.channels[channelId]?.team_id ?? '') || (s.members[channelId]?.scheme_admin ?? false));
  const isMember = useEntities((s) => s.members[channelId] !== undefined);
  const mayModerate = useMayInChannel(channelId, 'manage_channel_roles');
  const team = useEntities(currentTeam);
  const [name, setName] = useState(channel?.display_name ?? '');
  const [header, setHeader] = useState(channel?.header ?? '');
  const [purpose, setPurpose] = useState(channel?.purpose ?? '');
  const [busy, setBusy] = useState(false);
  if (!channel) return null;
  const group = channel.type === 'G';
  const save = async () => {
    setBusy(true);
    try {
      receiveChannel(await patchChannel(channelId, group ? { header } : { display_name: name.trim(), header, purpose }));
      toast(t('toast.saved'), 'success');
      closeDialog();
    } catch (error) {
      toastError(error);
      setBusy(false);
    }
  };
  const archive = async () => {
    try {
      await archiveChannel(channelId);
      closeDialog();
      navigateTo(`/${team?.name}`);
      toast(t('channel.archivedToast', { name: channel.display_name }), 'success');
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <Dialog title={t('channel.details')} closeLabel={t('action.close')} onClose={closeDialog} testId="channel-details-dialog">
      {!group && <TextField label={t('createChannel.name')} value={name} maxLength={64} onChange={(e) => setName(e.target.value)} />}
      <TextArea label={t('channel.header')} hint={t('channel.headerHint')} value={header} maxLength={1024} onChange={(e) => setHeader(e.target.value)} />
      {!group && <TextArea label={t('createChannel.purpose')} value={purpose} maxLength={250} onChange={(e) => setPurpose(e.target.value)} />}
      {mayModerate && (isMember || admin) && !group && channel.delete_at === 0 && <Moderation channelId={channelId} />}
      <div className={css.buttons}>
        {admin && !group && channel.name !== 'town-square' && <Button variant="ghost" onClick={() => void archive()} style={{ marginRight: 'auto' }}>{t('channel.archive')}</Button>}
        <Button onClick={closeDialog}>{t('action.cancel')}</Button>
        <Button variant="primary" busy={busy} onClick={() => void save()}>{t('action.save')}</Button>
      </div>
    </Dialog>
  );
}
