// State of this window: dialogs, toasts, the connection, the theme. What can be linked to is in the URL instead.
import { create } from 'zustand';
import type { Bookmark } from '@/api/bookmarks';
import type { DialogRequest } from '@/api/integrations';
import type { Project } from '@/api/projects';
import { readLocal, writeLocal } from '@/lib/storage';
import { localId } from '@/lib/ids';

export type Dialog =
  | { kind: 'create-channel' }
  | { kind: 'browse-channels' }
  | { kind: 'new-message' }
  | { kind: 'invite' }
  | { kind: 'add-members'; channelId: string }
  | { kind: 'channel-details'; channelId: string }
  | { kind: 'guest-links'; channelId: string }
  | { kind: 'bookmark'; channelId: string; bookmark?: Bookmark }
  | { kind: 'project' }
  | { kind: 'channel-templates' }
  | { kind: 'archive-project'; project: Project }
  | { kind: 'profile'; userId: string }
  | { kind: 'settings'; tab?: 'notifications' }
  | { kind: 'team-settings'; teamId: string }
  | { kind: 'custom-status' }
  | { kind: 'switcher' }
  | { kind: 'shortcuts' }
  | { kind: 'delete-post'; postId: string }
  | { kind: 'integration'; request: DialogRequest; channelId: string }
  | { kind: 'image'; fileId: string; postId: string };

export interface Toast {
  id: string;
  variant: 'info' | 'error' | 'success';
  text: string;
}

export type Connection = 'idle' | 'connecting' | 'online' | 'offline';
export type Theme = 'system' | 'light' | 'dark';

interface Ui {
  dialog: Dialog | null;
  toasts: Toast[];
  connection: Connection;
  navOpen: boolean;
  theme: Theme;
  session: 'unknown' | 'anonymous' | 'secondFactor' | 'ready';
  editing: string | null;
  // Unsaved edits by post id; `problem` is why the server rejected one.
  edits: Record<string, { text: string; problem?: string }>;
  // The open channel, for the side panels.
  channelId: string;
  // Channels that the user marked as unread, with the time of the first unread message; they stay unread until opened again.
  manuallyUnread: Record<string, number>;
}

function readTheme(): Theme {
  const value = readLocal('theme');
  return value === 'light' || value === 'dark' ? value : 'system';
}

export const useUi = create<Ui>(() => ({
  dialog: null, toasts: [], connection: 'idle', navOpen: false, theme: readTheme(), session: 'unknown', editing: null, edits: {}, channelId: '', manuallyUnread: {},
}));

export const openDialog = (dialog: Dialog) => useUi.setState({ dialog, navOpen: false });
export const closeDialog = () => useUi.setState({ dialog: null });
export const setNavOpen = (navOpen: boolean) => useUi.setState({ navOpen });
export const setConnection = (connection: Connection) => useUi.setState({ connection });
export const setSession = (session: Ui['session']) => useUi.setState({ session });
export const setManuallyUnread = (channelId: string, since: number) => useUi.setState((s) => ({ manuallyUnread: { ...s.manuallyUnread, [channelId]: since } }));
export const clearManuallyUnread = (channelId: string) => useUi.setState((s) => ({ manuallyUnread: Object.fromEntries(Object.entries(s.manuallyUnread).filter(([id]) => id !== channelId)) }));
export const saveEdit = (postId: string, text: string, problem?: string) => useUi.setState((s) => ({ edits: { ...s.edits, [postId]: { text, problem } } }));
export const discardEdit = (postId: string) => useUi.setState((s) => ({ edits: Object.fromEntries(Object.entries(s.edits).filter(([id]) => id !== postId)) }));
export const setEditing = (editing: string | null) => useUi.setState({ editing });

export function setTheme(theme: Theme): void {
  writeLocal('theme', theme === 'system' ? null : theme);
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  useUi.setState({ theme });
}

export function dismissToast(id: string): void {
  useUi.setState((s) => ({ toasts: s.toasts.filter((t) => t.id !== id) }));
}

export function toast(text: string, variant: Toast['variant'] = 'info'): void {
  const id = localId('toast');
  useUi.setState((s) => ({ toasts: [...s.toasts.filter((t) => t.text !== text), { id, text, variant }].slice(-3) }));
  setTimeout(() => dismissToast(id), variant === 'error' ? 8000 : 4000);
}

export function toastError(error: unknown): void {
  if (error instanceof DOMException && error.name === 'AbortError') return;
  toast(error instanceof Error ? error.message : String(error), 'error');
}
