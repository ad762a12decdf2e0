// A channel's messages: loads them, marks them as read, draws the line above new ones.
import type { ServerChannel } from '@mattermost/types/channels';
import type { Post } from '@mattermost/types/posts';
import { CloudOff } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { loadNewer, loadOlder } from '@/data/posts';
import { EmptyState } from '@/design/primitives';
import { Button } from '@/design/controls';
import { t } from '@/i18n';
import { MessageList } from '@/messages/list/MessageList';
import { buildRows, rowKey } from '@/messages/list/model';
import { PostRow } from '@/messages/rows/PostRow';
import { channelTitle, unreadOf } from '@/state/entities/channels';
import { echoesIn } from '@/state/entities/posts';
import { useEntities, useEntitiesShallow } from '@/state/store';
import css from './channel.module.css';
import { ChannelIntro } from './ChannelIntro';
import { TimelineSkeleton } from './TimelineSkeleton';
import { useTimeline } from './useTimeline';

export function Timeline({ channel, focusId }: { channel: ServerChannel; focusId?: string }) {
  const { error, newSince, placeAtEnd, retry, onAtEnd, latest, generation } = useTimeline(channel.id, focusId);
  const timeline = useEntities((s) => s.timelines[channel.id]);
  const meId = useEntities((s) => s.meId);
  const title = useEntities((s) => channelTitle(s, channel));
  const unread = useEntities((s) => unreadOf(s.channels[channel.id], s.members[channel.id]).unread);
  const posts = useEntitiesShallow((s) => (timeline?.ids ?? []).map((id) => s.posts[id]).filter((p): p is Post => p !== undefined));
  const unsent = useEntitiesShallow((s) => (timeline ? [] : echoesIn(s, channel.id)));
  const rows = useMemo(() => buildRows(posts, { newSince, meId, head: true }), [posts, newSince, meId]);
  const loadOlderPage = useCallback(() => { loadOlder(channel.id).catch(() => undefined); }, [channel.id]);
  const loadNewerPage = useCallback(() => { loadNewer(channel.id).catch(() => undefined); }, [channel.id]);
  const jumpToLatest = useCallback(() => void latest(), [latest]);
  // The user's own new message, or an ephemeral one, is scrolled into view.
  const last = posts.at(-1);
  const ownKey = last && last.user_id === meId && (last.id === last.pending_post_id || last.type === 'system_ephemeral') ? rowKey(last) : '';

  if (!timeline) {
    return (
      <>
        {error
          ? <div className={css.failed}><EmptyState icon={<CloudOff size={26} />} title={t('timeline.failed')} text={error.message} action={<Button onClick={retry}>{t('action.retry')}</Button>} /></div>
          : <TimelineSkeleton />}
        {unsent.length > 0 && <div className={css.unsent} data-testid="unsent">{unsent.map((id) => <PostRow key={id} id={id} compact={false} place="channel" />)}</div>}
      </>
    );
  }
  const head = timeline.hasOlder ? <TimelineSkeleton short /> : <ChannelIntro channel={channel} />;
  return (
    <MessageList
      key={`${channel.id}:${generation}`} rows={rows} head={head} place="channel" focusId={placeAtEnd ? undefined : focusId} placeAtEnd={placeAtEnd} ownKey={ownKey} label={t('timeline.label', { name: title })}
      unreadBelow={unread} onNearStart={loadOlderPage} onNearEnd={loadNewerPage} onAtEnd={onAtEnd} onJump={timeline.hasNewer ? jumpToLatest : undefined}
    />
  );
}
