// Who stores most: a bar for each person, channel or team, the largest first, with the share of its limit.
import { useQuery } from '@tanstack/react-query';
import { getLargestHolders, isNearlyFull, type HolderKind, type StorageHolder } from '@/api/limits';
import { Skeleton } from '@/design/primitives';
import { t } from '@/i18n/admin';
import { cx, formatBytes } from '@/lib/text';
import { PageError } from '../Page';
import css from './limits.module.css';

const HOLDERS_SHOWN = 15;

const nameOf = (holder: StorageHolder) => holder.display_name || holder.name || t('limits.direct');

export function StorageChart({ of }: { of: HolderKind }) {
  const query = useQuery({ queryKey: ['admin', 'largest', of], queryFn: () => getLargestHolders(of, HOLDERS_SHOWN), staleTime: 0 });
  if (query.error) return <PageError error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton width="100%" height={120} />;
  if (query.data.length === 0) return <p className={css.note}>{t('limits.empty')}</p>;
  const largest = Math.max(1, ...query.data.map((holder) => holder.bytes));
  return (
    <ol className={css.chart} data-testid="storage-chart">
      {query.data.map((holder) => {
        const { bytes, max_bytes: max } = holder;
        return (
          <li key={holder.id} data-testid="storage-bar" data-name={holder.name}>
            <span className={css.barName} title={nameOf(holder)}>{nameOf(holder)}</span>
            <svg className={css.bar} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden>
              <rect className={css.track} width="100" height="10" />
              <rect className={cx(css.amount, isNearlyFull(bytes, max) && css.nearlyFull)} width={Math.max(0.5, (bytes / largest) * 100)} height="10" />
            </svg>
            <span className={css.barValue}>{max > 0 ? t('limits.ofMax', { used: formatBytes(bytes), max: formatBytes(max) }) : formatBytes(bytes)}</span>
            <span className={cx(css.share, isNearlyFull(bytes, max) && css.shareHigh)}>{max > 0 ? `${Math.round((bytes / max) * 100)}%` : ''}</span>
          </li>
        );
      })}
    </ol>
  );
}
