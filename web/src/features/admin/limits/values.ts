// How limits are entered and displayed: a size in a unit, a number, no limit, or what holds otherwise.
import type { Config } from '@/api/config';
import type { LimitValues } from '@/api/limits';
import { t, type AdminMessageKey } from '@/i18n/admin';
import { formatBytes } from '@/lib/text';

export type LimitName = keyof LimitValues;

export const LIMITS: ReadonlyArray<{ name: LimitName; title: AdminMessageKey; isSize: boolean }> = [
  { name: 'file_bytes', title: 'limits.fileBytes', isSize: true },
  { name: 'storage_bytes', title: 'limits.storage', isSize: true },
  { name: 'storage_files', title: 'limits.storageFiles', isSize: false },
  { name: 'posts_per_minute', title: 'limits.posts', isSize: false },
];

export const UNITS = [['MB', 1024 ** 2], ['GB', 1024 ** 3], ['TB', 1024 ** 4]] as const;

export interface Entry {
  mode: 'default' | 'none' | 'custom';
  number: string;
  // Bytes; 1 for what is counted.
  unit: number;
}

// In the largest unit in which it is a whole number; other sizes have decimals.
export function toEntry(value: number | null | undefined, isSize: boolean): Entry {
  const unit = isSize ? UNITS[1][1] : 1;
  if (value === null || value === undefined) return { mode: 'default', number: '', unit };
  if (value === 0) return { mode: 'none', number: '', unit };
  if (!isSize) return { mode: 'custom', number: String(value), unit };
  const whole = [...UNITS].reverse().find(([, bytes]) => value % bytes === 0)?.[1] ?? UNITS[0][1];
  return { mode: 'custom', number: String(value / whole), unit: whole };
}

// undefined: the number cannot be read.
export function fromEntry(entry: Entry): number | null | undefined {
  if (entry.mode === 'default') return null;
  if (entry.mode === 'none') return 0;
  const value = Math.round(Number(entry.number.trim().replace(',', '.')) * entry.unit);
  return entry.number.trim() !== '' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

const number = new Intl.NumberFormat();

export function describeLimit(name: LimitName, value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (value === 0) return t('limits.none');
  if (name === 'posts_per_minute') return t('limits.perMinute', { count: number.format(value) });
  return name === 'storage_files' ? number.format(value) : formatBytes(value);
}

// The limits for all are settings: the key of each in the configuration.
export interface LimitsForAll {
  id: 'server' | 'users' | 'guests' | 'programs' | 'teams' | 'channels';
  keys: Partial<Record<LimitName, readonly [section: string, key: string]>>;
}

const quota = (key: string) => ['QuotaSettings', key] as const;
const rate = (key: string) => ['RateLimitSettings', `${key}PostsPerMinute`] as const;

export const FOR_ALL: readonly LimitsForAll[] = [
  { id: 'server', keys: { file_bytes: ['FileSettings', 'MaxFileSize'], storage_bytes: quota('ServerBytes'), storage_files: quota('ServerFiles'), posts_per_minute: rate('Server') } },
  { id: 'users', keys: { storage_bytes: quota('UserBytes'), storage_files: quota('UserFiles'), posts_per_minute: rate('User') } },
  { id: 'guests', keys: { file_bytes: ['FileSettings', 'GuestMaxFileSize'], storage_bytes: quota('GuestBytes'), storage_files: quota('GuestFiles'), posts_per_minute: rate('Guest') } },
  { id: 'programs', keys: { posts_per_minute: rate('Program') } },
  { id: 'teams', keys: { storage_bytes: quota('TeamBytes'), storage_files: quota('TeamFiles'), posts_per_minute: rate('Team') } },
  { id: 'channels', keys: { storage_bytes: quota('ChannelBytes'), storage_files: quota('ChannelFiles'), posts_per_minute: rate('Channel') } },
];

export function valuesForAll(config: Config, { keys }: LimitsForAll): Partial<Record<LimitName, number>> {
  const entries = Object.entries(keys).map(([name, [section, key]]) => [name, Number(config[section]?.[key] ?? 0)]);
  return Object.fromEntries(entries) as Partial<Record<LimitName, number>>;
}
