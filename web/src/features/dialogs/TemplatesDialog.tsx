// The channel templates of a team: a list, and a form for one of them.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { LayoutTemplate, Plus, Trash2, Users } from 'lucide-react';
import { useEffect, useState, type FormEvent } from 'react';
import { listGroups } from '@/api/groups';
import { createTemplate, deleteTemplate, getTemplates, updateTemplate, type ChannelTemplate, type NewChannelTemplate, type TemplateChannel } from '@/api/projects';
import { currentTeam } from '@/data/screen';
import { requestUsers } from '@/data/users';
import { Button, Checkbox, IconButton, TextArea, TextField } from '@/design/controls';
import { Dialog } from '@/design/overlay';
import { EmptyState } from '@/design/primitives';
import { t, tn } from '@/i18n';
import { useEntities } from '@/state/store';
import { closeDialog, toast, toastError } from '@/state/ui';
import css from './dialogs.module.css';
import { PeoplePicker } from './PeoplePicker';

const PLACEHOLDER = '{project}';
const CHANNELS_MAX = 10;
const newChannel = (display_name: string, for_guests: boolean): TemplateChannel => ({ display_name, purpose: '', header: '', type: 'P', for_guests, message: '' });
const newTemplate = (): NewChannelTemplate => ({
  name: '', description: '', category: '', member_ids: [], group_ids: [], channels: [newChannel(PLACEHOLDER, true)],
  guest_link: { channel: 0, max_people: 5, days: 7, takes_code: false },
});

export function TemplatesDialog() {
  const teamId = useEntities(currentTeam)?.id ?? '';
  const client = useQueryClient();
  const templates = useQuery({ queryKey: ['channel templates', teamId], queryFn: () => getTemplates(teamId), staleTime: 0 });
  const [edited, setEdited] = useState<ChannelTemplate | 'new' | null>(null);
  const reload = () => client.invalidateQueries({ queryKey: ['channel templates', teamId] });
  const remove = (id: string) => void deleteTemplate(id).then(reload, toastError);
  const onSaved = () => {
    void reload();
    toast(t('toast.saved'), 'success');
    setEdited(null);
  };
  return (
    <Dialog title={t('template.title')} description={t('template.text')} closeLabel={t('action.close')} onClose={closeDialog} large testId="templates-dialog">
      {edited ? <TemplateForm teamId={teamId} edited={edited} onSaved={onSaved} onCancel={() => setEdited(null)} /> : (
        <>
          {templates.data?.length === 0 && <EmptyState icon={<LayoutTemplate size={26} />} title={t('project.noTemplates')} text={t('template.noneText')} />}
          <ul className={css.items} hidden={!templates.data?.length}>
            {templates.data?.map((template) => (
              <li key={template.id} className={css.item} data-testid="template-row">
                <button type="button" className={css.row} onClick={() => setEdited(template)} data-testid="template-edit">
                  <span className={css.rowText}><b>{template.name}</b><span>{template.channels.map((channel) => channel.display_name).join(', ')}</span></span>
                </button>
                <IconButton label={t('template.delete', { name: template.name })} onClick={() => remove(template.id)} data-testid="template-delete"><Trash2 size={16} /></IconButton>
              </li>
            ))}
          </ul>
          <div className={css.buttons}><Button variant="primary" onClick={() => setEdited('new')} data-testid="template-new"><Plus size={16} />{t('template.new')}</Button></div>
        </>
      )}
    </Dialog>
  );
}

