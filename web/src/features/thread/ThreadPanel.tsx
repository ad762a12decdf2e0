// A thread in the side panel. The composer is passed in, because features do not import each other.
import type { Post } from '@mattermost/types/posts';
import { useQuery } from '@tanstack/react-query';
import { Bell, BellRing, MessageSquareDashed, X } from 'lucide-react';
import { useEffect, useMemo, type ReactNode } from 'react';
import { followThread, getUserThread, readThread } from '@/api/posts';
import { loadPost, loadThread } from '@/data/posts';
import { isWindowActive, setVisibleConversation } from '@/data/screen';
import { EmptyState, Skeleton } from '@/design/primitives';
import { Button, IconButton } from '@/design/controls';
import { t, tn } from '@/i18n';
import { closePanel } from '@/lib/navigate';
import { MessageList } from '@/messages/list/MessageList';
import { buildRows } from '@/messages/list/model';
import { PostRow } from '@/messages/rows/PostRow';
import { channelTitle } from '@/state/entities/channels';
import { markThreadRead, receiveThread, setFollowing } from '@/state/entities/threads';
import { apply, useEntities, useEntitiesShallow } from '@/state/store';
import { toastError } from '@/state/ui';
import css from './thread.module.css';

interface ThreadPanelProps {
  rootId: string;
  teamId: string;
  composer: (channelId: string) => ReactNode;
}

export function ThreadPanel({ rootId, teamId, composer }: ThreadPanelProps) {
  const root = useEntities((s) => s.posts[rootId]);
  const title = useEntities((s) => channelTitle(s, s.channels[root?.channel_id ?? '']));
  const replies = useEntities((s) => s.replies[rootId]);
  const meId = useEntities((s) => s.meId);
  const thread = useEntities((s) => s.threads[rootId]);
  const following = useEntities((s) => s.threads[rootId]?.is_following ?? s.posts[rootId]?.is_following ?? false);
  const lastReplyAt = root?.last_reply_at ?? 0;

  const load = useQuery({
    queryKey: ['thread', rootId],
    queryFn: async () => {
      await loadPost(rootId);
      await loadThread(rootId);
      return true;
    },
    retry: false, staleTime: 0, gcTime: 0,
  });

  useEffect(() => {
    getUserThread(teamId, rootId).then((found) => apply((s) => receiveThread(s, found)), () => undefined);
  }, [teamId, rootId]);

  useEffect(() => {
    setVisibleConversation({ threadId: rootId });
    return () => setVisibleConversation({ threadId: '' });
  }, [rootId]);

  // Marked as read when it is opened, and for every reply that arrives while it is open.
  useEffect(() => {
    if (!following || !replies?.loaded) return undefined;
    const read = () => {
      if (!isWindowActive()) return;
      const now = Math.max(Date.now(), lastReplyAt);
      apply((s) => markThreadRead(s, rootId, now));
      readThread(teamId, rootId, now).catch(() => undefined);
    };
    read();
    window.addEventListener('focus', read);
    return () => window.removeEventListener('focus', read);
  }, [following, replies?.loaded, rootId, teamId, lastReplyAt]);

  const posts = useEntitiesShallow((s) => (replies?.ids ?? []).map((id) => s.posts[id]).filter((p): p is Post => p !== undefined));
  const newSince = useMemo(() => (thread && thread.unread_replies > 0 ? thread.last_viewed_at : 0), [rootId, Boolean(thread)]); // eslint-disable-line react-hooks/exhaustive-deps
  const rows = useMemo(() => buildRows(posts, { newSince, meId, head: true }), [posts, newSince, meId]);

  const toggleFollow = () => {
    apply((s) => setFollowing(s, rootId, !following));
    followThread(teamId, rootId, !following).catch((error: unknown) => {
      apply((s) => setFollowing(s, rootId, following));
      toastError(error);
    });
  };

  const head = root && (
    <div className={css.root}>
      <PostRow id={rootId} compact={false} place="thread" />
      <div className={css.count}>
        <span>{posts.length > 0 ? tn('thread.replies', posts.length) : t('thread.none')}</span>
      </div>
    </div>
  );

  return (
    <section className={css.panel} aria-label={t('thread.title')} data-testid="thread-panel" data-dropzone>
      <header className={css.header}>
        <div>
          <h2>{t('thread.title')}</h2>
          <p>{title}</p>
        </div>
        {root && (
          <Button size="small" variant="ghost" aria-pressed={following} onClick={toggleFollow}>
            {following ? <BellRing size={15} /> : <Bell size={15} />}{following ? t('thread.following') : t('thread.follow')}
          </Button>
        )}
        <IconButton label={t('action.close')} data-testid="close-panel" onClick={closePanel}><X size={18} /></IconButton>
      </header>
      {load.isError && !root && <EmptyState icon={<MessageSquareDashed size={26} />} title={t('thread.notFound')} text={t('thread.notFoundText')} />}
      {!root && load.isPending && <div className={css.loading}><Skeleton width="40%" /><Skeleton width="85%" height={14} /><Skeleton width="70%" height={14} /></div>}
      {root && <MessageList rows={rows} head={head} place="thread" label={t('thread.title')} />}
      {root && composer(root.channel_id)}
    </section>
  );
}
