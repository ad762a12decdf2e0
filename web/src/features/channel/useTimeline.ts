// Loads a channel, and marks it as read while its end is visible in an active window.
import { useCallback, useEffect, useRef, useState } from 'react';
import { markRead } from '@/data/channels';
import { loadAround, loadNewest, loadUnread } from '@/data/posts';
import { isWindowActive, setVisibleConversation } from '@/data/screen';
import { unreadOf } from '@/state/entities/channels';
import { getState, useEntities } from '@/state/store';
import { clearManuallyUnread, useUi } from '@/state/ui';

export function useTimeline(channelId: string, focusId?: string) {
  const [error, setError] = useState<Error | null>(null);
  const [generation, setGeneration] = useState(0);
  const lastPostAt = useEntities((s) => s.channels[channelId]?.last_post_at ?? 0);
  const isLoaded = useEntities((s) => s.timelines[channelId] !== undefined);
  const [newSince, setNewSince] = useState(() => firstUnreadTime(channelId));
  const manuallyUnreadSince = useUi((s) => s.manuallyUnread[channelId]);
  const [placeAtEnd, setPlaceAtEnd] = useState(false);
  const atEnd = useRef(true);
  const wasLoaded = useRef(false);
  const failed = useRef(false);
  const online = useUi((s) => s.connection === 'online');

  const load = useCallback(async () => {
    setError(null);
    failed.current = false;
    try {
      const { posts, timelines, channels, members } = getState();
      const timeline = timelines[channelId];
      if (focusId) {
        if (!timeline?.ids.includes(focusId) || !posts[focusId]) {
          await loadAround(channelId, focusId);
          setGeneration((n) => n + 1);
        }
        return;
      }
      if (timeline && !timeline.hasNewer) return;
      const { unread } = unreadOf(channels[channelId], members[channelId]);
      await (unread ? loadUnread(channelId) : loadNewest(channelId));
      if (timeline) setGeneration((n) => n + 1);
    } catch (cause) {
      setError(cause as Error);
      failed.current = true;
    }
  }, [channelId, focusId]);

  useEffect(() => { void load(); }, [load]);
  // The messages are removed when the user loses the membership; those of a public channel are loaded again.
  useEffect(() => {
    if (wasLoaded.current && !isLoaded) void load();
    wasLoaded.current = isLoaded;
  }, [isLoaded, load]);
  useEffect(() => { if (online && failed.current) void load(); }, [online, load]);
  useEffect(() => clearManuallyUnread(channelId), [channelId]);

  useEffect(() => {
    setVisibleConversation({ channelId });
    return () => setVisibleConversation({ channelId: '' });
  }, [channelId]);

  const read = useCallback(() => {
    if (!isLoaded || !atEnd.current || !isWindowActive()) return;
    markRead(channelId);
  }, [channelId, isLoaded]);

  useEffect(read, [read, lastPostAt]);

  useEffect(() => {
    const onFocus = () => read();
    // Messages that arrive while the window is inactive are marked as new when it is active again.
    const onBlur = () => setNewSince((old) => (unreadOf(getState().channels[channelId], getState().members[channelId]).unread ? old : (getState().channels[channelId]?.last_post_at ?? old)));
    window.addEventListener('focus', onFocus);
    window.addEventListener('blur', onBlur);
    document.addEventListener('visibilitychange', onFocus);
    return () => {
      window.removeEventListener('focus', onFocus);
      window.removeEventListener('blur', onBlur);
      document.removeEventListener('visibilitychange', onFocus);
    };
  }, [channelId, read]);

  const onAtEnd = useCallback((end: boolean) => {
    atEnd.current = end;
    if (end) read();
  }, [read]);

  const latest = useCallback(async () => {
    await loadNewest(channelId).catch(() => undefined);
    setPlaceAtEnd(true);
    setGeneration((n) => n + 1);
  }, [channelId]);

  return { error, newSince: manuallyUnreadSince ?? newSince, placeAtEnd, retry: () => void load(), onAtEnd, latest, generation };
}

function firstUnreadTime(channelId: string): number {
  const { channels, members } = getState();
  const { unread } = unreadOf(channels[channelId], members[channelId]);
  return unread ? (members[channelId]?.last_viewed_at ?? 0) : 0;
}
