// What people do through each of the proxies: log in, chat, upload and download, and what the server learns of them.

import assert from 'node:assert/strict';
import {createHash, randomBytes} from 'node:crypto';
import {readFile, readdir, stat} from 'node:fs/promises';
import path from 'node:path';
import {Readable} from 'node:stream';
import {describe, test} from 'node:test';

import WebSocket from 'ws';

import {open, send} from '../lib/https.mjs';
import {proxies} from '../lib/proxies.mjs';
import {until} from '../lib/until.mjs';
import {CLIENT_ADDRESS, createTeam, demand, join, startSite} from './site.mjs';

const MIB = 1024 * 1024;
/** The size of the large file; `make test-proxies` sends 3 GB. */
const UPLOAD_BYTES = Number(process.env.GUILDHALL_PROXY_UPLOAD_BYTES ?? 200 * MIB);
/** One part of the large file, which is many of it, each with its number in it. */
const PART = randomBytes(MIB);

function part(number) {
    const bytes = Buffer.from(PART);
    bytes.writeUInt32BE(number);
    return bytes;
}

function* parts(bytes, from = 0) {
    for (let offset = from; offset < bytes; offset += MIB) {
        yield part(offset / MIB).subarray(0, Math.min(MIB, bytes - offset));
    }
}

/** The most memory that a process and its children have had, in MiB. */
async function memoryMib(pid) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    const own = Number(status.match(/VmHWM:\s+(\d+)/)?.[1] ?? 0) / 1024;
    const theirs = await Promise.all(children.trim().split(' ').filter(Boolean).map(memoryMib));
    return theirs.reduce((sum, each) => sum + each, own);
}

/** The bytes of all files in the folder. */
async function storedBytes(folder) {
    const names = await readdir(folder, {recursive: true});
    const sizes = await Promise.all(names.map((name) => stat(path.join(folder, name)).then((file) => (file.isFile() ? file.size : 0), () => 0)));
    return sizes.reduce((sum, size) => sum + size, 0);
}

