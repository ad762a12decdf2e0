// Desktop notifications of new messages. notifyRules.ts decides whether there is one.
import type { ServerChannel } from '@mattermost/types/channels';
import type { Post } from '@mattermost/types/posts';
import { t } from '@/i18n';
import { browserPath } from '@/lib/base';
import { readLocal, writeLocal } from '@/lib/storage';
import { channelPath, channelTitle } from '@/state/entities/channels';
import { authorName } from '@/state/entities/posts';
import { displayName } from '@/state/entities/users';
import { getState } from '@/state/store';
import { notificationFor } from './notifyRules';
import { isWindowActive, visibleConversation } from './screen';

export const supportsNotifications = () => typeof Notification !== 'undefined';
export const notificationsOn = () =>
  supportsNotifications() && Notification.permission === 'granted' && readLocal('notifications') !== 'off';

export async function setNotifications(on: boolean): Promise<boolean> {
  if (!on) {
    writeLocal('notifications', 'off');
    return false;
  }
  const answer = await Notification.requestPermission();
  writeLocal('notifications', answer === 'granted' ? 'on' : 'off');
  return answer === 'granted';
}

let open: (path: string) => void = (path) => location.assign(browserPath(path));
export function setNotificationOpener(handler: (path: string) => void): void {
  open = handler;
}

/** What an event says of a new message beside the message. */
export interface PostedEvent {
  mentionsMe: boolean;
  followsThread: boolean;
}

const BODY_LENGTH = 180;

export function showNotification(post: Post, event: PostedEvent): void {
  const s = getState();
  const channel = s.channels[post.channel_id];
  if (!channel || !notificationsOn()) return;
  const visible = visibleConversation();
  const notification = notificationFor({
    post, meId: s.meId, channelType: channel.type, member: s.members[channel.id], account: s.users[s.meId]?.notify_props as Partial<Record<string, string>> | undefined,
    status: s.statuses[s.meId] ?? '', mentionsMe: event.mentionsMe,
    followsThread: event.followsThread || (post.root_id !== '' && (s.threads[post.root_id]?.is_following ?? s.posts[post.root_id]?.is_following ?? false)),
    // A reply is displayed in its thread only.
    isOpen: isWindowActive() && (post.root_id ? visible.threadId === post.root_id : visible.channelId === channel.id),
  });
  if (notification) display(post, channel, notification.sound);
}

function display(post: Post, channel: ServerChannel, sound: boolean): void {
  const s = getState();
  const team = s.teams[channel.team_id] ?? Object.values(s.teams)[0];
  const author = authorName(post, displayName(s.users[post.user_id]));
  const title = channel.type === 'D' ? author : `${author} · ${channelTitle(s, channel)}`;
  const shown = new Notification(title, { body: bodyOf(post), tag: post.root_id || channel.id, icon: browserPath('/favicon.svg'), silent: !sound });
  shown.onclick = () => {
    window.focus();
    shown.close();
    if (team) open(channelPath(s, team.name, channel) + (post.root_id ? `?thread=${post.root_id}` : ''));
  };
}

function bodyOf(post: Post): string {
  const attachments = Array.isArray(post.props?.attachments) ? (post.props.attachments as Array<Record<string, unknown> | null>) : [];
  const texts = [post.message, ...attachments.flatMap((item) => [item?.fallback, item?.pretext, item?.title, item?.text])];
  const text = texts.find((one): one is string => typeof one === 'string' && one.trim() !== '') ?? '';
  return text.slice(0, BODY_LENGTH) || (post.file_ids?.length ? t('notification.files') : '');
}
