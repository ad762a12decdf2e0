// What menus and dialogs of integrations offer of what this window knows: people, or channels.
import type { Choice } from '@/lib/choices';
import { useEntities } from './store';

// Null where the choices are the integration's own.
export function useChoicesOf(source: string | undefined): Choice[] | null {
  const users = useEntities((s) => s.users);
  const channels = useEntities((s) => s.channels);
  if (source === 'users') return Object.values(users).map((user) => ({ text: `@${user.username}`, value: user.id }));
  if (source !== 'channels') return null;
  const named = Object.values(channels).filter((channel) => channel.type === 'O' || channel.type === 'P');
  return named.map((channel) => ({ text: channel.display_name, value: channel.id }));
}
