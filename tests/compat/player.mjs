// Plays a conversation against a server and keeps what came back: each step's status and shape, and each person's events.

import {deflateSync} from 'node:zlib';

import {WebSocket} from 'ws';

import {PASSWORD} from '../lib/server.mjs';
import {isError, shapeOf} from './shape.mjs';

export class Player {
    steps = {};
    events = {};
    tokens = {};
    names = {};
    #sockets = [];

    constructor(url, run = Math.random().toString(36).slice(2, 10)) {
        this.url = url;
        this.run = run;
    }

    slug(what) {
        return `${what}-${this.run}`;
    }

    /** One call, kept under its name; answers with the body, or an empty object. */
    async step(name, who, method, path, {json, raw, files, fields, headers = {}, absolute = false} = {}) {
        const init = {method, headers: {...headers}, redirect: 'manual'};
        if (who && this.tokens[who]) {
            init.headers.Authorization = `Bearer ${this.tokens[who]}`;
        }
        if (json !== undefined) {
            init.body = JSON.stringify(json);
            init.headers['Content-Type'] = 'application/json';
        } else if (raw !== undefined) {
            init.body = raw;
        } else if (files) {
            init.body = new FormData();
            Object.entries(fields ?? {}).forEach(([key, value]) => init.body.append(key, value));
            Object.entries(files).forEach(([key, [file, bytes, type]]) => init.body.append(key, new Blob([bytes], {type}), file));
        }
        const answer = await fetch(absolute ? this.url + path : `${this.url}/api/v4${path}`, init);
        const bytes = Buffer.from(await answer.arrayBuffer());
        const body = parsed(bytes);
        this.steps[name] = {
            request: `${method} ${path.split('?')[0].replace(/[a-z0-9]{26}/g, '{id}').replace(/\d{13}/g, '{ms}').replaceAll(this.run, '{run}')}`,
            status: answer.status,
            ...(body === undefined ? {bytes: bytes.length > 0} : isError(body) ? {error: body.id} : {shape: shapeOf(body)}),
        };
        this.lastHeaders = answer.headers;
        return body !== null && typeof body === 'object' ? body : {};
    }

    async signup(who, name) {
        this.names[who] = `${name}${this.run}`;
        const json = {email: `${this.names[who]}@example.com`, username: this.names[who], password: PASSWORD};
        return (await this.step(`user.create.${who}`, null, 'POST', '/users', {json})).id;
    }

    async login(who) {
        await this.step(`login.${who}`, null, 'POST', '/users/login', {json: {login_id: this.names[who], password: PASSWORD}});
        this.tokens[who] = this.lastHeaders.get('token');
    }

    async listen(who) {
        const socket = new WebSocket(`${this.url.replace('http', 'ws')}/api/v4/websocket`);
        const heard = (this.events[who] = []);
        this.#sockets.push({who, socket, heard});
        await new Promise((resolve, reject) => {
            socket.on('error', reject);
            socket.on('open', () => socket.send(JSON.stringify({seq: 1, action: 'authentication_challenge', data: {token: this.tokens[who]}})));
            socket.on('message', (text) => {
                const message = JSON.parse(text);
                heard.push(message);
                if (message.event === 'hello') {
                    resolve();
                }
            });
        });
    }

    /** Waits until every socket has heard all that was published: a ping's answer comes behind it. Then closes them. */
    async close() {
        await Promise.all(this.#sockets.filter(({socket}) => socket.readyState === WebSocket.OPEN).map(({socket}) => new Promise((resolve) => {
            socket.on('message', (text) => JSON.parse(text).seq_reply === 99 && resolve());
            socket.on('close', resolve);
            socket.send(JSON.stringify({seq: 99, action: 'ping', data: {}}));
        })));
        this.#sockets.forEach(({socket}) => socket.terminate());
    }

    /** What there is to compare: names of events with their number and the shape of the first. */
    recording() {
        const people = Object.entries(this.events).map(([who, heard]) => {
            const events = {};
            for (const message of heard.filter(({event}) => event)) {
                events[message.event] ??= {count: 0, shape: shapeOf({data: message.data, broadcast: message.broadcast})};
                events[message.event].count += 1;
            }
            return [who, Object.fromEntries(Object.entries(events).sort(([a], [b]) => (a < b ? -1 : 1)))];
        });
        return {steps: this.steps, events: Object.fromEntries(people)};
    }
}

function parsed(bytes) {
    try {
        return JSON.parse(bytes.toString('utf8'));
    } catch {
        return undefined;
    }
}

/** A small valid picture, made here. */
export function png(width = 64, height = 48, colour = [200, 60, 60]) {
    const chunk = (kind, data) => {
        const body = Buffer.concat([Buffer.from(kind), data]);
        const frame = Buffer.alloc(8);
        frame.writeUInt32BE(data.length, 0);
        frame.writeUInt32BE(crc32(body), 4);
        return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
    };
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([8, 2, 0, 0, 0], 8);
    const row = Buffer.concat([Buffer.from([0]), Buffer.from(Array.from({length: width}, () => colour).flat())]);
    const rows = Buffer.concat(Array.from({length: height}, () => row));
    return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function crc32(bytes) {
    let crc = ~0;
    for (const byte of bytes) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit += 1) {
            crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
        }
    }
    return ~crc >>> 0;
}
