import { describe, expect, it } from 'vitest';
import type { DialogElement } from '@/api/integrations';
import { initialValues, problems, submissionOf } from './integrationForm';

const element = (name: string, more: Partial<DialogElement>): DialogElement => ({ name, display_name: name, type: 'text', ...more });

describe('dialogs of integrations', () => {
  const elements = [
    element('title', { min_length: 3 }),
    element('count', { subtype: 'number', optional: true }),
    element('sure', { type: 'bool', default: 'true' }),
    element('parts', { type: 'select', multiselect: true, default: 'a, b', options: [{ text: 'A', value: 'a' }, { text: 'B', value: 'b' }] }),
    element('day', { type: 'date', default: '2026-01-31T10:00:00Z' }),
    element('grid', { type: 'checkbox_matrix' }),
  ];

  it('begin with the defaults', () => {
    expect(initialValues(elements)).toEqual({ title: '', count: '', sure: true, parts: ['a', 'b'], day: '2026-01-31' });
  });

  it('say what is missing', () => {
    const entered = initialValues(elements);
    expect(Object.keys(problems(elements, entered))).toEqual(['title']);
    expect(Object.keys(problems(elements, { ...entered, title: 'ab', count: 'x', sure: false, parts: [] }))).toEqual(['title', 'count', 'sure', 'parts']);
    expect(problems(elements, { ...entered, title: 'abc', count: '3' })).toEqual({});
  });

  it('send numbers as numbers and nothing as null', () => {
    const entered = { ...initialValues(elements), title: 'abc', count: '3' };
    expect(submissionOf(elements, entered)).toEqual({ title: 'abc', count: 3, sure: true, parts: ['a', 'b'], day: '2026-01-31' });
    expect(submissionOf(elements, { ...entered, count: '' }).count).toBeNull();
  });
});
