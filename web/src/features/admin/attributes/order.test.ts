// The order of fields.
import { describe, expect, it } from 'vitest';
import type { ProfileField } from '@/api/profileAttributes';
import { moved } from './order';

const field = (id: string, sort_order: number) => ({ id, attrs: { sort_order } }) as ProfileField;

describe('moving a field', () => {
  it('changes the two that trade places', () => {
    expect(moved([field('a', 0), field('b', 1), field('c', 2)], 2, -1)).toEqual([{ id: 'c', sort_order: 1 }, { id: 'b', sort_order: 2 }]);
  });
  it('numbers fields that had one number', () => {
    expect(moved([field('a', 0), field('b', 0), field('c', 0)], 0, 1)).toEqual([{ id: 'a', sort_order: 1 }, { id: 'c', sort_order: 2 }]);
  });
});
