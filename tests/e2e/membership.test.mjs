// Who is in a channel: losing one that is on screen, coming back to it, calling those who are not in it.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {launch, row, say} from '../lib/browser.mjs';
import {startServer} from '../lib/server.mjs';
import {enter, studio, visit} from '../lib/studio.mjs';

let server;
let browser;
let place;
let yuki;

before(async () => {
    server = await startServer();
    browser = await launch();
    place = await studio(server, ['ada', 'yuki', 'cleo']);
    yuki = await enter(browser, server, 'yuki');
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

/** A channel of ada's with yuki in it, and a word in it. */
async function shared(name, title, type) {
    const {ada} = place.people;
    const channel = await ada.api('POST', '/channels', {team_id: place.team.id, name, display_name: title, type});
    await ada.api('POST', `/channels/${channel.id}/members`, {user_id: place.people.yuki.id});
    await ada.api('POST', '/posts', {channel_id: channel.id, message: `Welcome to ${title}`});
    await visit(yuki, title);
    await row(yuki, `Welcome to ${title}`).waitFor();
    return channel;
}

const remove = (channel) => place.people.ada.api('DELETE', `/channels/${channel.id}/members/${place.people.yuki.id}`);

test('who is removed from a public channel can still look into it, and join again', async () => {
    const channel = await shared('props', 'Props', 'O');
    await remove(channel);
    await yuki.by('join-banner').waitFor();
    await row(yuki, 'Welcome to Props').waitFor();
    await yuki.by('join-banner').getByRole('button').click();
    await say(yuki, 'Here I am again');
    await row(yuki, 'Here I am again').waitFor();
});

test('who is removed from a private channel is told, and finds themselves in the first one', async () => {
    const channel = await shared('secrets', 'Secrets', 'P');
    await remove(channel);
    await yuki.by('toast').filter({hasText: 'Secrets'}).waitFor();
    await yuki.by('channel-title').filter({hasText: 'Town Square'}).waitFor();
    assert.equal(await yuki.by('channel-item').filter({hasText: 'Secrets'}).count(), 0);
    await place.people.ada.api('POST', `/channels/${channel.id}/members`, {user_id: place.people.yuki.id});
    await visit(yuki, 'Secrets');
    await row(yuki, 'Welcome to Secrets').waitFor();
    await yuki.by('toast').waitFor({state: 'detached'});
});

test('whoever calls somebody who is not in a private channel is told so', async () => {
    await say(yuki, '@ada and @cleo, look at this');
    await yuki.by('toast').filter({hasText: '@cleo'}).waitFor();
    assert.doesNotMatch(await yuki.by('toast').textContent(), /@ada/);
    await yuki.by('toast').waitFor({state: 'detached'});
});

test('leaving a private channel oneself needs no telling', async () => {
    await yuki.by('channel-menu').click();
    await yuki.by('menu-leave').click();
    await yuki.by('channel-title').filter({hasText: 'Town Square'}).waitFor();
    await yuki.by('channel-item').filter({hasText: 'Secrets'}).waitFor({state: 'detached'});
    assert.equal(await yuki.by('toast').filter({hasText: 'no longer'}).count(), 0);
    assert.deepEqual(yuki.complaints, []);
});
