// The page of a channel, found by the name in the URL.
import type { ServerChannel } from '@mattermost/types/channels';
import type { Team } from '@mattermost/types/teams';
import { useQuery } from '@tanstack/react-query';
import { Compass, Hash, MenuIcon } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { getChannelByName } from '@/api/channels';
import { getUserByUsername } from '@/api/users';
import { joinChannel, loadChannel, openDirectChannel, receiveChannel } from '@/data/channels';
import { loadPost } from '@/data/posts';
import { requestUsers, requestStatuses } from '@/data/users';
import { EmptyState } from '@/design/primitives';
import { Button, IconButton } from '@/design/controls';
import { BookmarkBar } from '@/features/channel/BookmarkBar';
import { ChannelHeader } from '@/features/channel/ChannelHeader';
import channelCss from '@/features/channel/channel.module.css';
import { Timeline } from '@/features/channel/Timeline';
import { TimelineSkeleton } from '@/features/channel/TimelineSkeleton';
import { Composer } from '@/features/composer/Composer';
import { t } from '@/i18n';
import { navigateTo } from '@/lib/navigate';
import { useMayInChannel } from '@/messages/useMayInChannel';
import { writeLocal } from '@/lib/storage';
import { channelPath, channelTitle, getTeammateId } from '@/state/entities/channels';
import { apply, getState, useEntities } from '@/state/store';
import { amGuest, receiveUsers } from '@/state/entities/users';
import { openDialog, setNavOpen, toastError } from '@/state/ui';
import css from './app.module.css';

export function ChannelByName({ team, name }: { team: Team; name: string }) {
  const channel = useEntities((s) => Object.values(s.channels).find((c) => c.name === name && (c.team_id === team.id || c.team_id === '')));
  const loaded = useEntities((s) => s.loadedTeams[team.id] ?? false);
  const query = useQuery({
    queryKey: ['channel', team.id, name], enabled: loaded && !channel,
    queryFn: async () => {
      const found = await getChannelByName(team.id, name);
      receiveChannel(found);
      await loadChannel(found.id).catch(() => undefined);
      return found.id;
    },
  });
  if (channel && loaded) return <Conversation team={team} channel={channel} />;
  return query.isError ? <NotFound team={team} /> : <ChannelSkeleton />;
}

export function DirectByName({ team, name }: { team: Team; name: string }) {
  const loaded = useEntities((s) => s.loadedTeams[team.id] ?? false);
  const username = name.startsWith('@') ? name.slice(1) : '';
  const channel = useEntities((s) => Object.values(s.channels).find((c) => (username
    ? c.type === 'D' && s.users[getTeammateId(c, s.meId)]?.username === username
    : c.type === 'G' && c.name === name)));
  const isMember = useEntities((s) => Boolean(channel && s.members[channel.id]));
  const query = useQuery({
    queryKey: ['direct', name], enabled: loaded && !(channel && isMember),
    queryFn: async () => {
      if (!username) {
        const found = await getChannelByName(team.id, name);
        await loadChannel(found.id);
        return found.id;
      }
      const user = await getUserByUsername(username);
      apply((s) => receiveUsers(s, [user]));
      return (await openDirectChannel([user.id])).id;
    },
  });
  if (channel && loaded) return <Conversation team={team} channel={channel} />;
  return query.isError ? <NotFound team={team} /> : <ChannelSkeleton />;
}

// A permalink: finds the channel of the message, and opens it at the message.
export function Permalink({ team, postId }: { team: Team; postId: string }) {
  const [channelId, setChannelId] = useState('');
  const [focusId, setFocusId] = useState(postId);
  const [failed, setFailed] = useState(false);
  const loaded = useEntities((s) => s.loadedTeams[team.id] ?? false);
  const channel = useEntities((s) => s.channels[channelId]);
  useEffect(() => {
    if (!loaded) return;
    const find = async () => {
      const post = await loadPost(postId);
      if (!getState().members[post.channel_id]) await loadChannel(post.channel_id);
      setFocusId(post.root_id || post.id);
      setChannelId(post.channel_id);
      if (post.root_id) navigateTo(`/${team.name}/pl/${postId}?thread=${post.root_id}`, { replace: true });
    };
    find().catch(() => setFailed(true));
  }, [loaded, postId, team.name]);
  if (failed) return <NotFound team={team} />;
  return channel ? <Conversation team={team} channel={channel} focusId={focusId} /> : <ChannelSkeleton />;
}

function Conversation({ team, channel, focusId }: { team: Team; channel: ServerChannel; focusId?: string }) {
  const member = useEntities((s) => s.members[channel.id] !== undefined);
  const title = useEntities((s) => channelTitle(s, channel));
  const teammateId = useEntities((s) => getTeammateId(channel, s.meId));
  const teammateDeactivated = useEntities((s) => (s.users[teammateId]?.delete_at ?? 0) > 0);
  useEffect(() => {
    requestUsers([teammateId, channel.creator_id]);
    requestStatuses([teammateId]);
  }, [teammateId, channel.creator_id]);
  useEffect(() => {
    if (focusId) return;
    const path = channelPath(getState(), team.name, channel);
    writeLocal('last', path);
    writeLocal(`last.${team.id}`, path);
  }, [team, channel, focusId]);
  const mayPost = useMayInChannel(channel.id, 'create_post');
  const placeholder = t('composer.message', { name: title });
  const disabledReason = channel.delete_at > 0 ? t('channel.archived')
    : teammateDeactivated ? t('channel.deactivated')
      : mayPost ? undefined : t('channel.readOnly');
  return (
    <div className={css.conversation} data-dropzone data-testid="conversation" data-channel-id={channel.id}>
      <ChannelHeader channel={channel} teamId={team.id} teamName={team.name} />
      <BookmarkBar channel={channel} />
      <Timeline key={`${channel.id}:${focusId ?? ''}`} channel={channel} focusId={focusId} />
      {member
        ? <Composer key={channel.id} channelId={channel.id} teamId={team.id} placeholder={placeholder} disabledReason={disabledReason} />
        : (
          <div className={channelCss.preview} data-testid="join-banner">
            <p>{t('channel.previewing', { name: title })}</p>
            <Button variant="primary" onClick={() => void joinChannel(channel).catch(toastError)}>{t('channel.join')}</Button>
          </div>
        )}
    </div>
  );
}

export function ChannelSkeleton() {
  return <div className={css.conversation}><div className={css.headerPlaceholder} /><TimelineSkeleton /></div>;
}

function NotFound({ team }: { team: Team }) {
  const guest = useEntities(amGuest);
  return (
    <NoChannel
      title={t('channel.notFound')} text={t('channel.notFoundText')}
      action={(
        <div className={css.buttons}>
          {!guest && <Button onClick={() => openDialog({ kind: 'browse-channels' })}><Compass size={16} />{t('command.browse')}</Button>}
          <Button variant="primary" onClick={() => navigateTo(`/${team.name}`)}>{t(guest ? 'channel.goHomeGuest' : 'channel.goHome')}</Button>
        </div>
      )}
    />
  );
}

// Where a channel would be. The button opens the sidebar on a phone, where a channel's header has it.
export function NoChannel({ title, text, action }: { title: string; text: string; action?: ReactNode }) {
  return (
    <div className={css.conversation}>
      <IconButton className={css.navButton} label={t('sidebar.open')} data-testid="open-nav" onClick={() => setNavOpen(true)}><MenuIcon size={19} /></IconButton>
      <div className={css.center}><EmptyState icon={<Hash size={26} />} title={title} text={text} action={action} /></div>
    </div>
  );
}
