// What is displayed while messages are loading.
import { Skeleton } from '@/design/primitives';
import { t } from '@/i18n';
import css from './channel.module.css';

const widths = [[38, 72], [22, 55, 80], [30, 64], [26, 88], [34, 48, 70], [20, 60]];

export function TimelineSkeleton({ short }: { short?: boolean }) {
  return (
    <div className={short ? css.skeletonShort : css.skeleton} role="status" aria-label={t('timeline.loading')}>
      {widths.slice(0, short ? 2 : 6).map((lines, i) => (
        <div key={i} className={css.skeletonRow}>
          <Skeleton width={36} height={36} />
          <div>{lines.map((w, j) => <Skeleton key={j} width={`${j === 0 ? w / 2 : w}%`} height={j === 0 ? 11 : 13} />)}</div>
        </div>
      ))}
    </div>
  );
}
