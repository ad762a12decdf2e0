// Files on their way into a message, by draft: they outlive the composer on screen, as the draft's text does. What the
// server has already outlives the page too.
import type { FileInfo } from '@mattermost/types/files';
import { create } from 'zustand';
import { ApiError } from '@/api/core';
import { getFileInfo, thumbnailUrl, uploadFile } from '@/api/files';
import { t } from '@/i18n';
import { localId } from '@/lib/ids';
import { readLocal, writeLocal } from '@/lib/storage';
import { formatBytes } from '@/lib/text';
import { getState } from '@/state/store';
import { toast } from '@/state/ui';

export interface Upload {
  id: string;
  channelId: string;
  name: string;
  size: number;
  type: string;
  progress: number;
  // Absent where the server has the file and the browser no longer does.
  file?: File;
  preview?: string;
  info?: FileInfo;
  error?: string;
  // The connection failed, not the file: worth another try by itself.
  stranded?: boolean;
}

const MOST = 10;
const NONE: Upload[] = [];

const useLists = create<Record<string, Upload[]>>(() => ({}));
const controllers = new Map<string, AbortController>();

export const useDraftUploads = (key: string) => useLists((lists) => lists[key] ?? NONE);

const storedAt = (key: string) => `files.${key}`;

function change(key: string, edit: (list: Upload[]) => Upload[]): void {
  useLists.setState((lists) => ({ [key]: edit(lists[key] ?? NONE) }));
  const infos = (useLists.getState()[key] ?? NONE).flatMap((u) => u.info ?? []);
  writeLocal(storedAt(key), infos.length > 0 ? JSON.stringify(infos) : null);
}

function patch(key: string, id: string, part: Partial<Upload>): void {
  change(key, (list) => list.map((u) => (u.id === id ? { ...u, ...part } : u)));
}

function start(key: string, { id, channelId, file }: Upload): void {
  if (!file) return;
  const controller = new AbortController();
  controllers.set(id, controller);
  uploadFile(channelId, id, file, {
    signal: controller.signal,
    onProgress: (sent) => patch(key, id, { progress: Math.min(0.99, file.size ? sent / file.size : 0) }),
  }).then(
    (info) => patch(key, id, { info, progress: 1 }),
    (error: unknown) => {
      if (controller.signal.aborted) return;
      patch(key, id, { error: error instanceof Error ? error.message : String(error), stranded: error instanceof ApiError && error.isNetwork });
    },
  ).finally(() => { if (controllers.get(id) === controller) controllers.delete(id); });
}

export function addUploads(key: string, channelId: string, files: File[]): void {
  const max = Number(getState().config.MaxFileSize) || Infinity;
  const small = files.filter((file) => {
    if (file.size <= max) return true;
    toast(t('file.tooLarge', { name: file.name, size: formatBytes(max) }), 'error');
    return false;
  });
  const room = Math.max(0, MOST - (useLists.getState()[key] ?? NONE).length);
  if (small.length > room) toast(t('file.tooMany', { count: MOST }), 'error');
  const fresh = small.slice(0, room).map((file): Upload => ({
    id: localId('upload'), channelId, file, name: file.name, size: file.size, type: file.type, progress: 0,
    preview: file.type.startsWith('image/') ? URL.createObjectURL(file) : undefined,
  }));
  change(key, (list) => [...list, ...fresh]);
  fresh.forEach((upload) => start(key, upload));
}

// Files that the server has already: of a message it refused, or of an earlier page.
export function restoreUploads(key: string, channelId: string, files: FileInfo[]): void {
  const back = files.map((info): Upload => ({
    id: localId('upload'), channelId, name: info.name, size: info.size, type: info.mime_type, progress: 1, info,
    preview: info.has_preview_image ? thumbnailUrl(info.id) : undefined,
  }));
  change(key, (list) => [...back, ...list]);
}

// The server may have tidied up since, or another window sent them; only what still waits comes back.
export async function restoreStoredUploads(key: string, channelId: string): Promise<void> {
  if (useLists.getState()[key]) return;
  useLists.setState({ [key]: NONE });
  const stored = parse(readLocal(storedAt(key)));
  const found = await Promise.allSettled(stored.map((info) => getFileInfo(info.id)));
  const kept = stored.filter((_, i) => {
    const answer = found[i];
    return answer?.status === 'fulfilled' ? !answer.value.post_id : !(answer?.reason instanceof ApiError && answer.reason.isRefusal);
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

function forgetPreview({ preview }: Upload): void {
  if (preview?.startsWith('blob:')) URL.revokeObjectURL(preview);
}

export function removeUpload(key: string, upload: Upload): void {
  controllers.get(upload.id)?.abort();
  forgetPreview(upload);
  change(key, (list) => list.filter((u) => u.id !== upload.id));
}

export function retryUpload(key: string, upload: Upload): void {
  patch(key, upload.id, { error: undefined, stranded: false, progress: 0 });
  start(key, upload);
}

export function clearUploads(key: string): void {
  (useLists.getState()[key] ?? NONE).forEach((upload) => removeUpload(key, upload));
}

export function retryStrandedUploads(): void {
  for (const [key, list] of Object.entries(useLists.getState())) {
    list.filter((u) => u.stranded).forEach((u) => retryUpload(key, u));
  }
}

export function forgetUploads(): void {
  controllers.forEach((controller) => controller.abort());
  Object.values(useLists.getState()).flat().forEach(forgetPreview);
  useLists.setState({}, true);
}
