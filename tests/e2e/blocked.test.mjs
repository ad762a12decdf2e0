// A network that lets no WebSocket through: the client lives on server-sent events, and returns to a socket by itself.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {launch, logIn, open, row, say} from '../lib/browser.mjs';
import {startServer} from '../lib/server.mjs';
import {enter, studio} from '../lib/studio.mjs';

let server;
let browser;
let ada;
let bob;
let isBlocked = true;

before(async () => {
    server = await startServer();
    browser = await launch();
    await studio(server, ['ada', 'bob']);
    ada = await enter(browser, server, 'ada');
    bob = await open(browser, server.url);
    await bob.page.routeWebSocket('**/api/v4/websocket*', (socket) => {
        if (isBlocked) {
            socket.close();
        } else {
            socket.connectToServer();
        }
    });
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

test('without a socket, events come as a stream', async () => {
    const streaming = bob.page.waitForResponse((answer) => answer.url().includes('/api/v4/events'), {timeout: 60_000});
    await logIn(bob, 'bob');
    assert.equal((await streaming).status(), 200);
    await bob.by('offline-banner').waitFor({state: 'detached'});
    await say(ada, 'through the keyhole');
    await row(bob, 'through the keyhole').waitFor();
    await bob.by('composer').pressSequentially('so');
    await ada.page.getByText(/bob is writing/i).waitFor();
});

test('as soon as sockets get through, it is one again', async () => {
    const ended = bob.page.waitForEvent('requestfailed', {predicate: (request) => request.url().includes('/api/v4/events'), timeout: 60_000});
    isBlocked = false;
    await ended;
    await say(ada, 'through the door');
    await row(bob, 'through the door').waitFor();
    assert.equal(await row(bob, 'through the').count(), 2);
    assert.deepEqual(bob.complaints, []);
});
