// Desktop notifications for direct messages and mentions while their channel is not visible.
import type { Post } from '@mattermost/types/posts';
import { readLocal, writeLocal } from '@/lib/storage';
import { channelPath, channelTitle } from '@/state/entities/channels';
import { displayName } from '@/state/entities/users';
import { getState } from '@/state/store';
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

let open: (path: string) => void = (path) => location.assign(path);
export function setNotificationOpener(handler: (path: string) => void): void {
  open = handler;
}

export function showNotification(post: Post, mentionsMe: boolean): void {
  const s = getState();
  const channel = s.channels[post.channel_id];
  if (!channel || post.user_id === s.meId || post.type.startsWith('system_')) return;
  const direct = channel.type === 'D' || channel.type === 'G';
  if (!mentionsMe && !direct) return;
  if (s.statuses[s.meId] === 'dnd' || !notificationsOn()) return;
  if (isWindowActive() && visibleConversation().channelId === channel.id) return;
  const team = s.teams[channel.team_id] ?? Object.values(s.teams)[0];
  const author = displayName(s.users[post.user_id]) || String(post.props?.override_username ?? '');
  const title = direct ? author : `${author} · ${channelTitle(s, channel)}`;
  const notification = new Notification(title, { body: post.message.slice(0, 180), tag: channel.id, icon: '/favicon.svg' });
  notification.onclick = () => {
    window.focus();
    notification.close();
    if (team) open(channelPath(s, team.name, channel));
  };
}
