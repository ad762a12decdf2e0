// The fields of all profiles: added, changed, put in order, and deleted.
import { useQuery } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { getProfileFields, patchProfileField, type ProfileField } from '@/api/profileAttributes';
import { Button, IconButton } from '@/design/controls';
import { EmptyState, Skeleton, Tag } from '@/design/primitives';
import { t } from '@/i18n/admin';
import { toastError } from '@/state/ui';
import { Card, Page, PageError } from '../Page';
import css from './attributes.module.css';
import { DeleteFieldDialog } from './DeleteFieldDialog';
import { FieldDialog } from './FieldDialog';
import { moved } from './order';

// As in Mattermost.
const FIELDS_MAX = 20;

type OpenDialog = { kind: 'add' } | { kind: 'edit' | 'delete'; field: ProfileField };

export default function AttributesPage() {
  const query = useQuery({ queryKey: ['admin', 'profileFields'], queryFn: getProfileFields, staleTime: 0 });
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const [busy, setBusy] = useState(false);
  const fields = query.data ?? [];
  const done = () => {
    setDialog(null);
    void query.refetch();
  };
  const move = async (index: number, by: -1 | 1) => {
    setBusy(true);
    try {
      for (const { id, sort_order } of moved(fields, index, by)) await patchProfileField(id, { attrs: { sort_order } });
      await query.refetch();
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  };
  const add = <Button variant="primary" disabled={fields.length >= FIELDS_MAX} data-testid="field-add" onClick={() => setDialog({ kind: 'add' })}><Plus size={16} />{t('attributes.add')}</Button>;
  return (
    <Page title={t('attributes.title')} text={t('attributes.text')} actions={add}>
      {query.error && <PageError error={query.error} onRetry={() => void query.refetch()} />}
      {!query.data && !query.error && <Skeleton width="100%" height={200} />}
      {query.data && fields.length === 0 && <EmptyState title={t('attributes.none')} text={t('attributes.noneText')} />}
      {fields.length > 0 && (
        <Card>
          <ul className={css.list}>
            {fields.map((field, index) => (
              <li key={field.id} className={css.row} data-testid="field-row" data-name={field.name}>
                <div className={css.name}>
                  <b>{field.name}</b>
                  <span>{t(`attributes.type.${field.type}`)}{field.attrs.options && `: ${field.attrs.options.map(({ name }) => name).join(', ')}`}</span>
                </div>
                {field.attrs.managed === 'admin' && <Tag>{t('attributes.managed')}</Tag>}
                {field.attrs.visibility === 'hidden' && <Tag>{t('attributes.hidden')}</Tag>}
                <div className={css.actions}>
                  <IconButton label={t('attributes.up')} disabled={busy || index === 0} data-testid="field-up" onClick={() => void move(index, -1)}><ArrowUp size={16} /></IconButton>
                  <IconButton label={t('attributes.down')} disabled={busy || index === fields.length - 1} data-testid="field-down" onClick={() => void move(index, 1)}><ArrowDown size={16} /></IconButton>
                  <IconButton label={t('attributes.edit')} data-testid="field-edit" onClick={() => setDialog({ kind: 'edit', field })}><Pencil size={16} /></IconButton>
                  <IconButton label={t('attributes.delete')} data-testid="field-delete" onClick={() => setDialog({ kind: 'delete', field })}><Trash2 size={16} /></IconButton>
                </div>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {dialog?.kind === 'add' && <FieldDialog position={(fields.at(-1)?.attrs.sort_order ?? -1) + 1} onClose={() => setDialog(null)} onDone={done} />}
      {dialog?.kind === 'edit' && <FieldDialog field={dialog.field} position={dialog.field.attrs.sort_order} onClose={() => setDialog(null)} onDone={done} />}
      {dialog?.kind === 'delete' && <DeleteFieldDialog field={dialog.field} onClose={() => setDialog(null)} onDone={done} />}
    </Page>
  );
}
