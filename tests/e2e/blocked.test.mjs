// A network that blocks WebSockets: the client uses server-sent events, and returns to a WebSocket by itself.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {logIn, openWindow, postWith, sendMessage} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';

const {server, browser, ada} = await setUp({people: ['ada', 'bob'], windows: ['ada']});
const bob = await openWindow(browser, server.url);
let isBlocked = true;
await bob.page.routeWebSocket('**/api/v4/websocket*', (socket) => {
    if (isBlocked) {
        socket.close();
    } else {
        socket.connectToServer();
    }
});

test('without a WebSocket, events arrive as server-sent events', async () => {
    const streaming = bob.page.waitForResponse((answer) => answer.url().includes('/api/v4/events'));
    await logIn(bob, 'bob');
    assert.equal((await streaming).status(), 200);
    await bob.byTestId('offline-banner').waitFor({state: 'detached'});
    await sendMessage(ada, 'through the keyhole');
    await postWith(bob, 'through the keyhole').waitFor();
    await bob.byTestId('composer').pressSequentially('so');
    await ada.page.getByText(/bob is typing/).waitFor();
});

test('the client returns to a WebSocket once they are no longer blocked', async () => {
    const ended = bob.page.waitForEvent('requestfailed', {predicate: (request) => request.url().includes('/api/v4/events')});
    isBlocked = false;
    await ended;
    await sendMessage(ada, 'through the door');
    await postWith(bob, 'through the door').waitFor();
    assert.equal(await postWith(bob, 'through the').count(), 2);
});
