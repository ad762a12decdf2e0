// Mattermost's own WebSocket client: live events, a connection that breaks, and a server that restarts.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import mattermost from '@mattermost/client';
import {WebSocket} from 'ws';

import {startProxy} from '../lib/proxy.mjs';
import {call, signUp, startServer} from '../lib/server.mjs';

const WebSocketClient = mattermost.WebSocketClient ?? mattermost.default;
// The library looks for the browser's globals.
globalThis.WebSocket ??= WebSocket;
globalThis.CloseEvent ??= class CloseEvent extends Event {};

let server;
let proxy;
let ada;
let bob;
let channel;

before(async () => {
    server = await startServer();
    proxy = await startProxy(server.url);
    ada = await signUp(server.url, 'ada');
    bob = await signUp(server.url, 'bob');
    const {body: team} = await call(server.url, ada.token, 'POST', '/teams', {name: 'studio', display_name: 'Studio', type: 'O'});
    await call(server.url, ada.token, 'POST', `/teams/${team.id}/members`, {team_id: team.id, user_id: bob.id});
    ({body: channel} = await call(server.url, ada.token, 'GET', `/teams/${team.id}/channels/name/town-square`));
});
after(async () => {
    await proxy.close();
    await server.stop();
});

/** Bob's client, and a list of what it heard that can be waited on. */
async function listen() {
    const client = new WebSocketClient({
        minWebSocketRetryTime: 50,
        maxWebSocketRetryTime: 200,
        reconnectJitterRange: 10,
        newWebSocketFn: (url) => new WebSocket(url),
    });
    const heard = {posts: [], missed: 0, hellos: 0, waiting: []};
    const changed = () => heard.waiting.splice(0).forEach((resolve) => resolve());
    client.addMessageListener((message) => {
        if (message.event === 'posted') {
            heard.posts.push(JSON.parse(message.data.post).message);
        }
        if (message.event === 'hello') {
            heard.hellos += 1;
        }
        changed();
    });
    client.addMissedMessageListener(() => {
        heard.missed += 1;
        changed();
    });
    client.addErrorListener(() => {});
    heard.until = async (condition) => {
        while (!condition()) {
            await new Promise((resolve) => heard.waiting.push(resolve));
        }
    };
    client.initialize(`${proxy.url.replace('http', 'ws')}/api/v4/websocket`, bob.token);
    await heard.until(() => heard.hellos === 1);
    return {client, heard};
}

const say = (message) => call(server.url, ada.token, 'POST', '/posts', {channel_id: channel.id, message});

test('what is said is heard, in order', async () => {
    const {client, heard} = await listen();
    for (let i = 0; i < 20; i += 1) {
        await say(`in order ${i}`);
    }
    await heard.until(() => heard.posts.length === 20);
    assert.deepEqual(heard.posts, Array.from({length: 20}, (_, i) => `in order ${i}`));
    client.close();
});

test('a connection that breaks loses nothing and delivers nothing twice', async () => {
    const {client, heard} = await listen();
    await say('before');
    await heard.until(() => heard.posts.includes('before'));
    for (let round = 0; round < 3; round += 1) {
        proxy.disconnect();
        for (let i = 0; i < 10; i += 1) {
            await say(`round ${round} message ${i}`);
        }
        proxy.reconnect();
        await say(`round ${round} after`);
        await heard.until(() => heard.posts.includes(`round ${round} after`));
    }
    const expected = ['before'];
    for (let round = 0; round < 3; round += 1) {
        expected.push(...Array.from({length: 10}, (_, i) => `round ${round} message ${i}`), `round ${round} after`);
    }
    assert.deepEqual(heard.posts, expected);
    assert.equal(heard.hellos, 1, 'the connection was resumed, not begun anew');
    assert.equal(heard.missed, 0);
    client.close();
});

test('after a restart the client is told that it missed something', async () => {
    const {client, heard} = await listen();
    await server.restart();
    await heard.until(() => heard.hellos === 2);
    assert.equal(heard.missed, 1);
    await say('after the restart');
    await heard.until(() => heard.posts.includes('after the restart'));
    client.close();
});

test('a revoked session\'s socket closes', async () => {
    const {body: sessions} = await call(server.url, bob.token, 'GET', '/users/me/sessions');
    const {client, heard} = await listen();
    let isClosed = false;
    client.addCloseListener(() => {
        isClosed = true;
        heard.waiting.splice(0).forEach((resolve) => resolve());
    });
    await call(server.url, ada.token, 'POST', `/users/${bob.id}/sessions/revoke`, {session_id: sessions[0].id});
    await heard.until(() => isClosed);
    client.close();
    await assert.rejects(call(server.url, bob.token, 'GET', '/users/me'), /401/);
});

test('without the second factor that is required no connection is opened', async () => {
    const eve = await signUp(server.url, 'eve');
    const connect = (options) => new Promise((resolve) => {
        const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v4/websocket`, options);
        socket.on('open', () => socket.send(JSON.stringify({seq: 1, action: 'authentication_challenge', data: {token: eve.token}})));
        socket.on('message', (data) => {
            if (JSON.parse(data).event === 'hello') {
                resolve('hello');
                socket.close();
            }
        });
        socket.on('close', () => resolve('closed'));
    });
    const ways = [{}, {headers: {Authorization: `Bearer ${eve.token}`}}];
    assert.deepEqual(await Promise.all(ways.map(connect)), ['hello', 'hello']);
    const required = {EnforceMultifactorAuthentication: true, MultifactorAuthenticationGraceDays: 0};
    await call(server.url, ada.token, 'PUT', '/config/patch', {ServiceSettings: required});
    assert.deepEqual(await Promise.all(ways.map(connect)), ['closed', 'closed']);
});
