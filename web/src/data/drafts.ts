// Unsent text per person and channel or thread, kept in the browser so that nothing typed is lost.
import { readLocal, writeLocal } from '@/lib/storage';
import { getState } from '@/state/store';

// Told when a draft appears or vanishes; with its key when a text was put back into it from elsewhere.
type Listener = (restored?: string) => void;
const listeners = new Set<Listener>();

// A browser may be shared, so a draft is its author's.
export const draftKey = (channelId: string, rootId: string) => `draft.${getState().meId}.${channelId}${rootId ? `.${rootId}` : ''}`;
export const readDraft = (key: string) => readLocal(key) ?? '';

export function writeDraft(key: string, text: string): void {
  const had = readDraft(key) !== '';
  writeLocal(key, text.trim() === '' ? null : text);
  if (had !== (text.trim() !== '')) listeners.forEach((listener) => listener());
}

// Puts a text back in front of what is being written.
export function restoreDraft(key: string, text: string): void {
  writeLocal(key, [text, readDraft(key)].filter(Boolean).join('\n'));
  listeners.forEach((listener) => listener(key));
}

export function subscribeDrafts(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
