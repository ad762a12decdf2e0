// A connection that breaks: what is written meanwhile is displayed, kept over a reload, and sent when it is back.

import assert from 'node:assert/strict';
import {after, test} from 'node:test';

import {intercept, postWith, screenshot, sendMessage, storedPostWith} from '../lib/browser.mjs';
import {startProxy} from '../lib/proxy.mjs';
import {restoreAfterTest} from '../lib/restore.mjs';
import {setUp} from '../lib/setup.mjs';
import {openChannel, openLoggedIn} from '../lib/team.mjs';

const {server, browser, team} = await setUp({people: ['ada', 'bob']});
const proxy = await startProxy(server.url);
after(() => proxy.close());
const ada = await openLoggedIn(browser, proxy, 'ada');
await openChannel(ada, 'Town Square');

const stored = async (channel, message) => {
    const {posts} = await team.people.bob.api('GET', `/channels/${channel.id}/posts`);
    return Object.values(posts).filter((post) => post.message === message).length;
};

function disconnect() {
    restoreAfterTest(() => proxy.reconnect());
    proxy.disconnect();
}

const reconnected = ({byTestId}) => byTestId('offline-banner').waitFor({state: 'detached'});

test('a channel that could not be loaded displays unsent messages, and is loaded once connected', async () => {
    await team.people.bob.api('POST', '/posts', {channel_id: team.offTopic.id, message: 'Already here'});
    disconnect();
    await ada.byTestId('offline-banner').waitFor();
    await openChannel(ada, 'Off-Topic');
    await sendMessage(ada, 'Into the void');
    await ada.byTestId('unsent').getByText('Into the void').waitFor();
    await ada.page.getByText(/could not be loaded/).waitFor();
    const box = await ada.byTestId('composer').boundingBox();
    assert.ok(box.y > 600, `the composer stands at ${box.y}`);
    await screenshot(ada, 'unsent-not-loaded');
    proxy.reconnect();
    await reconnected(ada);
    await postWith(ada, 'Already here').waitFor();
    await postWith(ada, 'Into the void').waitFor();
    await ada.page.locator('[data-testid=post][data-pending=true]').waitFor({state: 'detached'});
    assert.equal(await postWith(ada, 'Into the void').count(), 1);
    assert.equal(await stored(team.offTopic, 'Into the void'), 1);
});

test('an upload that failed without a connection is retried once connected', async () => {
    disconnect();
    await ada.byTestId('offline-banner').waitFor();
    await ada.byTestId('file-input').setInputFiles({name: 'later.txt', mimeType: 'text/plain', buffer: Buffer.from('later')});
    await ada.byTestId('composer-hint').waitFor();
    proxy.reconnect();
    await ada.page.locator('[data-testid=upload][data-done=true]').waitFor();
    await sendMessage(ada, 'With a file');
    await postWith(ada, 'With a file').getByTestId('file-attachment').waitFor();
    await ada.page.locator('[data-testid=post][data-pending=true]').waitFor({state: 'detached'});
});

test('what fails once beside a working connection is repeated by itself', async () => {
    await intercept(ada, '**/api/v4/files', (route) => route.abort(), {times: 1});
    await intercept(ada, '**/api/v4/posts', (route) => route.abort(), {times: 1});
    await ada.byTestId('file-input').setInputFiles({name: 'again.txt', mimeType: 'text/plain', buffer: Buffer.from('again')});
    await ada.page.locator('[data-testid=upload][data-done=true]').waitFor();
    await sendMessage(ada, 'With another file');
    await storedPostWith(ada, 'With another file').getByTestId('file-attachment').waitFor();
    assert.equal(await stored(team.offTopic, 'With another file'), 1);
});

test('unsent messages are kept over a reload', async () => {
    // The page itself still comes, so that it can be loaded again while nothing can be sent.
    const stop = await intercept(ada, '**/api/v4/posts', (route) => route.abort());
    await sendMessage(ada, 'Not lost');
    await postWith(ada, 'Not lost').getByTestId('post-failed').waitFor();
    await ada.page.reload();
    await postWith(ada, 'Not lost').getByTestId('post-failed').waitFor();
    await screenshot(ada, 'unsent-after-reload');
    assert.equal(await stored(team.offTopic, 'Not lost'), 0);
    // It is repeated from time to time, so it may be sent as soon as it can be.
    const sent = ada.page.waitForResponse((answer) => answer.url().endsWith('/api/v4/posts') && answer.request().method() === 'POST');
    await stop();
    await ada.page.reload();
    await sent;
    await postWith(ada, 'Not lost').waitFor();
    await ada.page.locator('[data-testid=post][data-pending=true]').waitFor({state: 'detached'});
    assert.equal(await postWith(ada, 'Not lost').count(), 1);
    await ada.page.reload();
    await postWith(ada, 'Not lost').waitFor();
    assert.equal(await postWith(ada, 'Not lost').count(), 1);
    assert.equal(await stored(team.offTopic, 'Not lost'), 1);
});
