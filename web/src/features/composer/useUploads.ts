// Files on their way into a message: each with its progress, each removable and repeatable.
import type { FileInfo } from '@mattermost/types/files';
import { useCallback, useEffect, useRef, useState } from 'react';
import { uploadFile } from '@/api/files';
import { t } from '@/i18n';
import { localId } from '@/lib/ids';
import { formatBytes } from '@/lib/text';
import { getState } from '@/state/store';
import { toast } from '@/state/ui';

export interface Upload {
  id: string;
  file: File;
  progress: number;
  preview?: string;
  info?: FileInfo;
  error?: string;
}

const MOST = 10;

export function useUploads(channelId: string) {
  const [uploads, setUploads] = useState<Upload[]>([]);
  const controllers = useRef(new Map<string, AbortController>());

  const patch = useCallback((id: string, change: Partial<Upload>) => {
    setUploads((list) => list.map((u) => (u.id === id ? { ...u, ...change } : u)));
  }, []);

  const start = useCallback((id: string, file: File) => {
    const controller = new AbortController();
    controllers.current.set(id, controller);
    uploadFile(channelId, id, file, {
      signal: controller.signal,
      onProgress: (sent) => patch(id, { progress: Math.min(0.99, file.size ? sent / file.size : 0) }),
    }).then(
      (info) => patch(id, { info, progress: 1 }),
      (error: unknown) => {
        if (!controller.signal.aborted) patch(id, { error: error instanceof Error ? error.message : String(error) });
      },
    );
  }, [channelId, patch]);

  const add = useCallback((files: File[]) => {
    const max = Number(getState().config.MaxFileSize) || Infinity;
    const small = files.filter((file) => {
      if (file.size <= max) return true;
      toast(t('file.tooLarge', { name: file.name, size: formatBytes(max) }), 'error');
      return false;
    });
    setUploads((list) => {
      const room = MOST - list.length;
      if (small.length > room) toast(t('file.tooMany', { count: MOST }), 'error');
      const fresh = small.slice(0, Math.max(0, room)).map((file): Upload => ({
        id: localId('upload'), file, progress: 0,
        preview: file.type.startsWith('image/') ? URL.createObjectURL(file) : undefined,
      }));
      // Starting inside the updater would start twice in development; the next turn of the loop runs once.
      queueMicrotask(() => fresh.forEach((u) => { if (!controllers.current.has(u.id)) start(u.id, u.file); }));
      return [...list, ...fresh];
    });
  }, [start]);

  const remove = useCallback((id: string) => {
    controllers.current.get(id)?.abort();
    setUploads((list) => list.filter((u) => {
      if (u.id === id && u.preview) URL.revokeObjectURL(u.preview);
      return u.id !== id;
    }));
  }, []);

  const retry = useCallback((upload: Upload) => {
    patch(upload.id, { error: undefined, progress: 0 });
    start(upload.id, upload.file);
  }, [patch, start]);

  const clear = useCallback(() => {
    setUploads((list) => {
      list.forEach((u) => { if (u.preview) URL.revokeObjectURL(u.preview); });
      return [];
    });
  }, []);

  useEffect(() => {
    const running = controllers.current;
    return () => running.forEach((c) => c.abort());
  }, []);

  return { uploads, add, remove, retry, clear };
}