for (const kind of proxies) {
    describe(kind, async () => {
        const {url, server, proxy, setupCode} = await startSite(kind);
        const ada = await join(url, 'ada', setupCode);
        const {channel} = await createTeam(ada);
        const files = path.join(server.folder, 'files');
        let uploaded;

        test('HTTP leads to HTTPS', async () => {
            const answer = await send(`${proxy.httpUrl}/studio`);
            assert.ok([301, 308].includes(answer.status), String(answer.status));
            // Caddy leaves out the port, which is its own for HTTPS.
            assert.ok([`${url}/studio`, 'https://127.0.0.1/studio'].includes(answer.headers.location), answer.headers.location);
        });

        test('cookies are secure', () => {
            assert.equal(ada.cookies.length, 4);
            assert.ok(ada.cookies.every((cookie) => /; Secure/.test(cookie) && /; Path=\/;/.test(cookie)), ada.cookies.join('\n'));
        });

        test('the server learns the address of the client, whatever the client says', async () => {
            const spoofed = {'X-Forwarded-For': '198.51.100.1', 'X-Real-IP': '198.51.100.2', Forwarded: 'for=198.51.100.3', 'X-Client-IP': '198.51.100.4'};
            await ada.call('PUT', '/users/me/patch', {nickname: 'Ada L'}, {headers: spoofed});
            const records = (await ada.call('GET', '/users/me/audits')).json;
            assert.ok(records.length > 0);
            assert.deepEqual([...new Set(records.map((record) => record.ip_address))], [CLIENT_ADDRESS]);
            const sessions = (await ada.call('GET', '/users/me/sessions')).json;
            assert.equal(sessions.length, 1);
        });

        test('a post arrives over a WebSocket, which answers pings', async () => {
            const socket = new WebSocket(`${url.replace('https:', 'wss:')}/api/v4/websocket`, {
                headers: {Authorization: `Bearer ${ada.token}`}, origin: url, rejectUnauthorized: false, localAddress: CLIENT_ADDRESS,
            });
            const events = [];
            socket.on('message', (text) => events.push(JSON.parse(text)));
            await until('the socket says hello', () => events.some((event) => event.event === 'hello'));
            const pong = new Promise((resolve) => socket.once('pong', resolve));
            socket.ping('still there?');
            assert.equal(String(await pong), 'still there?');
            await ada.call('POST', '/posts', {channel_id: channel.id, message: 'through the wall'});
            await until('the post arrives', () => events.some((event) => event.event === 'posted' && event.data.post.includes('through the wall')));
            const closed = new Promise((resolve) => socket.once('close', resolve));
            socket.close();
            await closed;
        });

        test('foreign pages cannot connect', async () => {
            const socket = new WebSocket(`${url.replace('https:', 'wss:')}/api/v4/websocket`, {
                headers: {Authorization: `Bearer ${ada.token}`}, origin: 'https://evil.example.com', rejectUnauthorized: false,
            });
            const status = await new Promise((resolve) => socket.on('unexpected-response', (_, answer) => resolve(answer.statusCode)).on('open', () => resolve(101)));
            assert.equal(status, 403);
            socket.on('error', () => undefined);
            socket.terminate();
        });

        test('server-sent events arrive while the stream is open', async () => {
            const {request, answer} = open(`${url}/api/v4/events`, {headers: {Authorization: `Bearer ${ada.token}`, Accept: 'text/event-stream'}});
            request.end();
            const response = await answer;
            assert.equal(response.statusCode, 200);
            let text = '';
            response.on('data', (bytes) => (text += bytes)).on('error', () => undefined);
            await until('the stream says hello', () => text.includes('"hello"'));
            await ada.call('POST', '/posts', {channel_id: channel.id, message: 'through the keyhole'});
            await until('the post arrives', () => text.includes('through the keyhole'));
            request.destroy();
        });

        test(`an upload of ${UPLOAD_BYTES / MIB} MiB is stored while it arrives`, {timeout: 1_800_000}, async (context) => {
            const memoryBefore = [await memoryMib(server.process.pid), await memoryMib(proxy.pid)];
            const before = await storedBytes(files);
            const boundary = 'a-part-of-the-whole';
            const head = Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="channel_id"\r\n\r\n${channel.id}\r\n`
                + `--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="film.mov"\r\nContent-Type: video/quicktime\r\n\r\n`);
            const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
            const digest = createHash('sha256');
            const half = Math.floor(UPLOAD_BYTES / 2 / MIB);
            let number = 0;
            let seen = 0;
            async function* body() {
                yield head;
                for (const bytes of parts(UPLOAD_BYTES)) {
                    if (number === half) {
                        seen = await until('the server stores the first half', async () => {
                            const bytes = (await storedBytes(files)) - before;
                            return bytes > (half - 32) * MIB && bytes;
                        });
                    }
                    number += 1;
                    digest.update(bytes);
                    yield bytes;
                }
                yield tail;
            }
            const started = Date.now();
            const answer = await demand(send(`${url}/api/v4/files`, {
                method: 'POST', token: ada.token, body: Readable.from(body()),
                headers: {'Content-Type': `multipart/form-data; boundary=${boundary}`, 'Content-Length': String(head.length + UPLOAD_BYTES + tail.length)},
            }), 201);
            const seconds = (Date.now() - started) / 1000;
            assert.ok(seen < UPLOAD_BYTES);
            [uploaded] = answer.json.file_infos;
            assert.equal(uploaded.size, UPLOAD_BYTES);
            uploaded.digest = digest.digest('hex');
            const memoryAfter = [await memoryMib(server.process.pid), await memoryMib(proxy.pid)];
            const [ofServer, ofProxy] = memoryBefore.map((mib, index) => `${mib.toFixed(0)} to ${memoryAfter[index].toFixed(0)}`);
            context.diagnostic(`${kind}: ${seconds.toFixed(1)} s; peak memory in MiB: server ${ofServer}, proxy ${ofProxy}`);
        });

        test('a download is the same file, and has ranges', {timeout: 1_800_000}, async () => {
            const {request, answer} = open(`${url}/api/v4/files/${uploaded.id}`, {headers: {Authorization: `Bearer ${ada.token}`}});
            request.end();
            const response = await answer;
            assert.equal(response.statusCode, 200);
            const digest = createHash('sha256');
            for await (const bytes of response) {
                digest.update(bytes);
            }
            assert.equal(digest.digest('hex'), uploaded.digest);
            const from = 5 * MIB + 17;
            const ranged = await send(`${url}/api/v4/files/${uploaded.id}`, {token: ada.token, headers: {Range: `bytes=${from}-${from + 99}`}});
            assert.equal(ranged.status, 206);
            assert.equal(ranged.headers['content-range'], `bytes ${from}-${from + 99}/${UPLOAD_BYTES}`);
            assert.deepEqual(ranged.body, part(5).subarray(17, 117));
        });

        test('an upload is resumed', async () => {
            const bytes = 8 * MIB;
            const before = await storedBytes(files);
            const session = (await ada.call('POST', '/uploads', {channel_id: channel.id, filename: 'take-two.mov', file_size: bytes})).json;
            const cut = open(`${url}/api/v4/uploads/${session.id}`, {
                method: 'POST', headers: {Authorization: `Bearer ${ada.token}`, 'Content-Type': 'application/octet-stream', 'Content-Length': String(bytes)},
            });
            cut.request.on('error', () => undefined);
            for (let number = 0; number < 3; number += 1) {
                cut.request.write(part(number));
            }
            await until('the server stores a part', async () => (await storedBytes(files)) > before);
            cut.request.destroy();
            // Until the server notices the end, the upload is in progress, and its offset grows.
            const info = await until('the rest is taken', async () => {
                const {file_offset: offset} = (await ada.call('GET', `/uploads/${session.id}`)).json;
                if (offset === 0) {
                    return false;
                }
                const rest = Buffer.concat([...parts(bytes)]).subarray(offset);
                const sent = send(`${url}/api/v4/uploads/${session.id}`, {
                    method: 'POST', token: ada.token, body: rest, headers: {'Content-Type': 'application/octet-stream', 'Content-Length': String(rest.length)},
                });
                const answer = await sent.catch(() => undefined);
                return answer?.status === 200 && answer.json;
            });
            assert.equal(info.size, bytes);
            const stored = await send(`${url}/api/v4/files/${info.id}`, {token: ada.token});
            assert.ok(stored.body.equals(Buffer.concat([...parts(bytes)])));
        });

        // Apache reads the whole of a request before it passes on an answer.
        test('an upload that is rejected is answered before it was sent', {skip: kind === 'apache'}, async () => {
            const {request, answer} = open(`${url}/api/v4/files?channel_id=${channel.id}&filename=x`, {
                method: 'POST', headers: {Authorization: 'Bearer wrong', 'Content-Type': 'application/octet-stream', 'Content-Length': String(UPLOAD_BYTES)},
            });
            request.write(part(0));
            const response = await answer;
            assert.equal(response.statusCode, 401);
            request.on('error', () => undefined);
            response.on('error', () => undefined);
            request.destroy();
        });
    });
}

