// Whether my roles in a channel include a permission; loads those that are not known yet.
import { useEffect } from 'react';
import { requestRoles } from '@/data/roles';
import { mayInChannel, myRoles } from '@/state/entities/roles';
import { useEntities } from '@/state/store';

export function useMayInChannel(channelId: string, permission: 'create_post' | 'add_reaction' | 'manage_channel_roles'): boolean {
  const names = useEntities((s) => myRoles(s, channelId).join(' '));
  useEffect(() => requestRoles(names.split(' ').filter(Boolean)), [names]);
  return useEntities((s) => mayInChannel(s, channelId, permission));
}
