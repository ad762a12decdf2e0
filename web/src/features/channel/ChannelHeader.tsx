// The header of a channel: title, menu, members, search.
import type { ServerChannel } from '@mattermost/types/channels';
import { useQuery } from '@tanstack/react-query';
import { ArchiveRestore, Bell, BellOff, Bookmark, ChevronDown, FolderArchive, Hash, Info, Link2, Lock, LogOut, MenuIcon, Pin, Search, Star, UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import { getStats, restoreChannel } from '@/api/channels';
import { getProjectOfChannel } from '@/api/projects';
import { avatarUrl } from '@/api/users';
import { leaveChannel, receiveChannel, setFavorite, setMuted } from '@/data/channels';
import { Avatar } from '@/design/primitives';
import { IconButton } from '@/design/controls';
import { Menu, MenuItem, MenuSeparator } from '@/design/overlay';
import { StatusEmoji } from '@/emoji/StatusEmoji';
import { t, tn, type MessageKey } from '@/i18n';
import { closePanel, navigateTo, openPanel, usePanel } from '@/lib/navigate';
import { Markdown } from '@/messages/markdown/Markdown';
import { channelTitle, isMuted, getTeammateId } from '@/state/entities/channels';
import { isTeamAdmin } from '@/state/entities/teams';
import { amAdmin, amGuest, displayName } from '@/state/entities/users';
import { useEntities } from '@/state/store';
import { openDialog, setNavOpen, toastError } from '@/state/ui';
import css from './channel.module.css';
import { useMayBookmark } from './useBookmarks';

const statusNames: Record<string, MessageKey> = { online: 'status.online', away: 'status.away', dnd: 'status.dnd', offline: 'status.offline' };

export function ChannelHeader({ channel, teamId, teamName }: { channel: ServerChannel; teamId: string; teamName: string }) {
  const title = useEntities((s) => channelTitle(s, channel));
  const teammateId = useEntities((s) => getTeammateId(channel, s.meId));
  const teammate = useEntities((s) => s.users[teammateId]);
  const status = useEntities((s) => s.statuses[teammateId]) ?? 'offline';
  const member = useEntities((s) => s.members[channel.id]);
  const favorite = useEntities((s) => s.categories[teamId]?.categories.find((c) => c.type === 'favorites')?.channel_ids.includes(channel.id) ?? false);
  const panel = usePanel();
  const isDirect = channel.type === 'D';
  const version = useEntities((s) => s.memberChanges[channel.id] ?? 0);
  const stats = useQuery({ queryKey: ['stats', channel.id, version], queryFn: () => getStats(channel.id), enabled: !isDirect, staleTime: 60_000, placeholderData: (old) => old });
  const count = stats.data?.member_count ?? 0;
  const muted = isMuted(member);
  const inTeam = channel.type === 'O' || channel.type === 'P';
  const canLeave = inTeam && channel.name !== 'town-square';
  const archived = channel.delete_at > 0;
  const admin = useEntities((s) => isTeamAdmin(s, channel.team_id) || amAdmin(s));
  const guest = useEntities(amGuest);
  const guests = useEntities((s) => s.config.EnableGuestAccounts === 'true');
  const mayBookmark = useMayBookmark(channel, 'add');
  const [menuOpen, setMenuOpen] = useState(false);
  const projects = useQuery({ queryKey: ['project of channel', channel.id], queryFn: () => getProjectOfChannel(channel.team_id, channel.id), enabled: menuOpen && inTeam && !archived && !guest, staleTime: 0 });
  const project = projects.data?.[0];
  const toggle = (kind: 'pinned' | 'members') => (panel?.kind === kind ? closePanel() : openPanel({ kind }));

  return (
    <header className={css.header}>
      <IconButton className={css.navButton} label={t('sidebar.open')} data-testid="open-nav" onClick={() => setNavOpen(true)}><MenuIcon size={19} /></IconButton>
      <Menu
        onOpenChange={setMenuOpen}
        trigger={(
          <button type="button" className={css.title} data-testid="channel-menu">
            {isDirect
              ? <Avatar id={teammateId} name={title} size={26} status={status} src={teammate?.last_picture_update ? avatarUrl(teammateId, teammate.last_picture_update) : undefined} />
              : channel.type === 'G' ? <Users size={17} /> : channel.type === 'P' ? <Lock size={16} /> : <Hash size={18} />}
            <h1 data-testid="channel-title"><bdi>{title}</bdi></h1>
            <ChevronDown size={14} />
          </button>
        )}
      >
        {isDirect
          ? <MenuItem icon={<Info size={16} />} onSelect={() => openDialog({ kind: 'profile', userId: teammateId })}>{t('user.viewProfile')}</MenuItem>
          : <MenuItem icon={<Info size={16} />} testId="menu-channel-details" onSelect={() => openDialog({ kind: 'channel-details', channelId: channel.id })}>{t('channel.details')}</MenuItem>}
        {!isDirect && <MenuItem icon={<Users size={16} />} onSelect={() => openPanel({ kind: 'members' })}>{t('channel.members')}</MenuItem>}
        {!isDirect && !archived && !guest && channel.type !== 'G' && <MenuItem icon={<UserPlus size={16} />} testId="menu-add-members" onSelect={() => openDialog({ kind: 'add-members', channelId: channel.id })}>{t('channel.addPeople')}</MenuItem>}
        {!isDirect && !archived && admin && guests && channel.type !== 'G' && <MenuItem icon={<Link2 size={16} />} testId="menu-guest-links" onSelect={() => openDialog({ kind: 'guest-links', channelId: channel.id })}>{t('guestLink.dialogTitle')}</MenuItem>}
        {mayBookmark && <MenuItem icon={<Bookmark size={16} />} testId="menu-bookmark" onSelect={() => openDialog({ kind: 'bookmark', channelId: channel.id })}>{t('bookmark.add')}</MenuItem>}
        <MenuItem icon={<Pin size={16} />} onSelect={() => openPanel({ kind: 'pinned' })}>{t('channel.pinned')}</MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Star size={16} />} onSelect={() => void setFavorite(teamId, channel.id, !favorite)}>{favorite ? t('channel.unfavorite') : t('channel.favorite')}</MenuItem>
        <MenuItem icon={muted ? <Bell size={16} /> : <BellOff size={16} />} onSelect={() => void setMuted(channel.id, !muted)}>{muted ? t('channel.unmute') : t('channel.mute')}</MenuItem>
        {archived && admin && <MenuItem icon={<ArchiveRestore size={16} />} testId="menu-restore" onSelect={() => { restoreChannel(channel.id).then(receiveChannel, toastError); }}>{t('channel.restore')}</MenuItem>}
        {!archived && project && <MenuItem icon={<FolderArchive size={16} />} testId="menu-archive-project" onSelect={() => openDialog({ kind: 'archive-project', project })}>{t('project.archive')}</MenuItem>}
        {canLeave && (
          <>
            <MenuSeparator />
            <MenuItem danger icon={<LogOut size={16} />} testId="menu-leave" onSelect={() => { leaveChannel(channel.id).then(() => navigateTo(`/${teamName}`), toastError); }}>{t('channel.leave')}</MenuItem>
          </>
        )}
      </Menu>
      <div className={css.description}>
        {isDirect ? <span>{t(statusNames[status] ?? 'status.offline')}{teammate?.position && ` · ${teammate.position}`}<StatusEmoji user={teammate} withText /></span> : channel.header && <Markdown text={channel.header.split('\n')[0] ?? ''} team={teamName} />}
      </div>
      <div className={css.actions}>
        {favorite && <Star size={15} className={css.star} aria-label={t('sidebar.favorites')} />}
        {!isDirect && (
          <button type="button" className={css.memberButton} aria-pressed={panel?.kind === 'members'} title={tn('channel.memberCount', count)} aria-label={t('channel.members')} data-testid="open-members" onClick={() => toggle('members')}>
            <Users size={17} />{count > 0 && <span>{count}</span>}
          </button>
        )}
        <IconButton className={css.desktopOnly} label={t('channel.pinned')} aria-pressed={panel?.kind === 'pinned'} onClick={() => toggle('pinned')}><Pin size={17} /></IconButton>
        <IconButton label={t('command.search')} aria-pressed={panel?.kind === 'search'} data-testid="open-search" onClick={() => (panel?.kind === 'search' ? closePanel() : openPanel({ kind: 'search', terms: '' }))}><Search size={18} /></IconButton>
      </div>
      <span className="visually-hidden">{displayName(teammate)}</span>
    </header>
  );
}
