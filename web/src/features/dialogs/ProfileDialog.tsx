// A user's profile.
import { MessageSquare, Pencil, X } from 'lucide-react';
import { useEffect } from 'react';
import { avatarUrl } from '@/api/users';
import { openDirectChannel } from '@/data/channels';
import { requestUsers } from '@/data/users';
import { currentTeam } from '@/data/screen';
import { Avatar, Tag } from '@/design/primitives';
import { Button, IconButton } from '@/design/controls';
import { Dialog } from '@/design/overlay';
import { StatusEmoji } from '@/emoji/StatusEmoji';
import { t, type MessageKey } from '@/i18n';
import { navigateTo } from '@/lib/navigate';
import { channelPath } from '@/state/entities/channels';
import { displayName, isAdmin } from '@/state/entities/users';
import { getState, useEntities } from '@/state/store';
import { closeDialog, openDialog, toastError } from '@/state/ui';
import css from './dialogs.module.css';
import { ProfileAttributes } from './ProfileAttributes';

const statusNames: Record<string, MessageKey> = { online: 'status.online', away: 'status.away', dnd: 'status.dnd', offline: 'status.offline' };

export function ProfileDialog({ userId }: { userId: string }) {
  const user = useEntities((s) => s.users[userId]);
  const status = useEntities((s) => s.statuses[userId]) ?? 'offline';
  const me = useEntities((s) => s.meId === userId);
  const team = useEntities(currentTeam);
  useEffect(() => requestUsers([userId]), [userId]);
  if (!user) return null;
  const openConversation = () => {
    openDirectChannel([userId]).then((channel) => {
      closeDialog();
      if (team) navigateTo(channelPath(getState(), team.name, channel));
    }, toastError);
  };
  const fullName = `${user.first_name} ${user.last_name}`.trim();
  return (
    <Dialog title={displayName(user)} closeLabel={t('action.close')} onClose={closeDialog} hideTitle testId="profile-dialog">
      <div className={css.profile}>
        <IconButton className={css.corner} label={t('action.close')} onClick={closeDialog}><X size={18} /></IconButton>
        <Avatar id={user.id} name={displayName(user)} size={84} status={status} src={user.last_picture_update ? avatarUrl(user.id, user.last_picture_update) : undefined} />
        <h2>{displayName(user)}</h2>
        <p>@{user.username}{user.position && ` · ${user.position}`}</p>
        <p>{t(statusNames[status] ?? 'status.offline')} {user.is_bot && <Tag>{t('user.bot')}</Tag>} {isAdmin(user) && <Tag>{t('user.admin')}</Tag>}</p>
        <p><StatusEmoji user={user} withText /></p>
        <div className={css.profileActions}>
          <Button variant="primary" onClick={openConversation}><MessageSquare size={16} />{me ? t('user.messageYourself') : t('user.message')}</Button>
          {me && <Button onClick={() => openDialog({ kind: 'settings' })}><Pencil size={15} />{t('user.edit')}</Button>}
        </div>
      </div>
      {(fullName || user.email || user.bot_description) && (
        <dl className={css.details}>
          {fullName && fullName !== displayName(user) && <><dt>{t('user.fullName')}</dt><dd>{fullName}</dd></>}
          {user.email && <><dt>{t('auth.email')}</dt><dd><a href={`mailto:${user.email}`}>{user.email}</a></dd></>}
          {user.bot_description && <><dt>{t('user.about')}</dt><dd>{user.bot_description}</dd></>}
        </dl>
      )}
      <ProfileAttributes userId={user.id} />
    </Dialog>
  );
}
