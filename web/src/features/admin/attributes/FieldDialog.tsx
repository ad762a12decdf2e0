// A field that is added or changed.
import { Plus, X } from 'lucide-react';
import { useId, useState } from 'react';
import { createProfileField, patchProfileField, type FieldAttrs, type FieldOption, type FieldType, type ProfileField } from '@/api/profileAttributes';
import { Button, Checkbox, IconButton, TextField } from '@/design/controls';
import { Dialog } from '@/design/overlay';
import { t as tApp } from '@/i18n';
import { t, type AdminMessageKey } from '@/i18n/admin';
import { toastError } from '@/state/ui';
import css from './attributes.module.css';

interface FieldDialogProps {
  field?: ProfileField;
  position: number;
  onClose: () => void;
  onDone: () => void;
}

const types: FieldType[] = ['text', 'select', 'multiselect', 'date', 'user', 'multiuser'];
const textTypes: Array<[FieldAttrs['value_type'], AdminMessageKey]> = [['', 'attributes.textPlain'], ['email', 'attributes.textEmail'], ['url', 'attributes.textUrl'], ['phone', 'attributes.textPhone']];
const visibilities: Array<[FieldAttrs['visibility'], AdminMessageKey]> = [['when_set', 'attributes.whenSet'], ['always', 'attributes.always'], ['hidden', 'attributes.hiddenChoice']];

export function FieldDialog({ field, position, onClose, onDone }: FieldDialogProps) {
  const [name, setName] = useState(field?.name ?? '');
  const [type, setType] = useState<FieldType>(field?.type ?? 'text');
  const [valueType, setValueType] = useState(field?.attrs.value_type ?? '');
  const [visibility, setVisibility] = useState(field?.attrs.visibility ?? 'when_set');
  const [managed, setManaged] = useState(field?.attrs.managed ?? '');
  const [options, setOptions] = useState<FieldOption[]>(field?.attrs.options ?? []);
  const [busy, setBusy] = useState(false);
  const hasOptions = type === 'select' || type === 'multiselect';
  const named = options.filter((option) => option.name.trim() !== '');
  const isComplete = name.trim() !== '' && (!hasOptions || named.length > 0);
  const save = async () => {
    setBusy(true);
    const attrs = { visibility, managed, value_type: type === 'text' ? valueType : ('' as const), sort_order: position, options: hasOptions ? named : [] };
    try {
      await (field ? patchProfileField(field.id, { name, type, attrs }) : createProfileField({ name, type, attrs }));
      onDone();
    } catch (error) {
      toastError(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={field ? t('attributes.edit') : t('attributes.add')} closeLabel={tApp('action.close')} onClose={onClose} testId="field-dialog"
      footer={(
        <>
          <Button onClick={onClose}>{tApp('action.cancel')}</Button>
          <Button variant="primary" busy={busy} disabled={!isComplete} data-testid="field-save" onClick={() => void save()}>{tApp('action.save')}</Button>
        </>
      )}
    >
      <div className={css.form}>
        <TextField label={t('attributes.name')} maxLength={255} value={name} data-testid="field-name" onChange={(e) => setName(e.target.value)} />
        <Choice label={t('attributes.type')} value={type} testId="field-type" choices={types.map((id) => [id, t(`attributes.type.${id}`)])} onChange={(id) => setType(id as FieldType)} />
        {field && field.type !== type && <p className={css.warning} role="status">{t('attributes.typeWarning')}</p>}
        {type === 'text' && <Choice label={t('attributes.textType')} value={valueType} testId="field-text-type" choices={textTypes.map(([id, title]) => [id, t(title)])} onChange={(id) => setValueType(id as FieldAttrs['value_type'])} />}
        {hasOptions && <Options options={options} onChange={setOptions} />}
        <Choice label={t('attributes.visibility')} value={visibility} testId="field-visibility" choices={visibilities.map(([id, title]) => [id, t(title)])} onChange={(id) => setVisibility(id as FieldAttrs['visibility'])} />
        <Checkbox checked={managed === 'admin'} title={t('attributes.managedTitle')} hint={t('attributes.managedHint')} testId="field-managed" onChange={(on) => setManaged(on ? 'admin' : '')} />
      </div>
    </Dialog>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  choices: Array<[string, string]>;
  testId: string;
  onChange: (id: string) => void;
}

function Choice({ label, value, choices, testId, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div className={css.choice}>
      <label htmlFor={id}>{label}</label>
      <select id={id} className={css.select} value={value} data-testid={testId} onChange={(e) => onChange(e.target.value)}>
        {choices.map(([choice, title]) => <option key={choice} value={choice}>{title}</option>)}
      </select>
    </div>
  );
}

function Options({ options, onChange }: { options: FieldOption[]; onChange: (options: FieldOption[]) => void }) {
  return (
    <fieldset className={css.options}>
      <legend>{t('attributes.options')}</legend>
      {options.map((option, index) => (
        <div key={option.id || `new-${index}`} className={css.option}>
          <TextField aria-label={t('attributes.optionName')} maxLength={128} value={option.name} data-testid="field-option" onChange={(e) => onChange(options.with(index, { ...option, name: e.target.value }))} />
          <IconButton label={t('attributes.optionRemove')} data-testid="field-option-remove" onClick={() => onChange(options.toSpliced(index, 1))}><X size={16} /></IconButton>
        </div>
      ))}
      <div><Button size="small" data-testid="field-option-add" onClick={() => onChange([...options, { id: '', name: '', color: '' }])}><Plus size={14} />{t('attributes.optionAdd')}</Button></div>
    </fieldset>
  );
}
