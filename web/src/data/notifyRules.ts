// Whether a new message raises a desktop notification: the rules of the account, the channel, the thread and the status. Pure.
import type { ChannelMembership, ServerChannel } from '@mattermost/types/channels';
import type { Post } from '@mattermost/types/posts';

type Props = Partial<Record<string, string>>;

export interface NewPost {
  post: Pick<Post, 'user_id' | 'root_id' | 'props'> & { type: string };
  meId: string;
  channelType: ServerChannel['type'];
  // Undefined if the user is not a member.
  member: { notify_props?: Partial<ChannelMembership['notify_props']> } | undefined;
  account: Props | undefined;
  status: string;
  mentionsMe: boolean;
  followsThread: boolean;
  // The conversation that the message belongs to is open in a window that has the focus.
  isOpen: boolean;
}

const QUIET_STATUSES = new Set(['dnd', 'ooo']);
const LEVEL_DEFAULT = 'mention';

const isOwn = ({ post, meId }: NewPost) => post.user_id === meId && post.props?.from_webhook !== 'true';

/** Notices tell of what others see too; being added to a channel concerns the user alone. */
const isNotice = ({ post, meId }: NewPost) => post.type.startsWith('system_') && !isAdded(post, meId);

const isAdded = (post: NewPost['post'], meId: string) =>
  ['system_add_to_channel', 'system_add_guest_to_chan', 'system_add_to_team'].includes(post.type) && post.props?.addedUserId === meId;

const setting = (channel: string | undefined, account: string | undefined, fallback: string) =>
  (channel && channel !== 'default' ? channel : account || fallback);

/** Null for no notification. */
export function notificationFor(event: NewPost): { sound: boolean } | null {
  const { post, member, account, channelType, status } = event;
  if (!member || event.isOpen || isOwn(event) || isNotice(event)) return null;
  const channel = member.notify_props ?? {};
  if (channel.mark_unread === 'mention' || QUIET_STATUSES.has(status)) return null;
  return passesLevel(event) ? { sound: soundIsOn(channel, account) } : null;

  function passesLevel({ mentionsMe, followsThread, meId }: NewPost): boolean {
    const level = levelOf(channel.desktop, account?.desktop, channelType);
    if (level === 'none') return false;
    const isForMe = mentionsMe || isAdded(post, meId);
    if (post.root_id === '') return isForMe || level === 'all' || channelType === 'D';
    if (isForMe) return true;
    if (!followsThread) return false;
    return level === 'all' || setting(channel.desktop_threads, account?.desktop_threads, 'all') === 'all';
  }
}

function levelOf(channel: string | undefined, account: string | undefined, type: ServerChannel['type']): string {
  // A group channel is a conversation: with the account's level of mentions each of its messages counts, unless the channel says otherwise.
  const level = setting(channel, account, LEVEL_DEFAULT);
  return type === 'G' && level === 'mention' && (!channel || channel === 'default') ? 'all' : level;
}

function soundIsOn(channel: Partial<ChannelMembership['notify_props']>, account: Props | undefined): boolean {
  const own = channel.desktop_sound;
  return own === 'on' || own === 'off' ? own === 'on' : account?.desktop_sound !== 'false';
}
