// What a desktop notification shows, and where it leads.
import type { Post } from '@mattermost/types/posts';
import { beforeEach, expect, it, vi } from 'vitest';
import { user } from '@/state/entities/testing';
import { store } from '@/state/store';
import { setNotificationOpener, showNotification } from './notifications';
import { setVisibleConversation } from './screen';

interface Shown { title: string; body: string; silent: boolean; tag: string; onclick?: () => void }

let shown: Shown[] = [];
class FakeNotification {
  static permission = 'granted';
  onclick?: () => void;
  constructor(title: string, options: Omit<Shown, 'title'>) { shown.push(Object.assign(this, { title, ...options })); }
  close(): void { /* Nothing is displayed. */ }
}

const post = (patch: Partial<Post> = {}): Post => ({ id: 'p', channel_id: 'town', user_id: 'ann', message: 'hello', type: '', root_id: '', props: {}, file_ids: [], ...patch }) as Post;
const notify = (patch: Partial<Post> = {}, event = { mentionsMe: true, followsThread: false }) => {
  showNotification(post(patch), event);
  return shown.at(-1);
};

beforeEach(() => {
  shown = [];
  vi.stubGlobal('Notification', FakeNotification);
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
  setVisibleConversation({ channelId: '', threadId: '' });
  store.setState({
    ...store.getState(), meId: 'me', statuses: {},
    users: { me: user('me', { notify_props: { desktop: 'mention', desktop_sound: 'true' } as never }), ann: user('ann') },
    teams: { t: { id: 't', name: 'team' } as never },
    channels: { town: { id: 'town', name: 'town-square', display_name: 'Town', type: 'O', team_id: 't' } as never },
    members: { town: { channel_id: 'town', user_id: 'me', notify_props: {} } as never },
  }, true);
});

it('names the author and the channel, with the beginning of the message', () => {
  expect(notify({ message: 'x'.repeat(500) })).toMatchObject({ title: 'ann · Town', body: 'x'.repeat(180), tag: 'town', silent: false });
});

it('names the integration, and shows an attachment where there is no message', () => {
  const props = { from_webhook: 'true', override_username: 'ci', attachments: [{ title: 'Build failed' }] };
  expect(notify({ message: '', props })).toMatchObject({ title: 'ci · Town', body: 'Build failed' });
  expect(notify({ message: '', file_ids: ['f'] })).toMatchObject({ body: 'Sent a file' });
});

it('leads to the channel, or to the thread', () => {
  const open = vi.fn();
  setNotificationOpener(open);
  notify()?.onclick?.();
  notify({ root_id: 'root' })?.onclick?.();
  expect(open.mock.calls).toEqual([['/team/channels/town-square'], ['/team/channels/town-square?thread=root']]);
});

it('is silent where the channel or the account says so', () => {
  store.setState((s) => ({ ...s, members: { town: { ...s.members.town, notify_props: { desktop_sound: 'off' } } as never } }), true);
  expect(notify()?.silent).toBe(true);
});

it('is not shown for what is on the screen', () => {
  setVisibleConversation({ channelId: 'town', threadId: '' });
  notify();
  expect(shown).toHaveLength(0);
  // The thread of the reply is not open.
  notify({ root_id: 'root' });
  expect(shown).toHaveLength(1);
  setVisibleConversation({ channelId: 'town', threadId: 'root' });
  notify({ root_id: 'root' });
  expect(shown).toHaveLength(1);
  vi.spyOn(document, 'hasFocus').mockReturnValue(false);
  notify();
  expect(shown).toHaveLength(2);
});

it('knows from the store whether a thread is followed', () => {
  const event = { mentionsMe: false, followsThread: false };
  notify({ root_id: 'root' }, event);
  expect(shown).toHaveLength(0);
  store.setState((s) => ({ ...s, threads: { root: { id: 'root', is_following: true } as never } }), true);
  notify({ root_id: 'root' }, event);
  expect(shown).toHaveLength(1);
});
