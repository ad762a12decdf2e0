// Charts of what the server has measured about itself in the last 24 hours or 30 days.
import { useQuery } from '@tanstack/react-query';
import { Activity } from 'lucide-react';
import { useState } from 'react';
import { getStatisticsSeries, type NodeSeries, type SeriesRange, type StatisticsSeries } from '@/api/admin';
import { EmptyState, Skeleton } from '@/design/primitives';
import { t } from '@/i18n/admin';
import { cx } from '@/lib/text';
import { formatFull } from '@/lib/time';
import { Card, Cards, Choice, Figure, Group, Page, PageError } from '../Page';
import { Chart } from './Chart';
import css from './chart.module.css';
import { chartGroups, diskForecast, formatValue, linesOf, type ChartDescription } from './charts';

const REFRESH_MS = 60_000;
const ALL = 'all';

interface NamedSeries {
  name: string;
  series: NodeSeries;
}

export default function MonitoringPage() {
  const [range, setRange] = useState<SeriesRange>('day');
  const [chosen, setChosen] = useState<string | null>(null);
  const query = useQuery({
    queryKey: ['admin', 'series', range],
    queryFn: () => getStatisticsSeries(range),
    staleTime: 0,
    refetchInterval: REFRESH_MS,
  });
  const nodes = query.data ? namedNodes(query.data) : [];
  const node = chosen ?? (nodes.length > 1 ? ALL : (nodes[0]?.series.node_id ?? ALL));
  const shown = node === ALL ? nodes : nodes.filter(({ series }) => series.node_id === node);
  const ranges = [['day', t('monitoring.rangeDay')], ['month', t('monitoring.rangeMonth')]] as const;
  const choices = [[ALL, t('monitoring.allNodes')] as const, ...nodes.map(({ name, series }) => [series.node_id, name] as const)];
  const actions = (
    <>
      {nodes.length > 1 && <Choice label={t('monitoring.node')} value={node} options={choices} onChange={setChosen} />}
      <Choice label={t('monitoring.range')} value={range} options={ranges} onChange={setRange} />
    </>
  );
  return (
    <Page title={t('monitoring.title')} text={t('monitoring.text')} actions={actions}>
      {query.error && !query.data ? <PageError error={query.error} onRetry={() => void query.refetch()} /> : <Body data={query.data} nodes={shown} />}
    </Page>
  );
}

function namedNodes(data: StatisticsSeries): NamedSeries[] {
  // The node that answers first, so that its colour stays the same.
  const sorted = [...data.nodes].sort((a, b) => Number(b.node_id === data.node_id) - Number(a.node_id === data.node_id));
  return sorted.map((series) => ({ series, name: series.node_id === data.node_id ? t('monitoring.thisNode') : t('monitoring.otherNode', { id: series.node_id.slice(-5) }) }));
}

function Body({ data, nodes }: { data: StatisticsSeries | undefined; nodes: NamedSeries[] }) {
  if (!data) return <Cards wide>{[0, 1, 2, 3].map((index) => <Card key={index}><Skeleton width={140} height={14} /><div style={{ height: 12 }} /><Skeleton width="100%" height={180} /></Card>)}</Cards>;
  if (nodes.every(({ series }) => series.time.length === 0)) {
    return <EmptyState icon={<Activity size={26} />} title={t('monitoring.empty')} text={t('monitoring.emptyText')} />;
  }
  return (
    <>
      <Now nodes={nodes} />
      {chartGroups.map(({ title, charts }) => (
        <Group key={title} title={t(title)}>
          <Cards wide>{charts.map((chart) => <ChartCard key={chart.id} chart={chart} nodes={nodes} data={data} />)}</Cards>
        </Group>
      ))}
      <p className={css.since}>{t('monitoring.since', { time: formatFull(data.collecting_since) })}</p>
    </>
  );
}

const last = <T,>(list: T[]): T | undefined => list[list.length - 1];

// The latest value of each node, added up.
function Now({ nodes }: { nodes: NamedSeries[] }) {
  const sum = (figure: 'users_online' | 'posts_per_minute' | 'requests_per_second') => nodes.reduce((total, { series }) => total + (last(series[figure]) ?? 0), 0);
  const p95 = Math.max(...nodes.map(({ series }) => last(series.request_p95_ms) ?? -1));
  const free = Math.min(...nodes.map(({ series }) => last(series.disk_free_bytes) ?? Infinity));
  const used = nodes.map(({ series }) => last(series.disk_used_bytes) ?? 0)[0] ?? 0;
  const percent = Math.round((100 * free) / Math.max(1, free + used));
  return (
    <Cards>
      <Figure label={t('monitoring.online')} value={formatValue(sum('users_online'), 'number')} hint={t('monitoring.now')} />
      <Figure label={t('monitoring.posts')} value={formatValue(sum('posts_per_minute'), 'number')} hint={t('monitoring.now')} />
      <Figure label={t('monitoring.requests')} value={formatValue(sum('requests_per_second'), 'number')} hint={t('monitoring.now')} />
      <Figure label={t('monitoring.duration')} value={p95 < 0 ? '–' : formatValue(p95, 'milliseconds')} hint={t('monitoring.p95')} />
      <Figure label={t('monitoring.diskFree')} value={formatValue(Number.isFinite(free) ? free : null, 'bytes')} hint={t('monitoring.diskPercent', { percent })} />
    </Cards>
  );
}

function ChartCard({ chart, nodes, data }: { chart: ChartDescription; nodes: NamedSeries[]; data: StatisticsSeries }) {
  const lines = linesOf(chart, nodes);
  const main = nodes.length === 1 ? (chart.main ?? 0) : 0;
  const current = last(lines[main]?.values ?? []);
  const forecast = chart.id === 'disk' ? diskForecast(nodes.map(({ series }) => series), data.until) : null;
  return (
    <Card>
      <div className={css.head}>
        <div><h3>{t(chart.title)}</h3><p>{t(chart.hint)}</p></div>
        {nodes.length === 1 && <span className={css.now}>{formatValue(current, chart.unit)}</span>}
      </div>
      <Chart title={t(chart.title)} unit={chart.unit} lines={lines} main={main} range={{ min: data.since, max: data.until }} interval={data.interval_ms} />
      {forecast && <p className={cx(css.forecast, forecast.urgent && css.urgent)} data-testid="disk-forecast">{forecast.text}</p>}
    </Card>
  );
}
