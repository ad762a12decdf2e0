// How the settings of a target are entered and displayed: its schedule, what is kept, its bandwidth.
import type { BackupTarget, Retention } from '@/api/backups';
import { t, tn } from '@/i18n/admin';
import { formatBytes } from '@/lib/text';

export const INTERVALS_HOURS = [1, 6, 12, 24, 7 * 24, 0] as const;

export function describeInterval(hours: number): string {
  if (hours === 0) return t('backups.atRequest');
  if (hours === 7 * 24) return t('backups.everyWeek');
  return hours % 24 === 0 ? tn('backups.everyDay', hours / 24) : tn('backups.everyHour', hours);
}

/** What happens from now on with a target that was added. */
export const describeAdded = ({ name, interval_hours: hours }: BackupTarget) => t(hours > 0 ? 'backups.added' : 'backups.addedAtRequest', { name });

export const PERIODS = ['daily', 'weekly', 'monthly', 'yearly'] as const satisfies ReadonlyArray<keyof Retention>;

export function describeRetention(keep: Retention): string {
  const counts = [tn('backups.days', keep.daily), tn('backups.weeks', keep.weekly), tn('backups.months', keep.monthly), tn('backups.years', keep.yearly)];
  const periods = counts.filter((_, index) => keep[PERIODS[index] ?? 'daily'] > 0);
  const last = tn('backups.keepsLast', keep.last);
  if (periods.length === 0) return last;
  // In the language of the words, which need not be the browser's.
  const list = new Intl.ListFormat(document.documentElement.lang || 'en').format(periods);
  return t('backups.keepsPeriods', { last, periods: list });
}

export const describeRate = (bytesPerSecond: number) => t('backups.perSecond', { size: formatBytes(bytesPerSecond) });

const KEEP_MAX = 1000;

/** The entered numbers; undefined if one of them is not valid. */
export function readRetention(entered: Record<keyof Retention, string>): Retention | undefined {
  const numbers = Object.entries(entered).map(([name, text]) => [name, /^\d{1,4}$/.test(text.trim()) ? Number(text) : NaN] as const);
  const keep = Object.fromEntries(numbers) as Record<keyof Retention, number>;
  return keep.last >= 1 && Object.values(keep).every((number) => number >= 0 && number <= KEEP_MAX) ? keep : undefined;
}

const MB = 1024 ** 2;

/** Bytes per second of an entered number of MB per second, 0 for none; undefined if it is not valid. */
export function readRate(text: string): number | undefined {
  if (text.trim() === '') return 0;
  const bytes = Math.round(Number(text.trim().replace(',', '.')) * MB);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}

export const writeRate = (bytesPerSecond: number) => (bytesPerSecond > 0 ? String(bytesPerSecond / MB) : '');
