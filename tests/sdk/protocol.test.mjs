// What the WebSocket protocol promises beyond what the client library shows: who is let in, what is refused, how it ends.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {WebSocket} from 'ws';

import {call, signUp, startServer} from '../lib/server.mjs';

let server;
let ada;

before(async () => {
    server = await startServer();
    ada = await signUp(server.url, 'ada');
});
after(() => server.stop());

/** A socket whose messages can be waited for one by one; `closed` is the code it ends with. */
async function connect({token, query = '', headers = {}} = {}) {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v4/websocket${query}`, {
        headers: {...(token && {Authorization: `Bearer ${token}`}), ...headers},
    });
    const waiting = [];
    const heard = [];
    socket.on('message', (text) => {
        const message = JSON.parse(text);
        const waiter = waiting.shift();
        waiter ? waiter(message) : heard.push(message);
    });
    const closed = new Promise((resolve) => socket.on('close', resolve));
    await new Promise((resolve, reject) => {
        socket.on('open', resolve);
        socket.on('error', reject);
    });
    return {
        socket,
        closed,
        heard,
        next: () => (heard.length > 0 ? Promise.resolve(heard.shift()) : new Promise((resolve) => waiting.push(resolve))),
        send: (message) => socket.send(JSON.stringify(message)),
    };
}

test('a token at the upgrade is greeted at once, with number 0', async () => {
    const {socket, next} = await connect({token: ada.token});
    const hello = await next();
    assert.equal(hello.event, 'hello');
    assert.equal(hello.seq, 0);
    assert.match(hello.data.connection_id, /^[a-z0-9]{26}$/);
    assert.match(hello.data.server_version, /^11\.9\.0\./);
    socket.terminate();
});

test('with a challenge the hello comes before the answer, and answers use up no number', async () => {
    const {socket, next, send} = await connect();
    send({seq: 1, action: 'ping', data: {}});
    send({seq: 2, action: 'authentication_challenge', data: {token: ada.token}});
    assert.equal((await next()).event, 'hello');
    assert.deepEqual(await next(), {status: 'OK', seq_reply: 2});
    send({seq: 3, action: 'ping', data: {}});
    let answer = await next();
    while (!answer.seq_reply) {
        answer = await next();
    }
    assert.equal(answer.data.text, 'pong');
    assert.equal(answer.seq_reply, 3);
    assert.equal(answer.seq, undefined);
    socket.terminate();
});

test('bad actions fail by name', async () => {
    const {socket, next, send} = await connect({token: ada.token});
    send({seq: 1, action: 'no_such_action', data: {}});
    send({seq: 2, action: 'user_typing', data: {channel_id: 'nonsense'}});
    send({seq: 0, action: 'ping', data: {}});
    socket.send('{broken');
    const failures = [];
    while (failures.length < 4) {
        const message = await next();
        if (message.status) {
            assert.equal(message.status, 'FAIL');
            failures.push(message.error.id);
        }
    }
    assert.deepEqual(failures, [
        'api.web_socket_router.bad_action.app_error',
        'api.context.invalid_body_param.app_error',
        'api.web_socket_router.bad_seq.app_error',
        'api.context.invalid_body_param.app_error',
    ]);
    socket.terminate();
});

test('a frame that is too large ends the connection with 1009', async () => {
    const {socket, closed} = await connect({token: ada.token});
    socket.send(JSON.stringify({seq: 1, action: 'ping', data: {padding: 'x'.repeat(9000)}}));
    assert.equal(await closed, 1009);
});

test('a foreign page cannot connect', async () => {
    await assert.rejects(connect({token: ada.token, headers: {Origin: 'https://evil.example.com'}}), /403/);
    const {socket} = await connect({token: ada.token, headers: {Origin: server.url}});
    socket.terminate();
});

test('who does not say who they are is shown out, and a bad token is no better', async () => {
    const silent = await connect();
    const liar = await connect({token: 'absentabsentabsentabsent00'});
    assert.equal(await silent.closed, 1008);
    assert.equal(await liar.closed, 1008);
    assert.deepEqual([...silent.heard, ...liar.heard], []);
});

test('a connection of somebody else is not resumed', async () => {
    const {socket, next} = await connect({token: ada.token});
    const {data: {connection_id: id}} = await next();
    const eve = await signUp(server.url, 'eve');
    const stolen = await connect({token: eve.token, query: `?connection_id=${id}&sequence_number=0`});
    const hello = await stolen.next();
    assert.equal(hello.seq, 0);
    assert.notEqual(hello.data.connection_id, id);
    socket.terminate();
    stolen.socket.terminate();
});

test('a server that stops says so', async () => {
    const {closed, next} = await connect({token: ada.token});
    await next();
    const restarted = server.restart();
    assert.equal(await closed, 1012);
    await restarted;
    await call(server.url, ada.token, 'GET', '/users/me');
});