function TemplateForm({ teamId, edited, onSaved, onCancel }: { teamId: string; edited: ChannelTemplate | 'new'; onSaved: () => void; onCancel: () => void }) {
  const [template, setTemplate] = useState<NewChannelTemplate>(() => (edited === 'new' ? newTemplate() : edited));
  const [busy, setBusy] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const hasGroups = useEntities((s) => s.config.EnableCustomGroups === 'true');
  const groups = useQuery({ queryKey: ['groups'], queryFn: () => listGroups(), enabled: hasGroups });
  const change = (changes: Partial<NewChannelTemplate>) => setTemplate((before) => ({ ...before, ...changes }));
  const changeChannel = (at: number, changes: Partial<TemplateChannel>) =>
    change({ channels: template.channels.map((channel, position) => (position === at ? { ...channel, ...changes } : channel)) });
  // The guest link is for the first channel for guests.
  const guestChannel = template.channels.findIndex((channel) => channel.for_guests);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    const { guest_link } = template;
    const body = { ...template, guest_link: guest_link && guestChannel >= 0 ? { ...guest_link, channel: guestChannel } : null };
    try {
      await (edited === 'new' ? createTemplate(teamId, body) : updateTemplate(edited.id, body));
      onSaved();
    } catch (cause) {
      setError((cause as Error).message);
      setBusy(false);
    }
  };
  const toggleGroup = (id: string, on: boolean) => change({ group_ids: on ? [...template.group_ids, id] : template.group_ids.filter((other) => other !== id) });
  if (choosing) return <People teamId={teamId} ids={template.member_ids} onChange={(member_ids) => change({ member_ids })} onDone={() => setChoosing(false)} />;
  return (
    <form className={css.form} onSubmit={(e) => void submit(e)} data-testid="template-form">
      <div className={css.pair}>
        <TextField label={t('template.name')} autoFocus required maxLength={64} value={template.name} error={error} onChange={(e) => change({ name: e.target.value })} data-testid="template-name" />
        <TextField label={t('template.category')} maxLength={64} value={template.category} hint={t('template.categoryHint')} onChange={(e) => change({ category: e.target.value })} data-testid="template-category" />
      </div>
      <TextField label={t('template.description')} maxLength={1024} value={template.description} onChange={(e) => change({ description: e.target.value })} />
      <p className={css.note}>{t('template.placeholder', { placeholder: PLACEHOLDER })}</p>
      {template.channels.map((channel, at) => (
        <fieldset key={at} className={css.group} data-testid="template-channel">
          <legend>{t('template.channel', { number: at + 1 })}</legend>
          <TextField label={t('createChannel.name')} required maxLength={64} value={channel.display_name} onChange={(e) => changeChannel(at, { display_name: e.target.value })} data-testid="template-channel-name" />
          <TextField label={t('template.header')} maxLength={1024} value={channel.header} onChange={(e) => changeChannel(at, { header: e.target.value })} />
          <TextField label={t('createChannel.purpose')} maxLength={250} value={channel.purpose} onChange={(e) => changeChannel(at, { purpose: e.target.value })} />
          <TextArea label={t('template.message')} rows={2} maxLength={4000} value={channel.message} onChange={(e) => changeChannel(at, { message: e.target.value })} data-testid="template-channel-message" />
          <Checkbox checked={channel.type === 'P'} title={t('createChannel.private')} onChange={(isPrivate) => changeChannel(at, { type: isPrivate ? 'P' : 'O' })} />
          <Checkbox checked={channel.for_guests} title={t('template.forGuests')} testId="template-channel-guests" onChange={(for_guests) => changeChannel(at, { for_guests })} />
          {template.channels.length > 1 && <div className={css.buttons}><Button size="small" onClick={() => change({ channels: template.channels.filter((_, position) => position !== at) })}>{t('template.removeChannel')}</Button></div>}
        </fieldset>
      ))}
      {template.channels.length < CHANNELS_MAX && <Button size="small" onClick={() => change({ channels: [...template.channels, newChannel(`${PLACEHOLDER} `, false)] })} data-testid="template-add-channel"><Plus size={15} />{t('template.addChannel')}</Button>}
      <div><Button size="small" onClick={() => setChoosing(true)} data-testid="template-people"><Users size={15} />{tn('template.people', template.member_ids.length)}</Button></div>
      {groups.data?.map((group) => <Checkbox key={group.id} checked={template.group_ids.includes(group.id)} title={group.display_name} hint={t('template.groupHint')} onChange={(on) => toggleGroup(group.id, on)} />)}
      {guestChannel >= 0 && <Checkbox checked={template.guest_link !== null} title={t('template.guestLink')} hint={t('template.guestLinkHint')} onChange={(on) => change({ guest_link: on ? newTemplate().guest_link : null })} />}
      {guestChannel >= 0 && template.guest_link && (
        <div className={css.pair}>
          <TextField label={t('guestLink.days')} type="number" min={1} max={366} required value={template.guest_link.days} onChange={(e) => change({ guest_link: template.guest_link && { ...template.guest_link, days: Number(e.target.value) } })} />
          <TextField label={t('guestLink.people')} type="number" min={1} max={1000} required value={template.guest_link.max_people} onChange={(e) => change({ guest_link: template.guest_link && { ...template.guest_link, max_people: Number(e.target.value) } })} />
        </div>
      )}
      <div className={css.buttons}>
        <Button onClick={onCancel}>{t('action.cancel')}</Button>
        <Button type="submit" variant="primary" busy={busy} data-testid="template-save">{t('action.save')}</Button>
      </div>
    </form>
  );
}

// Who is in every project. People who could not be loaded stay.
function People({ teamId, ids, onChange, onDone }: { teamId: string; ids: string[]; onChange: (ids: string[]) => void; onDone: () => void }) {
  const users = useEntities((s) => s.users);
  useEffect(() => requestUsers(ids), [ids]);
  const selected = ids.flatMap((id) => users[id] ?? []);
  const unknown = ids.filter((id) => !users[id]);
  return (
    <div className={css.form}>
      <PeoplePicker teamId={teamId} selected={selected} onChange={(chosen) => onChange([...unknown, ...chosen.map((user) => user.id)])} onSubmit={onDone} />
      <div className={css.buttons}><Button variant="primary" onClick={onDone} data-testid="template-people-done">{t('template.peopleDone')}</Button></div>
    </div>
  );
}
