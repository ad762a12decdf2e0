// A server behind a proxy, and a person who uses it through the proxy only.

import {after} from 'node:test';

import {send} from '../lib/https.mjs';
import {choosePorts, startProxyServer} from '../lib/proxies.mjs';
import {PASSWORD, startServer} from '../lib/server.mjs';

/** The address of the people of these tests: the proxies themselves have 127.0.0.1. */
export const CLIENT_ADDRESS = '127.0.0.2';

/**
 * Starts server and proxy until the tests of the file have ended: `url` is the site's address, with its path; `upstream`, if
 * given, gets the server's address and returns the one that the proxy connects to. The first account takes `setupCode`.
 */
export async function startSite(kind, {path = '', env = {}, upstream = async (address) => address} = {}) {
    const ports = await choosePorts();
    const url = `https://127.0.0.1:${ports.https}${path}`;
    const server = await startServer({env: {
        GUILDHALL_SITE_URL: url,
        GUILDHALL_LIMITS_TRUSTED_PROXIES: '127.0.0.1',
        ...(kind === 'haproxy-tcp' && {GUILDHALL_LIMITS_PROXY_PROTOCOL: 'true'}),
        ...env,
    }});
    after(() => server.stop());
    const proxy = await startProxyServer(kind, await upstream(new URL(server.url).host), ports);
    after(() => proxy.stop());
    const setupCode = new URL(server.setupLink()).searchParams.get('setup_code');
    return {url, server, proxy, setupCode};
}

/** Signs somebody up and logs them in, as a browser does: `token`, `cookies`, `id`, and `call()`, which demands success. */
export async function join(url, username, setupCode) {
    const account = {email: `${username}@example.com`, username, password: PASSWORD};
    const options = {method: 'POST', localAddress: CLIENT_ADDRESS};
    await demand(send(`${url}/api/v4/users?setup_code=${setupCode}`, {...options, body: account}), 201);
    const headers = {'X-Requested-With': 'XMLHttpRequest'};
    const login = await demand(send(`${url}/api/v4/users/login`, {...options, headers, body: {login_id: username, password: PASSWORD}}), 200);
    const {token} = login.headers;
    return {
        token,
        id: login.json.id,
        cookies: login.headers['set-cookie'],
        async call(method, route, body, more = {}) {
            const answer = await send(`${url}/api/v4${route}`, {method, token, body, localAddress: CLIENT_ADDRESS, ...more});
            return demand(answer);
        },
    };
}

/** The answer, if it has the status. */
export async function demand(sent, status) {
    const answer = await sent;
    if (status ? answer.status !== status : answer.status >= 300) {
        throw new Error(`${answer.status} ${answer.body.subarray(0, 500)}`);
    }
    return answer;
}

/** A team of one person, and its first channel. */
export async function createTeam(person) {
    const team = (await person.call('POST', '/teams', {name: 'studio', display_name: 'Studio North', type: 'O'})).json;
    const channel = (await person.call('GET', `/teams/${team.id}/channels/name/town-square`)).json;
    return {team, channel};
}
