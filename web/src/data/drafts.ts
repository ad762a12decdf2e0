// Unsent text per person and channel or thread, kept in the browser so that nothing typed is lost.
import { readLocal, writeLocal } from '@/lib/storage';
import { getState } from '@/state/store';

// Called when a draft is created or removed; with its key when text was returned to it.
type Listener = (restored?: string) => void;
const listeners = new Set<Listener>();

// By user, since several may use the same browser.
export const draftKey = (channelId: string, rootId: string) => `draft.${getState().meId}.${channelId}${rootId ? `.${rootId}` : ''}`;
export const readDraft = (key: string) => readLocal(key) ?? '';

export function writeDraft(key: string, text: string): void {
  const existed = readDraft(key) !== '';
  writeLocal(key, text.trim() === '' ? null : text);
  if (existed !== (text.trim() !== '')) listeners.forEach((listener) => listener());
}

// Returns text to a draft, before what it contains already.
export function restoreDraft(key: string, text: string): void {
  writeLocal(key, [text, readDraft(key)].filter(Boolean).join('\n'));
  listeners.forEach((listener) => listener(key));
}

export function subscribeDrafts(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
