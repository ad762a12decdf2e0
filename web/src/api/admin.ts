// What the system console reads.
import { get } from './core';

// Counts by name: `GET /analytics/old`.
export async function getAnalytics(name: 'standard' | 'extra_counts'): Promise<Record<string, number>> {
  const rows = await get<Array<{ name: string; value: number }>>('/analytics/old', { name });
  return Object.fromEntries(rows.map((row) => [row.name, row.value]));
}

export const getStorageUsage = () => get<{ bytes: number }>('/usage/storage');

export type SeriesRange = 'day' | 'month';

// Figures that are never missing, and durations, which are null where there was no request.
type CountedFigure =
  | 'requests_per_second' | 'posts_per_minute' | 'users_online' | 'connections' | 'cpu_percent' | 'memory_bytes'
  | 'disk_used_bytes' | 'disk_free_bytes' | 'database_bytes' | 'queue_length' | 'failed_deliveries';
type DurationFigure = 'request_p50_ms' | 'request_p95_ms' | 'request_p99_ms';
export type SeriesFigure = CountedFigure | DurationFigure;

// By the last thirty days; `unknown` while fewer than three are known.
export type DiskForecast = 'unknown' | 'not_filling' | 'filling';

// The values of one node: lists of the same length, the oldest first.
export type NodeSeries = { node_id: string; time: number[]; disk_forecast: DiskForecast; disk_full_at: number } & Record<CountedFigure, number[]> & Record<DurationFigure, Array<number | null>>;

export interface StatisticsSeries {
  interval_ms: number;
  since: number;
  until: number;
  // 0 before there is any value.
  collecting_since: number;
  // The node that answers.
  node_id: string;
  nodes: NodeSeries[];
}

export const getStatisticsSeries = (range: SeriesRange) => get<StatisticsSeries>('/system/statistics/series', { range });
