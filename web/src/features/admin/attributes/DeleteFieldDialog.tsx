// The question before a field is deleted with what people entered.
import { useState } from 'react';
import { deleteProfileField, type ProfileField } from '@/api/profileAttributes';
import { Button } from '@/design/controls';
import { Dialog } from '@/design/overlay';
import { t as tApp } from '@/i18n';
import { t } from '@/i18n/admin';
import { toastError } from '@/state/ui';

export function DeleteFieldDialog({ field, onClose, onDone }: { field: ProfileField; onClose: () => void; onDone: () => void }) {
  const [isBusy, setBusy] = useState(false);
  const remove = () => {
    setBusy(true);
    deleteProfileField(field.id).then(onDone, (error: unknown) => {
      toastError(error);
      setBusy(false);
    });
  };
  return (
    <Dialog
      title={t('attributes.deleteTitle', { name: field.name })} closeLabel={tApp('action.close')} onClose={onClose} testId="field-delete-dialog"
      footer={(
        <>
          <Button autoFocus onClick={onClose}>{tApp('action.cancel')}</Button>
          <Button variant="danger" busy={isBusy} data-testid="field-delete-confirm" onClick={remove}>{t('attributes.delete')}</Button>
        </>
      )}
    >
      <p>{t('attributes.deleteText')}</p>
    </Dialog>
  );
}
