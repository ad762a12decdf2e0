// An app asks to act for somebody: the log-in and the way back, what the page says, and where its access is ended again.

import assert from 'node:assert/strict';
import {createServer} from 'node:http';
import {after, test} from 'node:test';

import {openWindow, screenshots} from '../lib/browser.mjs';
import {PASSWORD} from '../lib/server.mjs';
import {setUp} from '../lib/setup.mjs';

const {server, browser, team} = await setUp({people: ['ada', 'bob']});

// The app's own site, which notes who comes back.
const app = createServer((_, response) => response.end('<!doctype html><title>Calendar</title><p>Back at the calendar'));
await new Promise((resolve) => {
    app.listen(0, '127.0.0.1', resolve);
});
after(() => app.close());
const back = `http://127.0.0.1:${app.address().port}/back`;

const {id, client_secret: secret} = await team.admin.api('POST', '/oauth/apps', {name: 'Team calendar', description: 'Puts meetings into channels', homepage: 'https://calendar.example.com', callback_urls: [back]});
const address = (changes = {}) => `${server.url}/oauth/authorize?${new URLSearchParams({response_type: 'code', client_id: id, redirect_uri: back, state: 'here and there', ...changes})}`;

async function enterPassword({byTestId}, name) {
    await byTestId('login-id').fill(name);
    await byTestId('login-password').fill(PASSWORD);
    await byTestId('login-submit').click();
}

/** Where the browser is after the app's own page has loaded. */
async function returned({page}) {
    await page.waitForURL(`${back}?**`);
    return new URL(page.url()).searchParams;
}

test('an app is allowed after the log-in, and its access is ended in the settings', async () => {
    const bob = await openWindow(browser, address());
    await enterPassword(bob, 'bob');
    await bob.byTestId('authorize-app').waitFor();
    await bob.page.getByText('You are logged in as @bob.').waitFor();
    assert.equal(await bob.byTestId('authorize-admin').count(), 0);
    await screenshots(bob, 'authorize-app');
    await bob.byTestId('authorize-allow').click();
    const params = await returned(bob);
    assert.equal(params.get('state'), 'here and there');
    const form = new URLSearchParams({grant_type: 'authorization_code', client_id: id, client_secret: secret, code: params.get('code'), redirect_uri: back});
    const tokens = await (await fetch(`${server.url}/oauth/access_token`, {method: 'POST', body: form})).json();
    const me = () => fetch(`${server.url}/api/v4/users/me`, {headers: {authorization: `Bearer ${tokens.access_token}`}});
    assert.equal((await (await me()).json()).username, 'bob');

    // An app with a secret is not asked about again.
    await bob.page.goto(address({state: 'again'}));
    assert.equal((await returned(bob)).get('state'), 'again');

    await bob.page.goto(server.url);
    await bob.byTestId('user-menu').click();
    await bob.byTestId('menu-settings').click();
    await bob.page.getByRole('tab', {name: 'Security'}).click();
    await bob.byTestId('authorized-app').filter({hasText: 'Team calendar'}).waitFor();
    await bob.byTestId('authorized-apps').scrollIntoViewIfNeeded();
    await screenshots(bob, 'authorized-apps');
    await bob.byTestId('authorized-app-remove').click();
    await bob.byTestId('authorized-app-confirm').click();
    await bob.byTestId('authorized-app').waitFor({state: 'detached'});
    assert.equal((await me()).status, 401);
    await bob.page.goto(address());
    await bob.byTestId('authorize-app').waitFor();
});

test('an administrator is told more, an app that has registered itself is marked, and nobody has to allow it', async () => {
    await team.admin.api('PUT', '/config/patch', {ServiceSettings: {EnableDynamicClientRegistration: true}});
    const registered = await team.admin.api('POST', '/oauth/apps/register', {client_name: 'Somebody’s helper', redirect_uris: [back], token_endpoint_auth_method: 'none'});
    const challenge = {client_id: registered.client_id, code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256'};
    const ada = await openWindow(browser, address(challenge));
    await enterPassword(ada, 'ada');
    await ada.byTestId('authorize-unchecked').waitFor();
    await ada.byTestId('authorize-admin').waitFor();
    await screenshots(ada, 'authorize-registered-app');
    await ada.byTestId('authorize-deny').click();
    const params = await returned(ada);
    assert.deepEqual([params.get('error'), params.get('code')], ['access_denied', null]);
});

test('nobody is sent to an address that the app has not registered', async () => {
    const window = await openWindow(browser, address({redirect_uri: 'https://evil.example/back'}));
    await window.page.getByRole('heading', {name: 'This app cannot be authorized'}).waitFor();
    await screenshots(window, 'authorize-refused');
    assert.ok(window.page.url().startsWith(server.url));
});
