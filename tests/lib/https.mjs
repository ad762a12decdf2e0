// Requests to a proxy with a certificate of its own, from any local address.

import http from 'node:http';
import https from 'node:https';
import {pipeline} from 'node:stream/promises';

/** Begins a request; the caller writes the body. `answer` is the response, whose body is not read. */
export function open(url, {method = 'GET', headers = {}, localAddress} = {}) {
    const client = url.startsWith('https:') ? https : http;
    const request = client.request(url, {method, headers, localAddress, agent: false, rejectUnauthorized: false});
    const answer = new Promise((resolve, reject) => request.on('response', resolve).on('error', reject));
    answer.catch(() => undefined);
    return {request, answer};
}

/** The bytes of a response. */
export async function read(response) {
    const parts = [];
    for await (const part of response) {
        parts.push(part);
    }
    return Buffer.concat(parts);
}

/** A request with a body that is text, bytes, an object (as JSON) or a stream: `{status, headers, body, json}`. */
export async function send(url, {body, token, headers = {}, ...options} = {}) {
    const isPlain = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) || typeof body.pipe === 'function';
    const all = {...(token && {Authorization: `Bearer ${token}`}), ...(!isPlain && {'Content-Type': 'application/json'}), ...headers};
    const {request, answer} = open(url, {...options, headers: all});
    if (typeof body?.pipe === 'function') {
        await pipeline(body, request);
    } else {
        request.end(isPlain ? body : JSON.stringify(body));
    }
    const response = await answer;
    const bytes = await read(response);
    return {
        status: response.statusCode,
        headers: response.headers,
        body: bytes,
        get json() {
            return JSON.parse(bytes);
        },
    };
}
