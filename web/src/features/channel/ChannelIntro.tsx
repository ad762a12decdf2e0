// The introduction at the start of a channel.
import type { ServerChannel } from '@mattermost/types/channels';
import { Hash, Lock, Pencil, UserPlus, Users } from 'lucide-react';
import { avatarUrl } from '@/api/users';
import { Avatar } from '@/design/primitives';
import { Button } from '@/design/controls';
import { t } from '@/i18n';
import { formatDate } from '@/lib/time';
import { channelTitle, getTeammateId } from '@/state/entities/channels';
import { amGuest } from '@/state/entities/users';
import { useEntities } from '@/state/store';
import { openDialog } from '@/state/ui';
import css from './channel.module.css';

export function ChannelIntro({ channel }: { channel: ServerChannel }) {
  const title = useEntities((s) => channelTitle(s, channel));
  const meId = useEntities((s) => s.meId);
  const teammateId = getTeammateId(channel, meId);
  const teammate = useEntities((s) => s.users[teammateId]);
  const guest = useEntities(amGuest);
  const creator = useEntities((s) => s.users[channel.creator_id]?.username);
  if (channel.type === 'D') {
    return (
      <div className={css.intro}>
        <Avatar id={teammateId} name={title} size={64} src={teammate?.last_picture_update ? avatarUrl(teammateId, teammate.last_picture_update) : undefined} />
        <h2>{title}</h2>
        <p>{teammateId === meId ? t('intro.self') : t('intro.direct', { name: title })}</p>
      </div>
    );
  }
  if (channel.type === 'G') {
    return (
      <div className={css.intro}>
        <span className={css.introIcon}><Users size={28} /></span>
        <h2>{title}</h2>
        <p>{t('intro.group')}</p>
      </div>
    );
  }
  return (
    <div className={css.intro}>
      <span className={css.introIcon}>{channel.type === 'P' ? <Lock size={28} /> : <Hash size={28} />}</span>
      <h2>{title}</h2>
      <p>
        {channel.name === 'town-square' ? t('intro.townSquare') : creator
          ? t('intro.channelBy', { user: creator, day: formatDate(channel.create_at) })
          : t('intro.channel', { day: formatDate(channel.create_at) })}
        {channel.purpose && ` ${channel.purpose}`}
      </p>
      {channel.delete_at === 0 && !guest && <div className={css.introActions}>
        {channel.name === 'town-square'
          ? <Button size="small" onClick={() => openDialog({ kind: 'invite' })}><UserPlus size={15} />{t('command.invite')}</Button>
          : <Button size="small" onClick={() => openDialog({ kind: 'add-members', channelId: channel.id })}><UserPlus size={15} />{t('channel.addPeople')}</Button>}
        <Button size="small" onClick={() => openDialog({ kind: 'channel-details', channelId: channel.id })}><Pencil size={14} />{t('channel.edit')}</Button>
      </div>}
    </div>
  );
}
