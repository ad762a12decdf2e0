// Desktop notifications for what is addressed to me while I look elsewhere.
import type { Post } from '@mattermost/types/posts';
import { readLocal, writeLocal } from '@/lib/storage';
import { channelPath, channelTitle } from '@/state/entities/channels';
import { displayName } from '@/state/entities/users';
import { getState } from '@/state/store';
import { isWindowActive, onScreen } from './screen';

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

export function notifyAbout(post: Post, mentionsMe: boolean): void {
  const s = getState();
  const channel = s.channels[post.channel_id];
  if (!channel || post.user_id === s.meId || post.type.startsWith('system_')) return;
  const direct = channel.type === 'D' || channel.type === 'G';
  if (!mentionsMe && !direct) return;
  if (s.statuses[s.meId] === 'dnd' || !notificationsOn()) return;
  if (isWindowActive() && onScreen().channelId === channel.id) return;
  const team = s.teams[channel.team_id] ?? Object.values(s.teams)[0];
  const author = displayName(s.users[post.user_id]) || String(post.props?.override_username ?? '');
  const title = direct ? author : `${author} · ${channelTitle(s, channel)}`;
  const note = new Notification(title, { body: post.message.slice(0, 180), tag: channel.id, icon: '/favicon.svg' });
  note.onclick = () => {
    window.focus();
    note.close();
    if (team) open(channelPath(s, team.name, channel));
  };
}
