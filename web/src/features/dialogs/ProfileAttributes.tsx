// The custom attributes in a profile.
import { useEffect, type ReactNode } from 'react';
import type { ProfileField } from '@/api/profileAttributes';
import { requestUsers } from '@/data/users';
import { t } from '@/i18n';
import { displayName } from '@/state/entities/users';
import { useEntities } from '@/state/store';
import css from './attributes.module.css';
import { useProfileAttributes, webAddress } from './profileFields';

export function ProfileAttributes({ userId }: { userId: string }) {
  const { fields, values } = useProfileAttributes(userId);
  if (!values) return null;
  const isSet = (field: ProfileField) => (values[field.id] ?? '').length > 0;
  const shown = fields.filter((field) => field.attrs.visibility === 'always' || (field.attrs.visibility === 'when_set' && isSet(field)));
  if (shown.length === 0) return null;
  return (
    <dl className={css.list} data-testid="profile-attributes">
      {shown.map((field) => (
        <div key={field.id} data-testid="profile-attribute">
          <dt>{field.name}</dt>
          <dd>{isSet(field) ? <Value field={field} value={values[field.id] ?? ''} /> : <span className={css.none}>{t('attributes.notSet')}</span>}</dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ field, value }: { field: ProfileField; value: string | string[] }): ReactNode {
  const list = Array.isArray(value) ? value : [value];
  const text = list[0] ?? '';
  switch (field.type) {
    case 'select':
    case 'multiselect':
      return <span className={css.options}>{list.map((id) => <OptionLabel key={id} field={field} id={id} />)}</span>;
    case 'user':
    case 'multiuser':
      return <People ids={list} />;
    case 'date':
      return new Date(`${text}T00:00`).toLocaleDateString(undefined, { dateStyle: 'long' });
    case 'text':
      if (field.attrs.value_type === 'email') return <a href={`mailto:${text}`}>{text}</a>;
      if (field.attrs.value_type === 'phone') return <a href={`tel:${text.replace(/[^\d+*#]/g, '')}`}>{text}</a>;
      if (field.attrs.value_type === 'url') return <a href={webAddress(text)} target="_blank" rel="noreferrer">{text}</a>;
      return text;
  }
}

function OptionLabel({ field, id }: { field: ProfileField; id: string }) {
  const option = field.attrs.options?.find((candidate) => candidate.id === id);
  return option ? <span className={css.option}>{option.name}</span> : null;
}

function People({ ids }: { ids: string[] }) {
  const users = useEntities((s) => s.users);
  useEffect(() => requestUsers(ids), [ids]);
  return ids.map((id) => users[id]).filter((user) => user !== undefined).map((user) => displayName(user)).join(', ');
}
