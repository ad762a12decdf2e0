// The bookmarks of a channel in their order, and what I may do with them.
import { useQuery } from '@tanstack/react-query';
import type { ServerChannel } from '@mattermost/types/channels';
import { getBookmarks, type Bookmark } from '@/api/bookmarks';
import { useMayInChannel } from '@/messages/useMayInChannel';
import { amGuest } from '@/state/entities/users';
import { useEntities } from '@/state/store';

const NONE: Bookmark[] = [];

export function useBookmarks(channelId: string): Bookmark[] {
  const changes = useEntities((s) => s.bookmarkChanges);
  const query = useQuery({
    queryKey: ['bookmarks', channelId, changes], queryFn: () => getBookmarks(channelId), staleTime: Infinity,
    placeholderData: (old, former) => (former?.queryKey[1] === channelId ? old : undefined),
  });
  return query.data ?? NONE;
}

type BookmarkAction = 'add' | 'edit' | 'delete' | 'order';

// In direct and group channels everybody may who is no guest.
export function useMayBookmark(channel: ServerChannel, action: BookmarkAction): boolean {
  const allowed = useMayInChannel(channel.id, `${action}_bookmark_${channel.type === 'O' ? 'public' : 'private'}_channel`);
  const guest = useEntities(amGuest);
  const isMember = useEntities((s) => s.members[channel.id] !== undefined);
  const isPersonal = channel.type === 'D' || channel.type === 'G';
  return isMember && channel.delete_at === 0 && (isPersonal ? !guest : allowed);
}
