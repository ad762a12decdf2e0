// Slow clients: answered or closed in time, while others are served. Those that take minutes run with GUILDHALL_PROXY_SLOW=1.

import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import net from 'node:net';
import {describe, test} from 'node:test';
import tls from 'node:tls';

import {send} from '../lib/https.mjs';
import {proxies} from '../lib/proxies.mjs';
import {until} from '../lib/until.mjs';
import {createTeam, join, startSite} from './site.mjs';

const SLOW_CLIENTS = 50;
const MIB = 1024 * 1024;
const options = {timeout: 400_000};
const isLong = process.env.GUILDHALL_PROXY_SLOW === '1';

/** A connection that sends this and then nothing: what it got until it was answered or closed. */
function sendAndWait(connect, text) {
    return new Promise((resolve) => {
        const socket = connect();
        let got = '';
        socket.write(text);
        socket.on('data', (bytes) => {
            got += bytes;
            if (got.includes('\r\n\r\n')) {
                socket.destroy();
            }
        });
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(got));
    });
}

const ESTABLISHED = '01';

/** Resolves when the other side, which listens at `port`, has closed a connection whose data nobody reads. */
async function closedByPeer(socket, port) {
    const hex = (number) => number.toString(16).toUpperCase().padStart(4, '0');
    const row = new RegExp(` \\w+:${hex(port)} \\w+:${hex(socket.localPort)} (\\w\\w) `);
    const state = async () => {
        const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')));
        return tables.join('\n').match(row)?.[1];
    };
    assert.equal(await state(), ESTABLISHED);
    await until('the connection is closed', async () => (await state()) !== ESTABLISHED, options.timeout);
}

// All at once, because they wait most of the time.
describe('slow clients', {concurrency: true}, () => {
    for (const kind of ['direct', ...proxies]) {
        describe(kind, {concurrency: true}, async () => {
            const {url, server, setupCode} = await startSite(kind === 'direct' ? 'nginx' : kind);
            const site = new URL(kind === 'direct' ? server.url : url);
            const connect = kind === 'direct'
                ? () => net.connect(Number(site.port), '127.0.0.1')
                : () => tls.connect({port: Number(site.port), host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['http/1.1']});
            const ada = await join(site.origin, 'ada', setupCode);
            const {channel} = await createTeam(ada);
            const head = `Host: ${site.host}\r\nAuthorization: Bearer ${ada.token}\r\n`;

            test('heads that do not end are answered or closed, and others are served meanwhile', options, async () => {
                const slow = ['', 'GET /', `GET /api/v4/users/me HTTP/1.1\r\n${head}X-Slow: `].flatMap((text) => Array.from({length: SLOW_CLIENTS}, () => text));
                let open = slow.length;
                const closed = slow.map((text) => sendAndWait(connect, text).finally(() => (open -= 1)));
                let served = 0;
                while (open > 0) {
                    await ada.call('GET', '/users/me');
                    served += 1;
                    await new Promise((resolve) => setTimeout(resolve, 100));
                }
                assert.ok(served > 3, `${served} requests were served meanwhile`);
                for (const answer of await Promise.all(closed)) {
                    assert.match(answer, /^$|^HTTP\/1\.1 (400|408) /);
                }
            });

            // Caddy has no limit for silence, only for the whole of a request, which would be one for uploads.
            const isSkipped = !isLong || kind === 'caddy';

            test('bodies that do not end are answered or closed', {...options, skip: isSkipped}, async () => {
                const answers = await Promise.all([
                    sendAndWait(connect, `POST /api/v4/users/login HTTP/1.1\r\n${head}Content-Length: 100\r\n\r\n{"login_id"`),
                    sendAndWait(connect, `POST /api/v4/files?channel_id=${channel.id}&filename=x HTTP/1.1\r\n${head}Content-Type: video/mp4\r\nContent-Length: 9000000\r\n\r\nxx`),
                ]);
                answers.forEach((answer) => assert.match(answer, /^$|^HTTP\/1\.1 (400|408|502|504) /));
            });

            test('a client that takes no response is closed', {...options, skip: isSkipped}, async () => {
                const file = (await ada.call('POST', `/files?channel_id=${channel.id}&filename=film`, Buffer.alloc(64 * MIB), {
                    headers: {'Content-Type': 'application/octet-stream', 'Content-Length': String(64 * MIB)},
                })).json.file_infos[0];
                const socket = connect();
                socket.on('error', () => undefined);
                socket.pause();
                await new Promise((resolve) => socket.write(`GET /api/v4/files/${file.id} HTTP/1.1\r\n${head}\r\n`, resolve));
                await closedByPeer(socket, Number(site.port));
                socket.destroy();
                assert.equal((await send(`${site.origin}/api/v4/users/me`, {token: ada.token})).status, 200);
            });
        });
    }
});
