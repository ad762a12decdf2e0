// The icon before a channel's name.
import type { ServerChannel } from '@mattermost/types/channels';
import { Hash, Lock } from 'lucide-react';
import { avatarUrl } from '@/api/users';
import { Avatar } from '@/design/primitives';
import { displayName } from '@/state/entities/users';
import { useEntities } from '@/state/store';
import css from './sidebar.module.css';

export function ChannelIcon({ channel, teammateId }: { channel: ServerChannel; teammateId: string }) {
  const user = useEntities((s) => s.users[teammateId]);
  const status = useEntities((s) => s.statuses[teammateId]);
  if (channel.type === 'D') {
    return <Avatar id={teammateId} name={displayName(user)} size={21} status={status ?? 'offline'} src={user?.last_picture_update ? avatarUrl(teammateId, user.last_picture_update) : undefined} />;
  }
  if (channel.type === 'G') return <span className={css.group}>{channel.display_name.split(',').length - 1}</span>;
  return channel.type === 'P' ? <Lock size={15} /> : <Hash size={16} />;
}
