// The charts of the page, and how their values are written.
import type { NodeSeries, SeriesFigure } from '@/api/admin';
import type { AdminMessageKey } from '@/i18n/admin';
import { t, tn } from '@/i18n/admin';
import { formatBytes } from '@/lib/text';
import { formatDate } from '@/lib/time';

export type Unit = 'number' | 'bytes' | 'milliseconds' | 'percent';

interface ChartLine {
  figure: SeriesFigure;
  label: AdminMessageKey;
}

export interface ChartDescription {
  id: string;
  title: AdminMessageKey;
  hint: AdminMessageKey;
  unit: Unit;
  lines: ChartLine[];
  // The index of the line whose last value stands beside the title, and which each node has where all nodes are shown.
  main?: number;
}

interface ChartGroup {
  title: AdminMessageKey;
  charts: ChartDescription[];
}

export const chartGroups: ChartGroup[] = [
  {
    title: 'monitoring.people',
    charts: [
      { id: 'online', title: 'monitoring.online', hint: 'monitoring.onlineHint', unit: 'number', lines: [{ figure: 'users_online', label: 'monitoring.online' }, { figure: 'connections', label: 'monitoring.connections' }] },
      { id: 'posts', title: 'monitoring.posts', hint: 'monitoring.postsHint', unit: 'number', lines: [{ figure: 'posts_per_minute', label: 'monitoring.posts' }] },
    ],
  },
  {
    title: 'monitoring.speed',
    charts: [
      { id: 'duration', title: 'monitoring.duration', hint: 'monitoring.durationHint', unit: 'milliseconds', main: 1, lines: [{ figure: 'request_p50_ms', label: 'monitoring.p50' }, { figure: 'request_p95_ms', label: 'monitoring.p95' }, { figure: 'request_p99_ms', label: 'monitoring.p99' }] },
      { id: 'requests', title: 'monitoring.requests', hint: 'monitoring.requestsHint', unit: 'number', lines: [{ figure: 'requests_per_second', label: 'monitoring.requests' }] },
    ],
  },
  {
    title: 'monitoring.machine',
    charts: [
      { id: 'cpu', title: 'monitoring.cpu', hint: 'monitoring.cpuHint', unit: 'percent', lines: [{ figure: 'cpu_percent', label: 'monitoring.cpu' }] },
      { id: 'memory', title: 'monitoring.memory', hint: 'monitoring.memoryHint', unit: 'bytes', lines: [{ figure: 'memory_bytes', label: 'monitoring.memory' }] },
      { id: 'disk', title: 'monitoring.disk', hint: 'monitoring.diskHint', unit: 'bytes', lines: [{ figure: 'disk_free_bytes', label: 'monitoring.diskFree' }, { figure: 'disk_used_bytes', label: 'monitoring.diskUsed' }] },
      { id: 'database', title: 'monitoring.database', hint: 'monitoring.databaseHint', unit: 'bytes', lines: [{ figure: 'database_bytes', label: 'monitoring.database' }] },
    ],
  },
  {
    title: 'monitoring.work',
    charts: [
      { id: 'queue', title: 'monitoring.queue', hint: 'monitoring.queueHint', unit: 'number', lines: [{ figure: 'queue_length', label: 'monitoring.queue' }] },
      { id: 'deliveries', title: 'monitoring.deliveries', hint: 'monitoring.deliveriesHint', unit: 'number', lines: [{ figure: 'failed_deliveries', label: 'monitoring.deliveries' }] },
    ],
  },
];

const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const fine = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
const coarse = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const plain = (value: number) => (value < 1 ? fine : coarse).format(value >= 100 ? Math.round(value) : value);

export function formatValue(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined) return '–';
  switch (unit) {
    case 'bytes': return formatBytes(Math.round(value));
    case 'percent': return `${plain(value)} %`;
    case 'milliseconds': return value >= 1000 ? `${plain(value / 1000)} s` : `${plain(value)} ms`;
    case 'number': return Math.abs(value) >= 10_000 ? compact.format(value) : plain(value);
  }
}

export interface Line {
  label: string;
  times: number[];
  values: Array<number | null>;
}

// The lines of a chart: those of one node, or the main one of each.
export function linesOf({ lines, main: mainIndex = 0 }: ChartDescription, nodes: Array<{ name: string; series: NodeSeries }>): Line[] {
  const main = lines[mainIndex];
  if (nodes.length !== 1) return main ? nodes.map(({ name, series }) => ({ label: name, times: series.time, values: series[main.figure] })) : [];
  const series = nodes[0]?.series;
  return series ? lines.map(({ figure, label }) => ({ label: t(label), times: series.time, values: series[figure] })) : [];
}

const DAY_MS = 86_400_000;
const WARNING_DAYS = 14;

/** When the disk will be full, of the node whose disk is full first; null where there is nothing to say. */
export function diskForecast(nodes: NodeSeries[], now: number): { text: string; urgent: boolean } | null {
  const filling = nodes.filter((node) => node.disk_forecast === 'filling').sort((a, b) => a.disk_full_at - b.disk_full_at)[0];
  if (filling) {
    const days = Math.max(0, Math.floor((filling.disk_full_at - now) / DAY_MS));
    const time = formatDate(filling.disk_full_at);
    return { text: days < 1 ? t('monitoring.diskFullNow') : tn('monitoring.diskFull', days, { time }), urgent: days < WARNING_DAYS };
  }
  return nodes.length > 0 && nodes.every((node) => node.disk_forecast === 'not_filling') ? { text: t('monitoring.diskNotFilling'), urgent: false } : null;
}
