// What is entered in a dialog of an integration: what it begins with, whether it may be sent, and how it is sent.
import type { DialogElement, Entered } from '@/api/integrations';
import { t } from '@/i18n';
import { entriesOf } from '@/lib/choices';

export const isMultiple = (element: DialogElement) => element.type === 'checkbox_group' || (element.type === 'select' && element.multiselect === true);
// What people cannot fill in here keeps nobody from sending the rest.
export const isFillable = (element: DialogElement) => !['checkbox_matrix', 'file', 'action_button'].includes(element.type);

export function initialValues(elements: DialogElement[]): Entered {
  return Object.fromEntries(elements.filter(isFillable).map((element) => {
    const value = element.default ?? '';
    if (element.type === 'bool') return [element.name, value === 'true'];
    if (isMultiple(element)) return [element.name, value.split(',').map((one) => one.trim()).filter((one) => one !== '')];
    return [element.name, element.type === 'date' ? value.slice(0, 10) : value];
  }));
}

function problemOf(element: DialogElement, value: Entered[string] | undefined): string | undefined {
  const isEmpty = value === undefined || value === '' || value === false || (Array.isArray(value) && value.length === 0);
  if (isEmpty) return element.optional ? undefined : t('integration.missing');
  if (typeof value !== 'string') return undefined;
  const min = element.min_length ?? 0;
  if ((element.type === 'text' || element.type === 'textarea') && [...value].length < min) return t('integration.tooShort', { min });
  if (element.subtype === 'number' && !Number.isFinite(Number(value))) return t('integration.number');
  return undefined;
}

export function problems(elements: DialogElement[], entered: Entered): Record<string, string> {
  const found = elements.filter(isFillable).map((element) => [element.name, problemOf(element, entered[element.name])] as const);
  return Object.fromEntries(found.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
}

export function submissionOf(elements: DialogElement[], entered: Entered): Record<string, unknown> {
  return Object.fromEntries(elements.filter(isFillable).map((element) => {
    const value = entered[element.name];
    if (element.type === 'text' && element.subtype === 'number' && value !== '') return [element.name, Number(value)];
    if (element.type === 'datetime' && typeof value === 'string' && value !== '') {
      const time = new Date(value);
      return [element.name, Number.isNaN(time.getTime()) ? value : time.toISOString()];
    }
    return [element.name, value === '' ? null : value];
  }));
}

export const optionsOf = (element: DialogElement) => entriesOf(element.options);
