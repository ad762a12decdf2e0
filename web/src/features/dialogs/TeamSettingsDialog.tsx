// A team's name, description, and whether anyone may join it.
import { useState } from 'react';
import { patchTeam } from '@/api/teams';
import { Button, Checkbox, TextArea, TextField } from '@/design/controls';
import { Dialog } from '@/design/overlay';
import { t } from '@/i18n';
import { receiveTeams } from '@/state/entities/teams';
import { apply, useEntities } from '@/state/store';
import { closeDialog, toast, toastError } from '@/state/ui';
import css from './dialogs.module.css';

export function TeamSettingsDialog({ teamId }: { teamId: string }) {
  const team = useEntities((s) => s.teams[teamId]);
  const [name, setName] = useState(team?.display_name ?? '');
  const [description, setDescription] = useState(team?.description ?? '');
  const [open, setOpen] = useState(team?.allow_open_invite ?? false);
  const [busy, setBusy] = useState(false);
  if (!team) return null;
  const save = async () => {
    setBusy(true);
    try {
      const changed = await patchTeam(teamId, { display_name: name.trim(), description: description.trim(), allow_open_invite: open });
      apply((s) => receiveTeams(s, [changed]));
      toast(t('toast.saved'), 'success');
      closeDialog();
    } catch (error) {
      toastError(error);
      setBusy(false);
    }
  };
  return (
    <Dialog title={t('teamSettings.title')} closeLabel={t('action.close')} onClose={closeDialog} testId="team-settings-dialog">
      <TextField label={t('team.name')} value={name} maxLength={64} onChange={(e) => setName(e.target.value)} />
      <TextArea label={t('teamSettings.description')} value={description} maxLength={255} onChange={(e) => setDescription(e.target.value)} />
      <Checkbox checked={open} title={t('team.open')} hint={t('team.openHint')} onChange={setOpen} />
      <div className={css.buttons}>
        <Button onClick={closeDialog}>{t('action.cancel')}</Button>
        <Button variant="primary" busy={busy} disabled={name.trim().length < 2} onClick={() => void save()} data-testid="team-settings-save">{t('action.save')}</Button>
      </div>
    </Dialog>
  );
}
