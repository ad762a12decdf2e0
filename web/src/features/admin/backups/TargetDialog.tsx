// The dialog in which a target is added or changed.
import { useId } from 'react';
import type { BackupTarget } from '@/api/backups';
import { TargetFields } from '@/backups/TargetFields';
import { useTargetForm } from '@/backups/useTargetForm';
import { Button } from '@/design/controls';
import { Dialog } from '@/design/overlay';
import { t as tApp } from '@/i18n';
import { t } from '@/i18n/admin';

interface TargetDialogProps {
  // Without it one is added.
  target?: BackupTarget;
  finalFocus?: () => HTMLElement | null;
  onClose: () => void;
  onDone: (saved: BackupTarget) => void;
}

export function TargetDialog({ target, finalFocus, onClose, onDone }: TargetDialogProps) {
  const form = useTargetForm(target, onDone);
  const formId = useId();
  return (
    <Dialog
      large title={target ? t('backups.editTitle', { name: target.name }) : t('backups.addTitle')} closeLabel={tApp('action.close')} onClose={onClose} finalFocus={finalFocus} testId="target-dialog"
      footer={(
        <>
          <Button onClick={onClose}>{tApp('action.cancel')}</Button>
          <Button type="submit" form={formId} variant="primary" busy={form.isBusy} data-testid="target-submit">{target ? t('backups.save') : t('backups.add')}</Button>
        </>
      )}
    >
      <form id={formId} noValidate onSubmit={form.submit}><TargetFields form={form} /></form>
    </Dialog>
  );
}
