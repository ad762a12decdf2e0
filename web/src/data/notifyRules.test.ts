// The table of who is notified: account, channel, thread, status.
import { describe, expect, it } from 'vitest';
import { notificationFor, type NewPost } from './notifyRules';

type Change = Partial<Omit<NewPost, 'post' | 'member'>> & { post?: Partial<NewPost['post']>; channel?: Record<string, string> | null };

function notified({ post, channel = {}, ...rest }: Change): boolean {
  return notificationFor({
    meId: 'me', channelType: 'O', account: { desktop: 'mention', desktop_threads: 'all' }, status: 'online', mentionsMe: false, followsThread: false, isOpen: false,
    member: channel === null ? undefined : { notify_props: channel as never },
    post: { user_id: 'ann', type: '', root_id: '', props: {}, ...post },
    ...rest,
  }) !== null;
}

const reply = { post: { root_id: 'root' } };
const all = { account: { desktop: 'all' } };
const none = { account: { desktop: 'none' } };

const cases: Array<[name: string, change: Change, expected: boolean]> = [
  // The account's level in a channel.
  ['a message at level mention', {}, false],
  ['a mention at level mention', { mentionsMe: true }, true],
  ['a message at level all', all, true],
  ['a mention at level none', { ...none, mentionsMe: true }, false],
  ['a message without settings', { account: undefined }, false],
  ['a mention without settings', { account: undefined, mentionsMe: true }, true],
  // Direct and group channels.
  ['a direct message at level mention', { channelType: 'D' }, true],
  ['a direct message at level none', { ...none, channelType: 'D' }, false],
  ['a group message at level mention', { channelType: 'G' }, true],
  ['a group message at level none', { ...none, channelType: 'G' }, false],
  ['a group message where the group is set to mentions', { channelType: 'G', channel: { desktop: 'mention' } }, false],
  ['a group mention where the group is set to mentions', { channelType: 'G', channel: { desktop: 'mention' }, mentionsMe: true }, true],
  // The channel's level goes before the account's.
  ['a message where the channel is set to all', { channel: { desktop: 'all' } }, true],
  ['a mention where the channel is set to none', { ...all, channel: { desktop: 'none' }, mentionsMe: true }, false],
  ['a direct message where it is set to none', { channelType: 'D', channel: { desktop: 'none' } }, false],
  ['a message where the channel is set to mentions', { ...all, channel: { desktop: 'mention' } }, false],
  ['a mention where the channel is set to mentions', { ...none, channel: { desktop: 'mention' }, mentionsMe: true }, true],
  ['a message where the channel follows the account', { ...all, channel: { desktop: 'default' } }, true],
  ['a mention at none where the channel is set to all', { ...none, channel: { desktop: 'all' } }, true],
  // Muted channels.
  ['a mention in a muted channel', { channel: { mark_unread: 'mention' }, mentionsMe: true }, false],
  ['a message in a muted channel that is set to all', { channel: { mark_unread: 'mention', desktop: 'all' } }, false],
  ['a muted direct message', { channelType: 'D', channel: { mark_unread: 'mention' } }, false],
  ['a muted group message', { channelType: 'G', channel: { mark_unread: 'mention' } }, false],
  ['a mention in a channel that is not muted', { channel: { mark_unread: 'all' }, mentionsMe: true }, true],
  // Threads.
  ['a reply in a thread that is not followed', reply, false],
  ['a reply in a followed thread', { ...reply, followsThread: true }, true],
  ['a reply at level all in a thread that is not followed', { ...reply, ...all }, false],
  ['a reply at level all in a followed thread', { ...reply, ...all, followsThread: true }, true],
  ['a reply in a followed thread at level none', { ...reply, ...none, followsThread: true }, false],
  ['a reply in a followed thread where threads are set to mentions', { ...reply, account: { desktop: 'mention', desktop_threads: 'mention' }, followsThread: true }, false],
  ['a mention in a followed thread where threads are set to mentions', { ...reply, account: { desktop: 'mention', desktop_threads: 'mention' }, followsThread: true, mentionsMe: true }, true],
  ['a reply where the channel sets threads to all', { ...reply, account: { desktop: 'mention', desktop_threads: 'mention' }, channel: { desktop_threads: 'all' }, followsThread: true }, true],
  ['a reply where the channel sets threads to mentions', { ...reply, channel: { desktop_threads: 'mention' }, followsThread: true }, false],
  ['a reply where the channel leaves threads to the account', { ...reply, channel: { desktop_threads: 'default' }, followsThread: true }, true],
  ['a mention in a thread that is not followed', { ...reply, mentionsMe: true }, true],
  ['a reply in a direct channel whose thread is not followed', { ...reply, channelType: 'D' }, false],
  ['a reply in a direct channel whose thread is followed', { ...reply, channelType: 'D', followsThread: true }, true],
  ['a reply in a muted channel whose thread is followed', { ...reply, followsThread: true, channel: { mark_unread: 'mention' } }, false],
  // Status.
  ['a mention while not to be disturbed', { status: 'dnd', mentionsMe: true }, false],
  ['a direct message while not to be disturbed', { status: 'dnd', channelType: 'D' }, false],
  ['a mention while out of office', { status: 'ooo', mentionsMe: true }, false],
  ['a mention while away', { status: 'away', mentionsMe: true }, true],
  ['a mention while offline by choice', { status: 'offline', mentionsMe: true }, true],
  // Authors and kinds.
  ['one’s own message', { ...all, post: { user_id: 'me' } }, false],
  ['one’s own message in a direct channel with oneself', { channelType: 'D', post: { user_id: 'me' } }, false],
  ['a mention by one’s own webhook', { mentionsMe: true, post: { user_id: 'me', props: { from_webhook: 'true' } } }, true],
  ['a message of one’s own webhook at level mention', { post: { user_id: 'me', props: { from_webhook: 'true' } } }, false],
  ['a bot’s mention', { mentionsMe: true, post: { props: { from_bot: 'true' } } }, true],
  ['a notice that somebody joined', { ...all, post: { type: 'system_join_channel' } }, false],
  ['a changed header in a direct channel', { channelType: 'D', post: { type: 'system_header_change' } }, false],
  ['an ephemeral message', { ...all, post: { type: 'system_ephemeral' } }, false],
  ['being added to a channel', { post: { type: 'system_add_to_channel', props: { addedUserId: 'me' } } }, true],
  ['being added to a channel as a guest', { post: { type: 'system_add_guest_to_chan', props: { addedUserId: 'me' } } }, true],
  ['somebody else being added to a channel', { ...all, post: { type: 'system_add_to_channel', props: { addedUserId: 'bob' } } }, false],
  ['being added to a channel, at level none', { ...none, post: { type: 'system_add_to_channel', props: { addedUserId: 'me' } } }, false],
  ['a message of an integration’s own type', { ...all, post: { type: 'custom_report' } }, true],
  ['a /me message', { ...all, post: { type: 'me' } }, true],
  // What is open, and what is not one’s own.
  ['a mention in the open conversation', { mentionsMe: true, isOpen: true }, false],
  ['a message in a channel of which one is no member', { ...all, channel: null, mentionsMe: true }, false],
];

describe('notificationFor', () => {
  it.each(cases)('%s', (_, change, expected) => expect(notified(change)).toBe(expected));

  it.each([
    ['true', undefined, true], ['false', undefined, false], [undefined, undefined, true],
    ['false', 'on', true], ['true', 'off', false], ['false', 'default', false], ['true', 'default', true],
  ])('has a sound if the account says %s and the channel %s: %s', (desktop_sound, channel, sound) => {
    const result = notificationFor({
      meId: 'me', channelType: 'D', account: { desktop: 'all', desktop_sound }, status: 'online', mentionsMe: false, followsThread: false, isOpen: false,
      member: { notify_props: { desktop_sound: channel } as never }, post: { user_id: 'ann', type: '', root_id: '', props: {} },
    });
    expect(result).toEqual({ sound });
  });
});
