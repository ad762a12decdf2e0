// The rule for new passwords, as people meet it: at the set-up, by a link, and in the settings; and waiting after wrong passwords.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {openWindow, screenshots} from '../lib/browser.mjs';
import {PASSWORD, call} from '../lib/server.mjs';
import {setUp} from '../lib/setup.mjs';

const env = {
    GUILDHALL_SIGNUP_PASSWORD_MIN_CHARS: '10',
    GUILDHALL_SIGNUP_PASSWORD_NUMBER: 'true',
    GUILDHALL_SIGNUP_PASSWORD_SYMBOL: 'true',
    GUILDHALL_LIMITS_ENABLED: 'true',
    GUILDHALL_LIMITS_FAILED_LOGINS: '2',
};
const {server, browser} = await setUp({env});
const RULE = 'Use at least 10 characters, among them a digit and a symbol.';
const NEW_PASSWORD = 'An0ther!longer';

test('the set-up page says the rule, and what the server does not accept', async () => {
    const ada = await openWindow(browser, server.url);
    await ada.byTestId('account-email').fill('ada.lovelace@example.com');
    await ada.page.getByText(RULE).waitFor();
    await ada.byTestId('account-password').fill('only letters');
    await ada.byTestId('account-submit').click();
    await ada.page.getByRole('alert').filter({hasText: RULE}).waitFor();
    await screenshots(ada, 'passwords-rule');
    await ada.byTestId('account-password').fill('Ada.Lovelace1815');
    await ada.byTestId('account-submit').click();
    await ada.byTestId('form-error').filter({hasText: 'little more than a name'}).waitFor();
    await screenshots(ada, 'passwords-name');
    await ada.byTestId('account-password').fill(PASSWORD);
    await ada.byTestId('account-submit').click();
    await ada.byTestId('site-name').waitFor();
});

test('the page of a link for a new password says the rule', async () => {
    const {headers} = await call(server.url, null, 'POST', '/users/login', {login_id: 'ada.lovelace@example.com', password: PASSWORD});
    const token = headers.get('token');
    await call(server.url, token, 'PUT', '/config/patch', {ServiceSettings: {SiteURL: server.url}});
    const {body: bob} = await call(server.url, token, 'POST', '/users', {email: 'bob@example.com', username: 'bob', password: PASSWORD});
    const {body: {link}} = await call(server.url, token, 'POST', `/users/${bob.id}/password/reset/link`, {});
    const window = await openWindow(browser, link);
    await window.byTestId('new-password').fill('abcdefghij1');
    await window.byTestId('new-password-submit').click();
    await window.page.getByRole('alert').filter({hasText: RULE}).waitFor();
    await screenshots(window, 'passwords-link');
    await window.byTestId('new-password').fill(NEW_PASSWORD);
    await window.byTestId('new-password-submit').click();
    await window.byTestId('new-password-done').waitFor({state: 'attached'});
});

test('whoever enters wrong passwords is told how long to wait', async () => {
    const window = await openWindow(browser, `${server.url}/login`);
    await window.byTestId('login-id').fill('bob');
    const attempt = async (password) => {
        await window.byTestId('login-password').fill(password);
        const answer = window.page.waitForResponse((response) => response.url().endsWith('/users/login'));
        await window.byTestId('login-submit').click();
        return (await answer).status();
    };
    assert.deepEqual([await attempt('wrong'), await attempt('wrong')], [401, 401]);
    let status = 401;
    // On a slow machine the first wait may be over before the next attempt; each further one is twice as long.
    for (let n = 0; n < 10 && status === 401; n++) {
        status = await attempt('wrong');
    }
    assert.equal(status, 429);
    await window.byTestId('form-error').filter({hasText: /Please try again in \d+ s\./}).waitFor();
    await screenshots(window, 'passwords-wait');
    while (await attempt(NEW_PASSWORD) === 429);
    await window.page.waitForURL((url) => !url.pathname.endsWith('/login'));
    const cookies = await window.context.cookies();
    assert.ok(cookies.some(({name, httpOnly}) => name === 'GUILDHALLBROWSER' && httpOnly));
});
