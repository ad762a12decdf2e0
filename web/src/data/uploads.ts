// Files on their way into a message, by draft: they outlive the composer on screen, as the draft's text does.
import type { FileInfo } from '@mattermost/types/files';
import { create } from 'zustand';
import { ApiError } from '@/api/core';
import { uploadFile } from '@/api/files';
import { t } from '@/i18n';
import { localId } from '@/lib/ids';
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

function change(key: string, edit: (list: Upload[]) => Upload[]): void {
  useLists.setState((lists) => ({ [key]: edit(lists[key] ?? NONE) }));
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

// Files that the server has already, back in the draft of a message it refused.
export function restoreUploads(key: string, channelId: string, files: FileInfo[]): void {
  const back = files.map((info): Upload => ({
    id: localId('upload'), channelId, name: info.name, size: info.size, type: info.mime_type, progress: 1, info,
  }));
  change(key, (list) => [...back, ...list]);
}

export function removeUpload(key: string, upload: Upload): void {
  controllers.get(upload.id)?.abort();
  if (upload.preview) URL.revokeObjectURL(upload.preview);
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
  Object.keys(useLists.getState()).forEach(clearUploads);
  useLists.setState({}, true);
}
