// A new project from a template of the team: its channels, people, guest link and invitations in one request.
import { useQuery } from '@tanstack/react-query';
import { FolderPlus, Settings2 } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { archiveProject, createProject, getTemplates, type ChannelTemplate, type CreatedProject, type Project } from '@/api/projects';
import { loadChannel } from '@/data/channels';
import { currentTeam } from '@/data/screen';
import { Button, Checkbox, RadioCard, TextArea, TextField } from '@/design/controls';
import { Dialog } from '@/design/overlay';
import { EmptyState, Skeleton } from '@/design/primitives';
import { t, tn } from '@/i18n';
import { localId } from '@/lib/ids';
import { navigateTo } from '@/lib/navigate';
import { isTeamAdmin } from '@/state/entities/teams';
import { amAdmin } from '@/state/entities/users';
import { useEntities } from '@/state/store';
import { closeDialog, openDialog, toast, toastError } from '@/state/ui';
import css from './dialogs.module.css';
import { NewGuestLink } from './NewGuestLink';

export function ProjectDialog() {
  const team = useEntities(currentTeam);
  const teamId = team?.id ?? '';
  const isAdmin = useEntities((s) => isTeamAdmin(s, teamId) || amAdmin(s));
  const templates = useQuery({ queryKey: ['channel templates', teamId], queryFn: () => getTemplates(teamId), staleTime: 0 });
  const [created, setCreated] = useState<CreatedProject | null>(null);
  const edit = () => openDialog({ kind: 'channel-templates' });
  return (
    <Dialog title={t('project.title')} description={t('project.text')} closeLabel={t('action.close')} onClose={closeDialog} testId="project-dialog">
      {templates.isPending && <Skeleton width="100%" height={120} />}
      {created && <CreatedView created={created} teamName={team?.name ?? ''} />}
      {!created && templates.data && templates.data.length > 0 && <ProjectForm templates={templates.data} onCreated={setCreated} />}
      {templates.data?.length === 0 && <EmptyState icon={<FolderPlus size={26} />} title={t('project.noTemplates')} text={t(isAdmin ? 'project.noTemplatesAdmin' : 'project.noTemplatesText')} />}
      {!created && isAdmin && <div className={css.buttons}><Button size="small" onClick={edit} data-testid="edit-templates"><Settings2 size={15} />{t('template.title')}</Button></div>}
    </Dialog>
  );
}

function ProjectForm({ templates, onCreated }: { templates: ChannelTemplate[]; onCreated: (created: CreatedProject) => void }) {
  const [templateId, setTemplateId] = useState(templates[0]?.id ?? '');
  const [name, setName] = useState('');
  const [guests, setGuests] = useState('');
  const [withLink, setWithLink] = useState(true);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  // A request that is repeated after a lost answer makes nothing twice.
  const [pendingId] = useState(() => localId('project'));
  const template = templates.find((one) => one.id === templateId);
  if (!template) return null;
  const channels = template.channels.map((channel) => channel.display_name.replaceAll('{project}', name.trim() || '…')).join(', ');

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const addresses = guests.split(/[\s,;]+/).filter(Boolean);
      const created = await createProject(template.id, { project: name.trim(), guests: addresses, with_guest_link: withLink, pending_id: pendingId });
      await Promise.all(created.project.channels.map((channel) => loadChannel(channel.id)));
      onCreated(created);
    } catch (cause) {
      setError((cause as Error).message);
      setBusy(false);
    }
  };
  return (
    <form className={css.form} onSubmit={(e) => void submit(e)}>
      {templates.length > 1 && templates.map((one) => (
        <RadioCard key={one.id} name="template" checked={one.id === templateId} title={one.name} hint={one.description} onChoose={() => setTemplateId(one.id)} />
      ))}
      <TextField label={t('project.name')} autoFocus required maxLength={64} value={name} error={error} hint={t('project.makes', { channels })} onChange={(e) => setName(e.target.value)} data-testid="project-name" />
      {template.channels.some((channel) => channel.for_guests) && (
        <TextArea label={t('project.guests')} hint={t('project.guestsHint')} rows={2} value={guests} onChange={(e) => setGuests(e.target.value)} data-testid="project-guests" />
      )}
      {template.guest_link && <Checkbox checked={withLink} title={t('project.withLink')} hint={t('project.withLinkHint')} testId="project-with-link" onChange={setWithLink} />}
      <div className={css.buttons}>
        <Button onClick={closeDialog}>{t('action.cancel')}</Button>
        <Button type="submit" variant="primary" busy={busy} disabled={name.trim() === ''} data-testid="project-submit">{t('project.submit')}</Button>
      </div>
    </form>
  );
}

function CreatedView({ created, teamName }: { created: CreatedProject; teamName: string }) {
  const open = () => {
    closeDialog();
    navigateTo(`/${teamName}/channels/${created.project.channels[0]?.name ?? ''}`);
  };
  return (
    <div className={css.form} data-testid="project-created">
      <p>{t('project.made', { channels: created.project.channels.map((channel) => channel.display_name).join(', ') })}</p>
      {created.invited.length > 0 && <p className={css.note}>{t('project.invited', { addresses: created.invited.join(', ') })}</p>}
      {created.skipped_members.length > 0 && <p className={css.note}>{tn('project.skipped', created.skipped_members.length)}</p>}
      {created.guest_link && <NewGuestLink created={created.guest_link} />}
      <div className={css.buttons}><Button variant="primary" onClick={open} data-testid="project-open">{t('project.open')}</Button></div>
    </div>
  );
}

export function ArchiveProjectDialog({ project }: { project: Project }) {
  const [busy, setBusy] = useState(false);
  const archive = async () => {
    setBusy(true);
    try {
      const archived = await archiveProject(project.id);
      await Promise.all(archived.channels.map((channel) => loadChannel(channel.id)));
      const left = archived.guests_without_channel.length;
      toast(left > 0 ? tn('project.guestsLeft', left) : t('project.archived'), 'success');
      closeDialog();
    } catch (error) {
      toastError(error);
      setBusy(false);
    }
  };
  return (
    <Dialog title={t('project.archiveTitle', { project: project.name })} description={t('project.archiveText')} closeLabel={t('action.close')} onClose={closeDialog} testId="archive-project-dialog">
      <p>{project.channels.filter((channel) => channel.delete_at === 0).map((channel) => channel.display_name).join(', ')}</p>
      <div className={css.buttons}>
        <Button onClick={closeDialog}>{t('action.cancel')}</Button>
        <Button variant="danger" busy={busy} onClick={() => void archive()} data-testid="archive-project-confirm">{t('project.archive')}</Button>
      </div>
    </Dialog>
  );
}
