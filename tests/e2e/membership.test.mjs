// Channel membership: being removed from an open channel, joining it again, mentioning users who are not members.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {postWith, sendMessage} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';
import {openChannel} from '../lib/team.mjs';

const {team, yuki} = await setUp({people: ['ada', 'yuki', 'cleo'], windows: ['yuki']});

/** A channel of ada's with yuki as a member, and a message. */
async function shared(name, title, type) {
    const {ada} = team.people;
    const channel = await ada.api('POST', '/channels', {team_id: team.id, name, display_name: title, type});
    await ada.api('POST', `/channels/${channel.id}/members`, {user_id: team.people.yuki.id});
    await ada.api('POST', '/posts', {channel_id: channel.id, message: `Welcome to ${title}`});
    await openChannel(yuki, title);
    await postWith(yuki, `Welcome to ${title}`).waitFor();
    return channel;
}

const remove = (channel) => team.people.ada.api('DELETE', `/channels/${channel.id}/members/${team.people.yuki.id}`);

test('a user removed from a public channel can still read it, and join again', async () => {
    const channel = await shared('props', 'Props', 'O');
    await remove(channel);
    await yuki.byTestId('join-banner').waitFor();
    await postWith(yuki, 'Welcome to Props').waitFor();
    await yuki.byTestId('join-banner').getByRole('button').click();
    await sendMessage(yuki, 'Here I am again');
    await postWith(yuki, 'Here I am again').waitFor();
});

test('a user removed from a private channel is notified, and the default channel opens', async () => {
    const channel = await shared('secrets', 'Secrets', 'P');
    await remove(channel);
    await yuki.byTestId('toast').filter({hasText: 'Secrets'}).waitFor();
    await yuki.byTestId('channel-title').filter({hasText: 'Town Square'}).waitFor();
    assert.equal(await yuki.byTestId('channel-item').filter({hasText: 'Secrets'}).count(), 0);
    await team.people.ada.api('POST', `/channels/${channel.id}/members`, {user_id: team.people.yuki.id});
    await openChannel(yuki, 'Secrets');
    await postWith(yuki, 'Welcome to Secrets').waitFor();
    await yuki.byTestId('toast').waitFor({state: 'detached'});
});

test('mentioning users who are not members of a private channel displays a warning', async () => {
    await sendMessage(yuki, '@ada and @cleo, look at this');
    await yuki.byTestId('toast').filter({hasText: '@cleo'}).waitFor();
    assert.doesNotMatch(await yuki.byTestId('toast').textContent(), /@ada/);
    await yuki.byTestId('toast').waitFor({state: 'detached'});
});

test('leaving a private channel displays no notification', async () => {
    await yuki.byTestId('channel-menu').click();
    await yuki.byTestId('menu-leave').click();
    await yuki.byTestId('channel-title').filter({hasText: 'Town Square'}).waitFor();
    await yuki.byTestId('channel-item').filter({hasText: 'Secrets'}).waitFor({state: 'detached'});
    assert.equal(await yuki.byTestId('toast').filter({hasText: 'no longer'}).count(), 0);
});
