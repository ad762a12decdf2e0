// What the system console reads.
import { get } from './core';

// Counts by name: `GET /analytics/old`.
export async function getAnalytics(name: 'standard' | 'extra_counts'): Promise<Record<string, number>> {
  const rows = await get<Array<{ name: string; value: number }>>('/analytics/old', { name });
  return Object.fromEntries(rows.map((row) => [row.name, row.value]));
}

export const getStorageUsage = () => get<{ bytes: number }>('/usage/storage');
