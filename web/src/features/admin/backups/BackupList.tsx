// The backups that are at a target: when they were made, how large they are, and by how much the target has grown.
import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { getBackups, type Backup, type BackupTarget } from '@/api/backups';
import { Skeleton } from '@/design/primitives';
import { t } from '@/i18n/admin';
import { formatBytes } from '@/lib/text';
import { formatDateAndTime } from '@/lib/time';
import { Chart } from '../monitoring/Chart';
import { PageError } from '../Page';
import css from './backups.module.css';

const STALE_MS = 30_000;
const number = new Intl.NumberFormat();
// As many characters as tell backups apart; the command line takes them.
const ID_CHARS = 10;

export function BackupList({ target }: { target: BackupTarget }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={css.list} data-testid="target-list" onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary><ChevronRight size={16} aria-hidden />{t('backups.list')}</summary>
      {isOpen && <Backups target={target} />}
    </details>
  );
}

function Backups({ target }: { target: BackupTarget }) {
  // A new backup, or another place, is another list.
  const query = useQuery({ queryKey: ['admin', 'backups', 'list', target.id, target.location, target.last_snapshot], queryFn: () => getBackups(target.id), staleTime: STALE_MS });
  if (query.error) return <PageError error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <div className={css.loading} role="status"><span className="visually-hidden">{t('backups.listLoading')}</span><Skeleton width="100%" height={160} /></div>;
  if (query.data.length === 0) return <p className={css.none}>{t('backups.list.none')}</p>;
  return (
    <>
      {query.data.length > 1 && <Charts backups={query.data} />}
      <Table backups={query.data} />
    </>
  );
}

function Charts({ backups }: { backups: Backup[] }) {
  const oldestFirst = [...backups].reverse();
  const times = oldestFirst.map((backup) => backup.create_at);
  const range = { min: times[0] ?? 0, max: times[times.length - 1] ?? 0 };
  const chart = (label: string, values: number[]) => (
    <section>
      <h3>{label}</h3>
      {/* The time between two backups is no gap, however long it was. */}
      <Chart title={label} unit="bytes" lines={[{ label, times, values }]} range={range} interval={Infinity} hasTable={false} />
    </section>
  );
  return (
    <div className={css.charts}>
      {chart(t('backups.list.size'), oldestFirst.map((backup) => backup.bytes))}
      {chart(t('backups.list.added'), oldestFirst.map((backup) => backup.bytes_added))}
    </div>
  );
}

function Table({ backups }: { backups: Backup[] }) {
  return (
    <div className={css.tableFrame} tabIndex={0} role="group" aria-label={t('backups.list')}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{t('backups.list.date')}</th>
            <th scope="col">{t('backups.list.size')}</th>
            <th scope="col">{t('backups.list.added')}</th>
            <th scope="col">{t('backups.list.files')}</th>
            <th scope="col">{t('backups.list.host')}</th>
            <th scope="col">{t('backups.list.id')}</th>
          </tr>
        </thead>
        <tbody>
          {backups.map((backup) => (
            <tr key={backup.snapshot} data-testid="backup-row">
              <th scope="row">{formatDateAndTime(backup.create_at)}</th>
              <td>{formatBytes(backup.bytes)}</td>
              <td>{formatBytes(backup.bytes_added)}</td>
              <td>{number.format(backup.files)}</td>
              <td>{backup.host}</td>
              <td><code>{backup.snapshot.slice(0, ID_CHARS)}</code></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
