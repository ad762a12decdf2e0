// Moving a field in the order of profiles.
import type { ProfileField } from '@/api/profileAttributes';

/** The fields whose position changes when the one at `index` moves up or down. */
export function moved(fields: ProfileField[], index: number, by: -1 | 1): Array<{ id: string; sort_order: number }> {
  const order = [...fields];
  const [field] = order.splice(index, 1);
  if (!field) return [];
  order.splice(index + by, 0, field);
  return order.map(({ id, attrs }, sort_order) => ({ id, sort_order, was: attrs.sort_order })).filter(({ sort_order, was }) => sort_order !== was).map(({ id, sort_order }) => ({ id, sort_order }));
}
