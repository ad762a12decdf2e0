// What is entered in the form of a target: where it begins, what is wrong with it, and the request that it makes. Pure.
import { ApiError } from '@/api/core';
import type { BackupTarget, NewBackupTarget, Retention } from '@/api/backups';
import { t } from '@/i18n/admin';
import { composeLocation, invalidParts, NO_LOCATION, parseLocation, suggestName, type LocationPart, type LocationParts } from './location';
import { PASSWORD_CHARS_MIN } from './password';
import { readRate, readRetention, writeRate } from './words';

export interface TargetDraft {
  parts: LocationParts;
  // null: as the place suggests.
  name: string | null;
  password: string;
  accessKey: string;
  secretKey: string;
  intervalHours: number;
  keep: Record<keyof Retention, string>;
  rate: string;
  isContinuous: boolean;
}

export type TargetField = LocationPart | 'name' | 'location' | 'password' | 'accessKey' | 'secretKey' | 'keep' | 'rate' | 'continuous' | 'form';
export type TargetErrors = Partial<Record<TargetField, string>>;

// As the server's own.
const DEFAULT_KEEP: Retention = { last: 3, daily: 7, weekly: 5, monthly: 12, yearly: 3 };

const keepTexts = (keep: Retention) => Object.fromEntries(Object.entries(keep).map(([name, count]) => [name, String(count)])) as Record<keyof Retention, string>;

export function draftOf(target?: BackupTarget): TargetDraft {
  return {
    parts: target ? parseLocation(target.location) : NO_LOCATION,
    name: target?.name ?? null,
    password: '',
    accessKey: target?.access_key ?? '',
    secretKey: '',
    intervalHours: target?.interval_hours ?? 24,
    keep: keepTexts(target?.keep ?? DEFAULT_KEEP),
    rate: writeRate(target?.bytes_per_second ?? 0),
    isContinuous: target?.is_continuous ?? false,
  };
}

export const nameOf = (draft: TargetDraft) => draft.name ?? suggestName(draft.parts);

/** What can be known to be wrong before the server is asked. With a target it is changed, and its secrets may stay. */
export function errorsOf(draft: TargetDraft, target?: BackupTarget): TargetErrors {
  const errors: TargetErrors = {};
  for (const part of invalidParts(draft.parts)) errors[part] = t(`backups.invalid.${part}`);
  if (!nameOf(draft).trim()) errors.name = t('backups.invalid.name');
  const maySecretStay = target !== undefined && draft.password === '';
  if (!maySecretStay && [...draft.password].length < PASSWORD_CHARS_MIN) errors.password = t('backups.invalid.password', { count: PASSWORD_CHARS_MIN });
  if (!readRetention(draft.keep)) errors.keep = t('backups.invalid.keep');
  if (readRate(draft.rate) === undefined) errors.rate = t('backups.invalid.rate');
  return errors;
}

/** The request for a draft without errors. */
export function newTargetOf(draft: TargetDraft): NewBackupTarget {
  const isS3 = draft.parts.kind === 's3';
  return {
    name: nameOf(draft).trim(),
    location: composeLocation(draft.parts),
    password: draft.password,
    access_key: isS3 ? draft.accessKey.trim() : '',
    secret_key: isS3 ? draft.secretKey.trim() : '',
    interval_hours: draft.intervalHours,
    keep: readRetention(draft.keep) ?? DEFAULT_KEEP,
    bytes_per_second: readRate(draft.rate) ?? 0,
    is_continuous: draft.isContinuous,
  };
}

/** The change of a target; secrets that were left empty stay. */
export function changeOf(draft: TargetDraft): Partial<NewBackupTarget> {
  const { password, secret_key: secretKey, ...settings } = newTargetOf(draft);
  // Elsewhere than at S3 no keys are needed, and none is kept.
  const isSecretKeySent = secretKey !== '' || draft.parts.kind !== 's3';
  return { ...settings, ...(password && { password }), ...(isSecretKeySent && { secret_key: secretKey }) };
}

const CODES: Record<string, TargetField> = {
  'api.backups.target.name_taken.app_error': 'name',
  'api.backups.target.wrong_password.app_error': 'password',
  'api.backups.target.unusable.app_error': 'location',
  'api.backups.location.app_error': 'location',
  'api.backups.target.not_continuous.app_error': 'continuous',
};

const PARAMETERS: Record<string, TargetField> = {
  name: 'name', location: 'location', password: 'password', access_key: 'accessKey', secret_key: 'secretKey', keep: 'keep', keep_last: 'keep', bytes_per_second: 'rate',
};

/** The field at which an answer of the server is displayed. */
export function errorsOfRejection(error: unknown): TargetErrors {
  const message = error instanceof Error ? error.message : String(error);
  const id = error instanceof ApiError ? error.id : '';
  const parameter = id === 'api.context.invalid_body_param.app_error' ? /^The (\w+) in the request/.exec(message)?.[1] : undefined;
  return { [CODES[id] ?? PARAMETERS[parameter ?? ''] ?? 'form']: message };
}
