// The path of the site is a setting like others: it changes while the server runs.

import assert from 'node:assert/strict';
import {after, test} from 'node:test';

import {send} from '../lib/https.mjs';
import {call, signUp, startServer} from '../lib/server.mjs';

const server = await startServer();
after(() => server.stop());
const ada = await signUp(server.url, 'ada');

test('a change of the path applies at once, and sessions stay', async () => {
    const address = new URL(server.url).host;
    const setUrl = (base, url) => call(`${server.url}${base}`, ada.token, 'PUT', '/config/patch', {ServiceSettings: {SiteURL: url}});
    const etags = new Set();
    for (const [from, to] of [['', '/chat'], ['/chat', '/team/talk'], ['/team/talk', '']]) {
        await setUrl(from, `http://${address}${to}`);
        assert.equal((await call(`${server.url}${to}`, ada.token, 'GET', '/users/me')).body.username, 'ada');
        const page = await send(`${server.url}${to}/`);
        assert.match(String(page.body), new RegExp(`src="${to}/assets/`));
        etags.add(page.headers.etag);
        const asset = String(page.body).match(/src="([^"]*\/assets\/[^"]*)"/)[1];
        assert.equal((await send(`${server.url}${asset}`)).status, 200);
        if (from) {
            const former = await send(`${server.url}${from}/api/v4/users/me`, {token: ada.token});
            assert.ok(!String(former.body).includes('"username"'), 'the former path is not served');
        }
    }
    assert.equal(etags.size, 3);
    const invalid = await send(`${server.url}/api/v4/config/patch`, {method: 'PUT', token: ada.token, body: {ServiceSettings: {SiteURL: 'https://example.com/a;b'}}});
    assert.equal(invalid.status, 400);
});
