// Custom profile attributes: the fields of all profiles, and what people enter into them.
import { del, get, patch, post } from './core';

export type FieldType = 'text' | 'select' | 'multiselect' | 'date' | 'user' | 'multiuser';

export interface FieldOption {
  // Empty for a new one.
  id: string;
  name: string;
  color: string;
}

export interface FieldAttrs {
  visibility: 'hidden' | 'when_set' | 'always';
  sort_order: number;
  options: FieldOption[] | null;
  value_type: '' | 'email' | 'url' | 'phone';
  managed: '' | 'admin';
}

export interface ProfileField {
  id: string;
  name: string;
  type: FieldType;
  attrs: FieldAttrs;
}

export interface FieldChange {
  name?: string;
  type?: FieldType;
  attrs?: Partial<FieldAttrs>;
}

// By the id of the field; several for multiselect and multiuser.
export type FieldValues = Record<string, string | string[]>;

const FIELDS = '/custom_profile_attributes/fields';

export const getProfileFields = () => get<ProfileField[]>(FIELDS);
export const createProfileField = (field: FieldChange) => post<ProfileField>(FIELDS, field);
export const patchProfileField = (id: string, change: FieldChange) => patch<ProfileField>(`${FIELDS}/${id}`, change);
export const deleteProfileField = (id: string) => del<unknown>(`${FIELDS}/${id}`);
export const getProfileValues = (userId: string) => get<FieldValues>(`/users/${userId}/custom_profile_attributes`);
export const patchOwnValues = (values: FieldValues) => patch<FieldValues>('/custom_profile_attributes/values', values);
