// Whether my roles in a channel include a permission; loads those that are not known yet.
import { useEffect } from 'react';
import { requestRoles } from '@/data/roles';
import { mayInChannel, myRoles } from '@/state/entities/roles';
import { useEntities } from '@/state/store';

type BookmarkPermission = `${'add' | 'edit' | 'delete' | 'order'}_bookmark_${'public' | 'private'}_channel`;
type ChannelPermission = 'create_post' | 'add_reaction' | 'manage_channel_roles' | BookmarkPermission;

export function useMayInChannel(channelId: string, permission: ChannelPermission): boolean {
  const names = useEntities((s) => myRoles(s, channelId).join(' '));
  useEffect(() => requestRoles(names.split(' ').filter(Boolean)), [names]);
  return useEntities((s) => mayInChannel(s, channelId, permission));
}
