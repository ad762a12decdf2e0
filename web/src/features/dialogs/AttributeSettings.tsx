// One's own custom attributes, in the settings.
import { useEffect, useId, useMemo, useState } from 'react';
import { patchOwnValues, type FieldValues, type ProfileField } from '@/api/profileAttributes';
import { currentTeam } from '@/data/screen';
import { requestUsers } from '@/data/users';
import { Button, Checkbox, TextField } from '@/design/controls';
import { t } from '@/i18n';
import { useEntities } from '@/state/store';
import { toast, toastError } from '@/state/ui';
import css from './attributes.module.css';
import dialogs from './dialogs.module.css';
import { PeoplePicker } from './PeoplePicker';
import { useProfileAttributes } from './profileFields';

const TEXT_CHARS_MAX = 64;
const ADDRESS_CHARS_MAX = 255;

export function AttributeSettings({ userId }: { userId: string }) {
  const { fields, values } = useProfileAttributes(userId);
  const [changed, setChanged] = useState<FieldValues>({});
  const [busy, setBusy] = useState(false);
  if (!values || fields.length === 0) return null;
  const save = async () => {
    setBusy(true);
    try {
      await patchOwnValues(changed);
      setChanged({});
      toast(t('toast.saved'), 'success');
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  };
  const isChanged = Object.keys(changed).length > 0;
  return (
    <section className={css.settings} data-testid="attribute-settings">
      <p className={dialogs.subhead}>{t('attributes.title')}</p>
      {fields.map((field) => (
        <FieldEditor key={field.id} field={field} value={changed[field.id] ?? values[field.id] ?? ''} onChange={(value) => setChanged({ ...changed, [field.id]: value })} />
      ))}
      <div className={dialogs.buttons}><Button variant="primary" busy={busy} disabled={!isChanged} data-testid="attributes-save" onClick={() => void save()}>{t('attributes.save')}</Button></div>
    </section>
  );
}

interface EditorProps {
  field: ProfileField;
  value: string | string[];
  onChange: (value: string | string[]) => void;
}

function FieldEditor(props: EditorProps) {
  const { field, value, onChange } = props;
  if (field.attrs.managed === 'admin') return <p className={css.managed}><b>{field.name}</b> {t('attributes.managed')}</p>;
  if (field.type === 'select') return <SelectEditor {...props} />;
  if (field.type === 'multiselect') return <MultiselectEditor {...props} />;
  if (field.type === 'user' || field.type === 'multiuser') return <PeopleEditor {...props} />;
  const type = field.type === 'date' ? 'date' : { '': 'text', email: 'email', phone: 'tel', url: 'text' }[field.attrs.value_type];
  const max = field.attrs.value_type === 'email' || field.attrs.value_type === 'url' ? ADDRESS_CHARS_MAX : TEXT_CHARS_MAX;
  return <TextField label={field.name} type={type} maxLength={max} value={String(value)} data-testid={`attribute-${field.name}`} onChange={(e) => onChange(e.target.value)} />;
}

function SelectEditor({ field, value, onChange }: EditorProps) {
  const id = useId();
  return (
    <div className={css.field}>
      <label htmlFor={id}>{field.name}</label>
      <select id={id} className={css.select} value={String(value)} data-testid={`attribute-${field.name}`} onChange={(e) => onChange(e.target.value)}>
        <option value="">{t('attributes.notSet')}</option>
        {field.attrs.options?.map((option) => <option key={option.id} value={option.id}>{option.name}</option>)}
      </select>
    </div>
  );
}

function MultiselectEditor({ field, value, onChange }: EditorProps) {
  const chosen = Array.isArray(value) ? value : [];
  const toggle = (id: string, on: boolean) => onChange(on ? [...chosen, id] : chosen.filter((other) => other !== id));
  return (
    <fieldset className={css.field}>
      <legend>{field.name}</legend>
      {field.attrs.options?.map((option) => (
        <Checkbox key={option.id} title={option.name} checked={chosen.includes(option.id)} testId={`attribute-${field.name}-${option.name}`} onChange={(on) => toggle(option.id, on)} />
      ))}
    </fieldset>
  );
}

function PeopleEditor({ field, value, onChange }: EditorProps) {
  const ids = useMemo(() => (Array.isArray(value) ? value : [value]).filter((id) => id !== ''), [value]);
  const users = useEntities((s) => s.users);
  const team = useEntities(currentTeam);
  useEffect(() => requestUsers(ids), [ids]);
  const selected = ids.map((id) => users[id]).filter((user) => user !== undefined);
  return (
    <fieldset className={css.field}>
      <legend>{field.name}</legend>
      <PeoplePicker
        teamId={team?.id ?? ''} allTeams selected={selected} onSubmit={() => undefined}
        onChange={(people) => onChange(field.type === 'multiuser' ? people.map(({ id }) => id) : (people.at(-1)?.id ?? ''))}
      />
    </fieldset>
  );
}
