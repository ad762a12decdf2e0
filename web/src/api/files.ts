// Uploads with progress (by XMLHttpRequest: fetch does not report it) and the URLs of files.
import type { FileInfo, FileUploadResponse } from '@mattermost/types/files';
import { ApiError, apiUrl, buildUrl, del, get, post, writeHeaders } from './core';

export const CHUNKED_FROM_BYTES = 20 * 1024 * 1024;
const CHUNK_BYTES = 5 * 1024 * 1024;

export const fileUrl = (id: string, download = false) => apiUrl(`/files/${id}${download ? '?download=1' : ''}`);
export const thumbnailUrl = (id: string) => apiUrl(`/files/${id}/thumbnail`);
export const previewUrl = (id: string) => apiUrl(`/files/${id}/preview`);

export const getFileInfo = (id: string) => get<FileInfo>(`/files/${id}/info`);

interface UploadSession {
  id: string;
  file_offset: number;
  file_size: number;
}

interface SendOptions {
  onProgress: (sent: number) => void;
  signal: AbortSignal;
}

function upload<T>(path: string, body: FormData | Blob, { onProgress, signal }: SendOptions): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open('POST', buildUrl(path));
    for (const [name, value] of Object.entries(writeHeaders('POST'))) xhr.setRequestHeader(name, value);
    xhr.upload.onprogress = (event) => onProgress(event.loaded);
    xhr.onload = () => {
      let answer: unknown;
      try {
        answer = xhr.responseText ? JSON.parse(xhr.responseText) : undefined;
      } catch {
        answer = undefined;
      }
      if (xhr.status >= 200 && xhr.status < 300) resolve(answer as T | undefined);
      else {
        const error = (answer ?? {}) as { id?: string; message?: string };
        reject(new ApiError(xhr.status, error.id ?? '', error.message ?? `HTTP ${xhr.status}`));
      }
    };
    xhr.onerror = () => reject(new ApiError(0, 'network', 'The server cannot be reached.'));
    xhr.onabort = () => reject(new DOMException('Aborted', 'AbortError'));
    signal.addEventListener('abort', () => xhr.abort(), { once: true });
    xhr.send(body);
  });
}

async function uploadAtOnce(channelId: string, clientId: string, file: File, options: SendOptions): Promise<FileInfo> {
  const form = new FormData();
  form.append('channel_id', channelId);
  form.append('client_ids', clientId);
  form.append('files', file, file.name);
  const answer = await upload<FileUploadResponse>('/files', form, options);
  const info = answer?.file_infos[0];
  if (!info) throw new ApiError(500, 'upload.empty', 'The file was not stored.');
  return info;
}

// Large files are uploaded in chunks; after a lost connection the upload resumes at the server's offset.
async function uploadInChunks(channelId: string, file: File, options: SendOptions): Promise<FileInfo> {
  const session = await post<UploadSession>('/uploads', { channel_id: channelId, filename: file.name, file_size: file.size });
  try {
    return await sendChunks(session, file, options);
  } catch (error) {
    void cancelUpload(session.id);
    throw error;
  }
}

// Gives back the room that the upload takes. The server may still be reading the request that was aborted.
async function cancelUpload(id: string): Promise<void> {
  for (let tries = 1; tries <= 3; tries += 1) {
    try {
      await del(`/uploads/${id}`);
      return;
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status >= 400 && error.status !== 409)) return;
      await new Promise((resolve) => setTimeout(resolve, 1000 * tries));
    }
  }
}

async function sendChunks(begun: UploadSession, file: File, options: SendOptions): Promise<FileInfo> {
  let session = begun;
  let failures = 0;
  for (;;) {
    const start = session.file_offset;
    try {
      const info = await upload<FileInfo>(`/uploads/${session.id}`, file.slice(start, start + CHUNK_BYTES), {
        signal: options.signal,
        onProgress: (sent) => options.onProgress(start + sent),
      });
      if (info?.id) return info;
      failures = 0;
      session = { ...session, file_offset: Math.min(start + CHUNK_BYTES, file.size) };
    } catch (error) {
      failures += 1;
      if (!(error instanceof ApiError) || failures > 4 || (error.status >= 400 && error.status < 500) || error.status === 507) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000 * failures));
      session = await get<UploadSession>(`/uploads/${session.id}`);
    }
  }
}

export function uploadFile(channelId: string, clientId: string, file: File, options: SendOptions): Promise<FileInfo> {
  return file.size > CHUNKED_FROM_BYTES
    ? uploadInChunks(channelId, file, options)
    : uploadAtOnce(channelId, clientId, file, options);
}
export const proxiedImageUrl = (url: string) => apiUrl(`/image?url=${encodeURIComponent(url)}`);
