// Server-sent events: the same events in the same order, resumed and ended as on a socket.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {call, signUp, startServer} from '../lib/server.mjs';

let server;
let ada;
let channel;

before(async () => {
    server = await startServer();
    ada = await signUp(server.url, 'ada');
    const {body: team} = await call(server.url, ada.token, 'POST', '/teams', {name: 'north', display_name: 'North', type: 'I'});
    ({body: channel} = await call(server.url, ada.token, 'POST', '/channels', {team_id: team.id, name: 'dev', display_name: 'Dev', type: 'O'}));
});
after(() => server.stop());

const say = async (message) => (await call(server.url, ada.token, 'POST', '/posts', {channel_id: channel.id, message})).body;

/** The answer to a request for events. */
function ask({token, query = '', accept = 'text/event-stream', signal, headers = {}} = {}) {
    const from = {...(token && {Authorization: `Bearer ${token}`}), Accept: accept, ...headers};
    return fetch(`${server.url}/api/v4/events${query}`, {headers: from, signal});
}

/** Events one by one: `next()` is undefined when the server has ended the stream; `cut()` ends it from here. */
async function open(token, query) {
    const control = new AbortController();
    const answer = await ask({token, query, signal: control.signal});
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type'), /^text\/event-stream/);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const next = async () => {
        for (;;) {
            const end = text.indexOf('\n\n');
            if (end >= 0) {
                const block = text.slice(0, end);
                text = text.slice(end + 2);
                if (block.startsWith('data: ')) {
                    return JSON.parse(block.slice(6));
                }
                continue;
            }
            const {value, done} = await reader.read();
            if (done) {
                return undefined;
            }
            text += value;
        }
    };
    const posted = async () => {
        for (;;) {
            const event = await next();
            if (event?.event === 'posted') {
                return {message: JSON.parse(event.data.post).message, seq: event.seq};
            }
        }
    };
    return {next, posted, cut: () => control.abort()};
}

test('a stream begins with a greeting and goes on where it was cut', async () => {
    const first = await open(ada.token);
    const hello = await first.next();
    assert.deepEqual([hello.event, hello.seq], ['hello', 0]);
    await say('one <b>\n\ntwo');
    const {message, seq} = await first.posted();
    assert.equal(message, 'one <b>\n\ntwo');
    first.cut();

    await say('while away');
    const again = await open(ada.token, `?connection_id=${hello.data.connection_id}&sequence_number=${seq + 1}`);
    const greeting = await again.next();
    if (greeting.event === 'hello') {
        assert.equal(greeting.data.connection_id, hello.data.connection_id);
    }
    const missed = greeting.event === 'posted' ? {message: JSON.parse(greeting.data.post).message} : await again.posted();
    assert.equal(missed.message, 'while away');
    await say('and live');
    assert.equal((await again.posted()).message, 'and live');
    again.cut();
});

test('a stream of somebody whose session ends is ended', async () => {
    const {headers} = await call(server.url, null, 'POST', '/users/login', {login_id: 'ada', password: 'Passw0rd!longer'});
    const token = headers.get('token');
    const stream = await open(token);
    assert.equal((await stream.next()).event, 'hello');
    await call(server.url, token, 'POST', '/users/logout');
    while (await stream.next() !== undefined) {
        // What was on its way.
    }
});

test('only people get events, only our pages, and only who asks for them', async () => {
    assert.equal((await ask()).status, 401);
    assert.equal((await ask({token: 'x'.repeat(26)})).status, 401);
    assert.equal((await ask({token: ada.token, accept: 'application/json'})).status, 400);
    assert.equal((await ask({token: ada.token, headers: {Origin: 'https://evil.example.com'}})).status, 403);
});
