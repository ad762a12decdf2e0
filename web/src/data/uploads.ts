// Files attached to drafts. They are kept when the composer is unmounted, as the draft's text is; those that are uploaded
// are kept over a reload too.
import type { FileInfo } from '@mattermost/types/files';
import { create } from 'zustand';
import { ApiError } from '@/api/core';
import { getFileInfo, thumbnailUrl, uploadFile } from '@/api/files';
import { getOwnLimits, isNearlyFull, type OwnLimits } from '@/api/limits';
import { t } from '@/i18n';
import { localId } from '@/lib/ids';
import { readLocal, writeLocal } from '@/lib/storage';
import { formatBytes } from '@/lib/text';
import { getState } from '@/state/store';
import { toast } from '@/state/ui';
import { networkFailed, requestSucceeded } from './retries';

export interface Upload {
  id: string;
  channelId: string;
  name: string;
  size: number;
  type: string;
  progress: number;
  // Absent after a reload, when only the server has the file.
  file?: File;
  preview?: string;
  info?: FileInfo;
  error?: string;
  // Failed because there was no connection: retried once there is one.
  failedOffline?: boolean;
}

const MAX_FILES = 10;
const EMPTY: Upload[] = [];

const useLists = create<Record<string, Upload[]>>(() => ({}));
const controllers = new Map<string, AbortController>();

export const useDraftUploads = (key: string) => useLists((lists) => lists[key] ?? EMPTY);

const storageKey = (key: string) => `files.${key}`;

function update(key: string, edit: (list: Upload[]) => Upload[]): void {
  useLists.setState((lists) => ({ [key]: edit(lists[key] ?? EMPTY) }));
  const infos = (useLists.getState()[key] ?? EMPTY).flatMap((u) => u.info ?? []);
  writeLocal(storageKey(key), infos.length > 0 ? JSON.stringify(infos) : null);
}

function patch(key: string, id: string, part: Partial<Upload>): void {
  update(key, (list) => list.map((u) => (u.id === id ? { ...u, ...part } : u)));
}

function start(key: string, { id, channelId, file }: Upload): void {
  if (!file) return;
  const controller = new AbortController();
  controllers.set(id, controller);
  uploadFile(channelId, id, file, {
    signal: controller.signal,
    onProgress: (sent) => patch(key, id, { progress: Math.min(0.99, file.size ? sent / file.size : 0) }),
  }).then(
    (info) => {
      requestSucceeded();
      patch(key, id, { info, progress: 1 });
    },
    (error: unknown) => {
      if (controller.signal.aborted) return;
      const failedOffline = error instanceof ApiError && error.isNetwork;
      patch(key, id, { error: error instanceof Error ? error.message : String(error), failedOffline });
      if (failedOffline) networkFailed();
    },
  ).finally(() => { if (controllers.get(id) === controller) controllers.delete(id); });
}

// Files that do not fit are not sent: the server would reject them after their bytes have arrived.
async function startWithin(key: string, channelId: string, uploads: Upload[]): Promise<void> {
  // Without an answer the server decides.
  const limits = await getOwnLimits(channelId).catch(() => undefined);
  let left = limits?.bytes_left ?? Infinity;
  for (const upload of uploads) {
    const problem = limits && sizeProblem(upload.size, limits.file_bytes, left);
    if (problem) patch(key, upload.id, { error: problem });
    // It may have been removed meanwhile.
    else if (useLists.getState()[key]?.some((u) => u.id === upload.id)) {
      left -= upload.size;
      start(key, upload);
    }
  }
  if (limits) warnIfNearlyFull(limits);
}

export function sizeProblem(size: number, fileBytes: number, left: number): string | undefined {
  if (fileBytes > 0 && size > fileBytes) return t('file.tooLargeHere', { size: formatBytes(fileBytes) });
  return size > left ? t('file.noRoom', { size: formatBytes(size), left: formatBytes(left) }) : undefined;
}

let wasWarned = false;

function warnIfNearlyFull({ bytes, storage_bytes: max }: OwnLimits): void {
  if (wasWarned || !isNearlyFull(bytes, max)) return;
  wasWarned = true;
  toast(t('file.nearlyFull', { used: formatBytes(bytes), max: formatBytes(max) }), 'info');
}

export function addUploads(key: string, channelId: string, files: File[]): void {
  const max = Number(getState().config.MaxFileSize) || Infinity;
  const accepted = files.filter((file) => {
    if (file.size <= max) return true;
    toast(t('file.tooLarge', { name: file.name, size: formatBytes(max) }), 'error');
    return false;
  });
  const free = Math.max(0, MAX_FILES - (useLists.getState()[key] ?? EMPTY).length);
  if (accepted.length > free) toast(t('file.tooMany', { count: MAX_FILES }), 'error');
  const added = accepted.slice(0, free).map((file): Upload => ({
    id: localId('upload'), channelId, file, name: file.name, size: file.size, type: file.type, progress: 0,
    preview: file.type.startsWith('image/') ? URL.createObjectURL(file) : undefined,
  }));
  update(key, (list) => [...list, ...added]);
  void startWithin(key, channelId, added);
}

// Files that the server has already: of a rejected message, or from before a reload.
export function restoreUploads(key: string, channelId: string, files: FileInfo[]): void {
  const restored = files.map((info): Upload => ({
    id: localId('upload'), channelId, name: info.name, size: info.size, type: info.mime_type, progress: 1, info,
    preview: info.has_preview_image ? thumbnailUrl(info.id) : undefined,
  }));
  update(key, (list) => [...restored, ...list]);
}

// The server may have deleted them since, or another window sent them; only unsent ones are restored.
export async function restoreStoredUploads(key: string, channelId: string): Promise<void> {
  if (useLists.getState()[key]) return;
  useLists.setState({ [key]: EMPTY });
  const stored = parse(readLocal(storageKey(key)));
  const found = await Promise.allSettled(stored.map((info) => getFileInfo(info.id)));
  const kept = stored.filter((_, i) => {
    const answer = found[i];
    return answer?.status === 'fulfilled' ? !answer.value.post_id : !(answer?.reason instanceof ApiError && answer.reason.isRejection);
  });
  if (kept.length > 0) restoreUploads(key, channelId, kept);
}

function parse(text: string | null): FileInfo[] {
  try {
    return JSON.parse(text ?? '[]') as FileInfo[];
  } catch {
    return [];
  }
}

function revokePreview({ preview }: Upload): void {
  if (preview?.startsWith('blob:')) URL.revokeObjectURL(preview);
}

export function removeUpload(key: string, upload: Upload): void {
  controllers.get(upload.id)?.abort();
  revokePreview(upload);
  update(key, (list) => list.filter((u) => u.id !== upload.id));
}

export function retryUpload(key: string, upload: Upload): void {
  patch(key, upload.id, { error: undefined, failedOffline: false, progress: 0 });
  start(key, upload);
}

export function clearUploads(key: string): void {
  (useLists.getState()[key] ?? EMPTY).forEach((upload) => removeUpload(key, upload));
}

export function retryOfflineUploads(): void {
  for (const [key, list] of Object.entries(useLists.getState())) {
    list.filter((u) => u.failedOffline).forEach((u) => retryUpload(key, u));
  }
}

export function resetUploads(): void {
  controllers.forEach((controller) => controller.abort());
  Object.values(useLists.getState()).flat().forEach(revokePreview);
  useLists.setState({}, true);
}
