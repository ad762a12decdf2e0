// The targets of backups: what has happened there, and what can be done with them.
import { DatabaseBackup, Plus } from 'lucide-react';
import { useEffect, useRef, useState, type RefObject } from 'react';
import type { BackupTarget } from '@/api/backups';
import { describeAdded } from '@/backups/words';
import { Button } from '@/design/controls';
import { EmptyState, Skeleton } from '@/design/primitives';
import { t } from '@/i18n/admin';
import { toast } from '@/state/ui';
import { Page, PageError } from '../Page';
import { activeJobOf, missingFiles } from './backupJobs';
import css from './backups.module.css';
import { PausedNotice } from './PausedNotice';
import { RemoveTargetDialog } from './RemoveTargetDialog';
import { TargetCard } from './TargetCard';
import { TargetDialog } from './TargetDialog';
import { useBackups } from './useBackups';

type OpenDialog = { kind: 'add' } | { kind: 'edit' | 'remove'; target: BackupTarget };

export default function BackupsPage() {
  const { targets, jobs, pause, error, start, cancel, runNow, resume, refresh, retry } = useBackups();
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const addButton = useRef<HTMLButtonElement>(null);
  useFocusOfMoved(addButton, targets && targets.length === 0);
  // What opened the dialog may be gone.
  const focusAdd = () => addButton.current;
  const close = () => setDialog(null);
  const done = (text: string) => {
    close();
    toast(text, 'success');
    void refresh();
  };
  if (error && !targets) return <Page title={t('backups.title')}><PageError error={error} onRetry={retry} /></Page>;
  const add = <Button ref={addButton} variant="primary" data-testid="add-target" onClick={() => setDialog({ kind: 'add' })}><Plus size={16} />{t('backups.add')}</Button>;
  return (
    <Page title={t('backups.title')} text={t('backups.text')} actions={targets && targets.length > 0 && add}>
      {pause && targets && targets.length > 0 && <PausedNotice pause={pause} isBusy={resume.isPending} onResume={() => resume.mutate()} />}
      {!targets && <Skeleton width="100%" height={220} />}
      {targets?.length === 0 && <div className={css.empty}><EmptyState icon={<DatabaseBackup size={28} />} title={t('backups.empty')} text={t('backups.emptyText')} action={add} /></div>}
      {targets && targets.length > 0 && (
        <ul className={css.targets}>
          {targets.map((target) => (
            <TargetCard
              key={target.id} target={target} isPaused={pause !== undefined} job={activeJobOf(jobs ?? [], target.id)} missingFiles={missingFiles(jobs ?? [], target.id)}
              onStart={(operation) => start.mutate({ target, operation })} onCancel={cancel.mutate} onRunNow={runNow.mutate}
              onEdit={() => setDialog({ kind: 'edit', target })} onRemove={() => setDialog({ kind: 'remove', target })}
            />
          ))}
        </ul>
      )}
      {dialog?.kind === 'add' && <TargetDialog finalFocus={focusAdd} onClose={close} onDone={(target) => done(describeAdded(target))} />}
      {dialog?.kind === 'edit' && <TargetDialog target={dialog.target} onClose={close} onDone={({ name }) => done(t('backups.saved', { name }))} />}
      {dialog?.kind === 'remove' && <RemoveTargetDialog target={dialog.target} finalFocus={focusAdd} onClose={close} onDone={() => done(t('backups.removed', { name: dialog.target.name }))} />}
    </Page>
  );
}

// The button is elsewhere when the first target is added or the last one removed, and keeps the focus that it had.
function useFocusOfMoved(button: RefObject<HTMLButtonElement | null>, place: boolean | undefined): void {
  const before = useRef(place);
  useEffect(() => {
    const isMoved = before.current !== undefined && before.current !== place;
    before.current = place;
    if (isMoved && document.activeElement === document.body) button.current?.focus();
  }, [button, place]);
}
