// Request smuggling: requests whose end a proxy and a server may read differently (smuggling.json), directly and through
// each proxy. What is hidden in them, a canary that creates an account, may only be executed if the proxy itself sent it.

import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import http2 from 'node:http2';
import net from 'node:net';
import {after, describe, test} from 'node:test';
import tls from 'node:tls';

import {send} from '../lib/https.mjs';
import {proxies} from '../lib/proxies.mjs';
import {PASSWORD} from '../lib/server.mjs';
import {join, startSite} from './site.mjs';

const {cases} = JSON.parse(await readFile(new URL('smuggling.json', import.meta.url), 'utf8'));
/** For the answer to a request that is not complete, which may never come: what was sent has been read by then. */
const PATIENCE_MS = 1_000;
/** In the request that each proxy sends for a client's, and in no canary. */
const MARK_OF_PROXY = /\r\nx-forwarded-proto: https\r\n/i;

/** A request that creates an account of this name. */
function canary(host, name) {
    const body = JSON.stringify({email: `${name}@example.com`, username: name, password: PASSWORD});
    return `POST /api/v4/users HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

function render(template, host, name) {
    const text = canary(host, name);
    const filled = template.replaceAll('{host}', host).replaceAll('{long}', 'a'.repeat(20_000)).replaceAll('{canary}', text).replaceAll('{canary-hex}', text.length.toString(16));
    const end = filled.search(/\r\n\r\n|\n\n|\n\r\n/);
    const rest = end < 0 ? '' : filled.slice(end).replace(/^\r?\n\r?\n/, '');
    const firstLine = rest.indexOf('\n') + 1;
    // The numbers are in the head, so that they do not change what they count.
    return filled.replaceAll('{length}', String(rest.length)).replaceAll('{length-hex}', rest.length.toString(16)).replaceAll('{first-line-length}', String(firstLine));
}

/** What is answered until the end, or for as long as the patience lasts. */
function exchange(socket, text) {
    return new Promise((resolve) => {
        let got = '';
        const finish = () => {
            clearTimeout(timer);
            socket.destroy();
            resolve(got);
        };
        const timer = setTimeout(finish, PATIENCE_MS);
        socket.on('data', (bytes) => (got += bytes.toString('latin1'))).on('error', finish).on('close', finish);
        socket.write(Buffer.from(text, 'latin1'));
    });
}

/** Forwards connections to a server, and keeps what was sent on each. */
async function startRecorder(target) {
    const [host, port] = target.split(':');
    const sent = [];
    const relay = net.createServer((client) => {
        const server = net.connect(Number(port), host);
        const record = {text: ''};
        sent.push(record);
        client.on('data', (bytes) => (record.text += bytes.toString('latin1')));
        for (const [from, to] of [[client, server], [server, client]]) {
            from.pipe(to);
            from.on('error', () => to.destroy());
            from.on('close', () => to.destroy());
        }
    });
    await new Promise((resolve) => relay.listen(0, '127.0.0.1', resolve));
    after(() => relay.close());
    return {address: `127.0.0.1:${relay.address().port}`, sent};
}

/** Whether the head of the request that creates this account is one that a proxy wrote. */
function isSentByProxy(sent, name) {
    return sent.some(({text}) => {
        const body = text.indexOf(`{"email":"${name}@`);
        const head = body < 0 ? '' : text.slice(text.lastIndexOf('POST ', body), body);
        return MARK_OF_PROXY.test(head);
    });
}

describe('request smuggling', {concurrency: true}, () => {
    // A proxy of connections reads no requests: through it they are those of `direct`.
    for (const kind of ['direct', ...proxies.filter((proxy) => proxy !== 'haproxy-tcp')]) {
        describe(kind, async () => {
            let recorder;
            const {url, server, setupCode} = await startSite(kind === 'direct' ? 'nginx' : kind, {
                upstream: async (address) => {
                    recorder = await startRecorder(address);
                    return recorder.address;
                },
            });
            const site = new URL(kind === 'direct' ? server.url : url);
            const connect = () => (kind === 'direct'
                ? net.connect(Number(site.port), '127.0.0.1')
                : tls.connect({port: Number(site.port), host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['http/1.1']}));
            const ada = await join(site.origin, 'ada', setupCode);
            const exists = async (name) => (await ada.call('POST', '/users/usernames', [name])).json.length > 0;
            const isOwnAnswer = async () => (await send(`${site.origin}/api/v4/users/me`, {token: ada.token})).json.id === ada.id;

            test('the canary is found where it is a request of its own', async () => {
                const text = `GET /api/v4/system/ping HTTP/1.1\r\nHost: ${site.host}\r\n\r\n${canary(site.host, 'in-the-open')}`;
                await exchange(connect(), text);
                assert.ok(await exists('in-the-open'));
                assert.equal(isSentByProxy(recorder.sent, 'in-the-open'), kind !== 'direct');
            });

            test(`none of ${cases.length} requests hides another`, async () => {
                const smuggled = [];
                const unexpected = [];
                const name = (number) => `canary-${number}`;
                // A few at once: the answers of some take the whole patience.
                const queue = cases.map((one, number) => ({...one, number}));
                const work = async () => {
                    for (let one = queue.shift(); one; one = queue.shift()) {
                        const got = await exchange(connect(), render(one.request, site.host, name(one.number)));
                        const status = Number(got.match(/^HTTP\/1\.[01] (\d+)/)?.[1] ?? 0);
                        // What a proxy says to a request that it rejects is its own affair.
                        if (kind === 'direct' && status >= 500) {
                            unexpected.push(`${one.name}: ${status}`);
                        }
                        if (!(await isOwnAnswer())) {
                            unexpected.push(`${one.name}: the next request gets the answer of another`);
                        }
                    }
                };
                await Promise.all(Array.from({length: 12}, work));
                for (const [number, one] of cases.entries()) {
                    const isRequest = kind === 'direct' ? one.isPipelined : isSentByProxy(recorder.sent, name(number));
                    if (await exists(name(number)) && !isRequest) {
                        smuggled.push(one.name);
                    }
                }
                assert.deepEqual({smuggled, unexpected}, {smuggled: [], unexpected: []});
            });

            test('HTTP/2 bodies that are longer than their Content-Length hide nothing', {skip: kind === 'direct'}, async () => {
                for (const length of ['0', '5']) {
                    const session = http2.connect(site.origin, {rejectUnauthorized: false});
                    session.on('error', () => undefined);
                    const stream = session.request({':method': 'POST', ':path': '/api/v4/users/login', 'content-length': length});
                    const ended = new Promise((resolve) => stream.on('close', resolve).on('error', resolve));
                    stream.resume();
                    stream.end(canary(site.host, `h2-canary-${length}`));
                    await ended;
                    session.destroy();
                    assert.ok(await isOwnAnswer());
                    assert.equal(await exists(`h2-canary-${length}`), false);
                }
            });
        });
    }
});
