// The question before a target is removed.
import { useState } from 'react';
import { removeBackupTarget, type BackupTarget } from '@/api/backups';
import { Button } from '@/design/controls';
import { Dialog } from '@/design/overlay';
import { t as tApp } from '@/i18n';
import { t } from '@/i18n/admin';
import { toastError } from '@/state/ui';

interface RemoveTargetDialogProps {
  target: BackupTarget;
  finalFocus: () => HTMLElement | null;
  onClose: () => void;
  onDone: () => void;
}

export function RemoveTargetDialog({ target, finalFocus, onClose, onDone }: RemoveTargetDialogProps) {
  const [isBusy, setBusy] = useState(false);
  const remove = () => {
    setBusy(true);
    removeBackupTarget(target.id).then(onDone, (error: unknown) => {
      toastError(error);
      setBusy(false);
    });
  };
  return (
    <Dialog
      title={t('backups.removeTitle', { name: target.name })} closeLabel={tApp('action.close')} onClose={onClose} finalFocus={finalFocus} testId="remove-target-dialog"
      footer={(
        <>
          <Button autoFocus onClick={onClose}>{tApp('action.cancel')}</Button>
          <Button variant="danger" busy={isBusy} data-testid="remove-target-confirm" onClick={remove}>{t('backups.removeConfirm')}</Button>
        </>
      )}
    >
      <p>{t('backups.removeText', { location: target.location })}</p>
    </Dialog>
  );
}
