// A conversation, found by the name in the address.
import type { ServerChannel } from '@mattermost/types/channels';
import type { Team } from '@mattermost/types/teams';
import { useQuery } from '@tanstack/react-query';
import { Compass, Hash } from 'lucide-react';
import { useEffect, useState } from 'react';
import { getChannelByName } from '@/api/channels';
import { getUserByUsername } from '@/api/users';
import { joinChannel, loadChannel, openDirect, receiveChannel } from '@/data/channels';
import { loadPost } from '@/data/posts';
import { needUsers, refreshStatuses } from '@/data/people';
import { EmptyState } from '@/design/bits';
import { Button } from '@/design/controls';
import { ChannelHeader } from '@/features/channel/ChannelHeader';
import channelCss from '@/features/channel/channel.module.css';
import { Timeline } from '@/features/channel/Timeline';
import { TimelineSkeleton } from '@/features/channel/TimelineSkeleton';
import { Composer } from '@/features/composer/Composer';
import { t } from '@/i18n';
import { go } from '@/lib/navigate';
import { writeLocal } from '@/lib/storage';
import { channelPath, channelTitle, teammateId } from '@/state/entities/channels';
import { apply, getState, useEntities } from '@/state/store';
import { receiveUsers } from '@/state/entities/users';
import { openDialog, toastError } from '@/state/ui';
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
  return query.isError ? <NotFound team={team} /> : <Waiting />;
}

export function DirectByName({ team, name }: { team: Team; name: string }) {
  const loaded = useEntities((s) => s.loadedTeams[team.id] ?? false);
  const username = name.startsWith('@') ? name.slice(1) : '';
  const channel = useEntities((s) => Object.values(s.channels).find((c) => (username
    ? c.type === 'D' && s.users[teammateId(c, s.meId)]?.username === username
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
      return (await openDirect([user.id])).id;
    },
  });
  if (channel && loaded) return <Conversation team={team} channel={channel} />;
  return query.isError ? <NotFound team={team} /> : <Waiting />;
}

// A link to one message: find its channel, then show it there.
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
      if (post.root_id) go(`/${team.name}/pl/${postId}?thread=${post.root_id}`, { replace: true });
    };
    find().catch(() => setFailed(true));
  }, [loaded, postId, team.name]);
  if (failed) return <NotFound team={team} />;
  return channel ? <Conversation team={team} channel={channel} focusId={focusId} /> : <Waiting />;
}

function Conversation({ team, channel, focusId }: { team: Team; channel: ServerChannel; focusId?: string }) {
  const member = useEntities((s) => s.members[channel.id] !== undefined);
  const title = useEntities((s) => channelTitle(s, channel));
  const mateId = useEntities((s) => teammateId(channel, s.meId));
  const mateGone = useEntities((s) => (s.users[mateId]?.delete_at ?? 0) > 0);
  useEffect(() => {
    needUsers([mateId, channel.creator_id]);
    refreshStatuses([mateId]);
  }, [mateId, channel.creator_id]);
  useEffect(() => {
    if (focusId) return;
    const path = channelPath(getState(), team.name, channel);
    writeLocal('last', path);
    writeLocal(`last.${team.id}`, path);
  }, [team, channel, focusId]);
  const placeholder = channel.type === 'D' ? t('composer.direct', { name: title }) : t('composer.channel', { name: title });
  const closed = channel.delete_at > 0 ? t('channel.archived') : mateGone ? t('channel.mateGone') : undefined;
  return (
    <div className={css.conversation} data-dropzone data-testid="conversation" data-channel-id={channel.id}>
      <ChannelHeader channel={channel} teamId={team.id} teamName={team.name} />
      <Timeline key={`${channel.id}:${focusId ?? ''}`} channel={channel} focusId={focusId} />
      {member
        ? <Composer key={channel.id} channelId={channel.id} teamId={team.id} placeholder={placeholder} disabledReason={closed} />
        : (
          <div className={channelCss.preview} data-testid="join-banner">
            <p>{t('channel.previewing', { name: title })}</p>
            <Button tone="primary" onClick={() => void joinChannel(channel).catch(toastError)}>{t('channel.join')}</Button>
          </div>
        )}
    </div>
  );
}

function Waiting() {
  return <div className={css.conversation}><div className={css.headerGap} /><TimelineSkeleton /></div>;
}

function NotFound({ team }: { team: Team }) {
  return (
    <div className={css.conversation}>
      <div className={css.center}>
        <EmptyState
          icon={<Hash size={26} />} title={t('channel.notFound')} text={t('channel.notFoundText')}
          action={(
            <div className={css.pair}>
              <Button onClick={() => openDialog({ kind: 'browse-channels' })}><Compass size={16} />{t('command.browse')}</Button>
              <Button tone="primary" onClick={() => go(`/${team.name}/channels/town-square`)}>{t('channel.goHome')}</Button>
            </div>
          )}
        />
      </div>
    </div>
  );
}
