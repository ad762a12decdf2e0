// The name of a scheme, and its deletion, which is confirmed.
import { useState } from 'react';
import { deleteScheme, patchScheme, type Scheme } from '@/api/schemes';
import { Button, TextField } from '@/design/controls';
import { t, type AdminMessageKey } from '@/i18n/admin';
import { toast, toastError } from '@/state/ui';
import { Card } from '../Page';
import rolesCss from '../roles/roles.module.css';

export function SchemeCard({ scheme, mayWrite, onChanged }: { scheme: Scheme; mayWrite: boolean; onChanged: () => void }) {
  const [name, setName] = useState(scheme.display_name);
  const [description, setDescription] = useState(scheme.description);
  const [isDeleting, setDeleting] = useState(false);
  const isChanged = name.trim() !== scheme.display_name || description !== scheme.description;
  const run = async (change: () => Promise<unknown>, done: AdminMessageKey) => {
    try {
      await change();
      toast(t(done), 'success');
      onChanged();
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <Card>
      <TextField label={t('schemes.name')} value={name} maxLength={128} disabled={!mayWrite} data-testid="scheme-name" onChange={(e) => setName(e.target.value)} />
      <TextField label={t('schemes.description')} value={description} maxLength={1024} disabled={!mayWrite} onChange={(e) => setDescription(e.target.value)} />
      {mayWrite && (
        <div className={rolesCss.foot}>
          {isDeleting && <p className={rolesCss.note}>{t('schemes.deleteText')}</p>}
          {isDeleting
            ? (
              <>
                <Button onClick={() => setDeleting(false)}>{t('schemes.keep')}</Button>
                <Button variant="primary" data-testid="scheme-delete-confirm" onClick={() => void run(() => deleteScheme(scheme.id), 'schemes.deleted')}>{t('schemes.delete')}</Button>
              </>
            )
            : <Button data-testid="scheme-delete" onClick={() => setDeleting(true)}>{t('schemes.delete')}</Button>}
          {!isDeleting && <Button variant="primary" disabled={!isChanged || name.trim() === ''} data-testid="scheme-save" onClick={() => void run(() => patchScheme(scheme.id, { display_name: name.trim(), description }), 'schemes.saved')}>{t('schemes.save')}</Button>}
        </div>
      )}
    </Card>
  );
}
