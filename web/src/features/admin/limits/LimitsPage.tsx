// Who stores how much, and the limits of uploads and messages: those for all, and those of single people, roles, channels and
// teams.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { getConfig, patchConfig, type Config } from '@/api/config';
import { getDisk, getLimitRow, getLimitRows, removeLimits, setLimits, type HolderKind, type LimitRow, type LimitScope, type LimitValues } from '@/api/limits';
import { getStorageUsage } from '@/api/admin';
import { IconButton } from '@/design/controls';
import { Skeleton } from '@/design/primitives';
import { t } from '@/i18n/admin';
import { formatBytes } from '@/lib/text';
import { toastError } from '@/state/ui';
import { Card, Cards, Choice, Figure, Group, Page, PageError } from '../Page';
import { LimitsEditor } from './LimitsEditor';
import { StorageChart } from './StorageChart';
import { TargetSearch } from './TargetSearch';
import { describeLimit, FOR_ALL, LIMITS, valuesForAll, type LimitName, type LimitsForAll } from './values';
import css from './limits.module.css';

const holderKinds = (): Array<readonly [HolderKind, string]> => [['users', t('limits.users')], ['channels', t('limits.channels')], ['teams', t('limits.teams')]];
const limitScopes = (): Array<readonly [LimitScope, string]> => [...holderKinds(), ['roles', t('limits.roles')]];
const ALL_LIMITS: readonly LimitName[] = LIMITS.map(({ name }) => name);

export default function LimitsPage() {
  const [holders, setHolders] = useState<HolderKind>('users');
  return (
    <Page title={t('limits.title')} text={t('limits.text')}>
      <Totals />
      <Group title={t('limits.chart')}>
        <Card>
          <div className={css.head}>
            <p className={css.note}>{t('limits.chartText')}</p>
            <Choice label={t('limits.chart')} value={holders} options={holderKinds()} onChange={setHolders} />
          </div>
          <StorageChart of={holders} />
        </Card>
      </Group>
      <LimitsForAllGroup />
      <OwnLimitsGroup />
    </Page>
  );
}

function Totals() {
  const disk = useQuery({ queryKey: ['admin', 'disk'], queryFn: getDisk, staleTime: 0 });
  const used = useQuery({ queryKey: ['admin', 'storage'], queryFn: getStorageUsage, staleTime: 0 });
  const isFull = disk.data && disk.data.free_bytes < disk.data.reserve_bytes;
  const reserve = formatBytes(disk.data?.reserve_bytes ?? 0);
  return (
    <Cards>
      <Figure label={t('limits.files')} value={used.data && formatBytes(used.data.bytes)} hint={t('limits.filesHint')} />
      <Figure
        label={t('limits.disk')} value={disk.data && formatBytes(disk.data.free_bytes)}
        hint={disk.data && (isFull ? t('limits.diskFull', { reserve }) : t('limits.diskHint', { total: formatBytes(disk.data.total_bytes), reserve }))}
      />
    </Cards>
  );
}

interface TableProps {
  rows: Array<{ id: string; name: string; note?: string; stored?: string; values: Partial<LimitValues>; onEdit: () => void }>;
  hasStored?: boolean;
}

function LimitsTable({ rows, hasStored }: TableProps) {
  return (
    <div className={css.scroll}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{t('limits.who')}</th>
            {hasStored && <th scope="col">{t('limits.stored')}</th>}
            {LIMITS.map(({ name, title }) => <th key={name} scope="col">{t(title)}</th>)}
            <th><span className="visually-hidden">{t('limits.add')}</span></th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} data-testid="limits-row" data-name={row.id}>
              <th scope="row">{row.name}{row.note && <span className={css.foundName}> {row.note}</span>}</th>
              {hasStored && <td>{row.stored}</td>}
              {LIMITS.map(({ name }) => <td key={name} data-limit={name}>{describeLimit(name, row.values[name])}</td>)}
              <td><IconButton label={t('limits.edit', { name: row.name })} onClick={row.onEdit}><Pencil size={15} /></IconButton></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LimitsForAllGroup() {
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['admin', 'config'], queryFn: getConfig, staleTime: 0 });
  const [edited, setEdited] = useState<LimitsForAll>();
  const config = query.data;
  const save = async (all: LimitsForAll, values: LimitValues) => {
    const patch: Config = {};
    for (const [name, [section, key]] of Object.entries(all.keys)) (patch[section] ??= {})[key] = values[name as LimitName] ?? 0;
    client.setQueryData(['admin', 'config'], await patchConfig(patch));
    await client.invalidateQueries({ queryKey: ['admin', 'largest'] });
  };
  return (
    <Group title={t('limits.defaults')}>
      <p className={css.note}>{t('limits.defaultsText')}</p>
      <Card>
        {query.error && <PageError error={query.error} onRetry={() => void query.refetch()} />}
        {!config && !query.error && <Skeleton width="100%" height={160} />}
        {config && <LimitsTable rows={FOR_ALL.map((all) => ({ id: all.id, name: t(`limits.forAll.${all.id}`), values: valuesForAll(config, all), onEdit: () => setEdited(all) }))} />}
      </Card>
      {config && edited && (
        <LimitsEditor
          name={t(`limits.forAll.${edited.id}`)} values={valuesForAll(config, edited)} limits={Object.keys(edited.keys) as LimitName[]} hasDefault={false}
          onSave={(values) => save(edited, values)} onClose={() => setEdited(undefined)}
        />
      )}
    </Group>
  );
}

function OwnLimitsGroup() {
  const client = useQueryClient();
  const [scope, setScope] = useState<LimitScope>('users');
  const [edited, setEdited] = useState<LimitRow>();
  const query = useQuery({ queryKey: ['admin', 'limits', scope], queryFn: () => getLimitRows(scope), staleTime: 0 });
  const nameOf = (row: LimitRow) => (row.scope === 'roles' ? row.name : row.display_name || row.name);
  const changed = async () => {
    await Promise.all([client.invalidateQueries({ queryKey: ['admin', 'limits'] }), client.invalidateQueries({ queryKey: ['admin', 'largest'] })]);
  };
  const choose = (id: string) => { getLimitRow(scope, id).then(setEdited, toastError); };
  const hasOwn = edited && Object.values(edited.limits).some((value) => value !== null);
  return (
    <Group title={t('limits.own')}>
      <p className={css.note}>{t('limits.ownText')}</p>
      <Card>
        <div className={css.head}>
          <Choice label={t('limits.own')} value={scope} options={limitScopes()} onChange={setScope} />
          <TargetSearch key={scope} scope={scope} onChoose={choose} />
        </div>
        {query.error && <PageError error={query.error} onRetry={() => void query.refetch()} />}
        {query.data?.length === 0 && <p className={css.note}>{t('limits.noneSet')}</p>}
        {query.data && query.data.length > 0 && (
          <LimitsTable
            hasStored={scope !== 'roles'}
            rows={query.data.map((row) => ({ id: row.name, name: nameOf(row), note: row.is_archived ? t('limits.archived') : undefined, stored: formatBytes(row.bytes), values: row.limits, onEdit: () => setEdited(row) }))}
          />
        )}
      </Card>
      {edited && (
        <LimitsEditor
          name={nameOf(edited)} values={edited.limits} limits={ALL_LIMITS} hasDefault
          onSave={async (values) => { await setLimits(edited.scope, edited.scope_id, values); await changed(); }}
          onRemove={hasOwn ? async () => { await removeLimits(edited.scope, edited.scope_id); await changed(); } : undefined}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Group>
  );
}
