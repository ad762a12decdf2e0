// A wire that breaks: what is written meanwhile is seen, kept over a reload, and goes out when the wire is mended.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {launch, picture, row, say} from '../lib/browser.mjs';
import {startWire} from '../lib/proxy.mjs';
import {startServer} from '../lib/server.mjs';
import {enter, studio, visit} from '../lib/studio.mjs';

let server;
let browser;
let place;
let wire;
let ada;

before(async () => {
    server = await startServer();
    browser = await launch();
    place = await studio(server, ['ada', 'bob']);
    wire = await startWire(server.url);
    ada = await enter(browser, {url: wire.url}, 'ada');
    await visit(ada, 'Town Square');
});
after(async () => {
    await browser?.close();
    await wire?.close();
    await server?.stop();
});

const stored = async (channel, message) => {
    const {posts} = await place.people.bob.api('GET', `/channels/${channel.id}/posts`);
    return Object.values(posts).filter((post) => post.message === message).length;
};

const reconnected = ({by}) => by('offline-banner').waitFor({state: 'detached', timeout: 60_000});

test('a channel that could not be loaded shows what is written there, and loads with the connection', async () => {
    await place.people.bob.api('POST', '/posts', {channel_id: place.offTopic.id, message: 'Already here'});
    wire.cut();
    await ada.by('offline-banner').waitFor();
    await visit(ada, 'Off-Topic');
    await say(ada, 'Into the void');
    await ada.by('unsent').getByText('Into the void').waitFor();
    await ada.page.getByText(/could not be loaded/).waitFor();
    const box = await ada.by('composer').boundingBox();
    assert.ok(box.y > 600, `the composer stands at ${box.y}`);
    await picture(ada, 'unsent-not-loaded');
    wire.mend();
    await reconnected(ada);
    await row(ada, 'Already here').waitFor();
    await row(ada, 'Into the void').waitFor();
    await ada.page.locator('[data-testid=post][data-pending=true]').waitFor({state: 'detached'});
    assert.equal(await row(ada, 'Into the void').count(), 1);
    assert.equal(await stored(place.offTopic, 'Into the void'), 1);
});

test('an upload that failed for want of a connection is tried again with it', async () => {
    wire.cut();
    await ada.by('offline-banner').waitFor();
    await ada.by('file-input').setInputFiles({name: 'later.txt', mimeType: 'text/plain', buffer: Buffer.from('later')});
    await ada.by('composer-hint').waitFor();
    wire.mend();
    await ada.page.locator('[data-testid=upload][data-done=true]').waitFor({timeout: 60_000});
    await say(ada, 'With a file');
    await row(ada, 'With a file').getByTestId('file-attachment').waitFor();
    await ada.page.locator('[data-testid=post][data-pending=true]').waitFor({state: 'detached'});
});

test('what could not be sent outlives a reload', async () => {
    // The page itself still comes, so that it can be loaded again while nothing can be sent.
    await ada.page.route('**/api/v4/posts', (route) => route.abort());
    await say(ada, 'Not lost');
    await row(ada, 'Not lost').getByTestId('post-failed').waitFor();
    await ada.page.reload();
    await row(ada, 'Not lost').getByTestId('post-failed').waitFor();
    await picture(ada, 'unsent-after-reload');
    assert.equal(await stored(place.offTopic, 'Not lost'), 0);
    await ada.page.unroute('**/api/v4/posts');
    const sent = ada.page.waitForResponse((answer) => answer.url().endsWith('/api/v4/posts') && answer.request().method() === 'POST');
    await ada.page.reload();
    await sent;
    await row(ada, 'Not lost').waitFor();
    await ada.page.locator('[data-testid=post][data-pending=true]').waitFor({state: 'detached'});
    assert.equal(await row(ada, 'Not lost').count(), 1);
    await ada.page.reload();
    await row(ada, 'Not lost').waitFor();
    assert.equal(await row(ada, 'Not lost').count(), 1);
    assert.equal(await stored(place.offTopic, 'Not lost'), 1);
});

test('nothing on the pages broke a rule', () => {
    assert.deepEqual(ada.complaints, []);
});
