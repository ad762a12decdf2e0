// Unsent text per channel or thread, kept in the browser so that nothing typed is lost.
import { readLocal, writeLocal } from '@/lib/storage';

const listeners = new Set<() => void>();

export const draftKey = (channelId: string, rootId: string) => `draft.${channelId}${rootId ? `.${rootId}` : ''}`;
export const readDraft = (key: string) => readLocal(key) ?? '';

export function writeDraft(key: string, text: string): void {
  const had = readDraft(key) !== '';
  writeLocal(key, text.trim() === '' ? null : text);
  if (had !== (text.trim() !== '')) listeners.forEach((listener) => listener());
}

export function subscribeDrafts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
