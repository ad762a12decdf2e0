// Mail at the set-up, a forgotten password, and verifying an address, with a real mail server.

import assert from 'node:assert/strict';
import {after, test} from 'node:test';

import {openWindow, screenshots} from '../lib/browser.mjs';
import {PASSWORD, call} from '../lib/server.mjs';
import {setUp} from '../lib/setup.mjs';
import {startMailServer} from '../lib/smtp.mjs';

const mailServer = await startMailServer();
after(() => mailServer.stop());
const {server, browser} = await setUp();
const ada = await openWindow(browser, server.url);
const NEW_PASSWORD = 'An0ther!longer';
const linkIn = (mail) => mail.text.match(/https?:\S+token=\w+/)[0];

test('the set-up has a step for mail, with a test mail and its plain result', async () => {
    await ada.byTestId('account-email').fill('ada@example.com');
    await ada.byTestId('account-password').fill(PASSWORD);
    await ada.byTestId('account-submit').click();
    await ada.byTestId('site-name').fill('Studio chat');
    await ada.byTestId('site-address').fill(server.url);
    await ada.byTestId('site-submit').click();
    await ada.byTestId('team-name').fill('Studio North');
    await ada.byTestId('team-submit').click();
    await ada.byTestId('mail-form').waitFor();
    await screenshots(ada, 'mail-setup');
    await ada.byTestId('mail-server').fill('localhost');
    await ada.byTestId('mail-from').fill('chat@example.com');
    await ada.byTestId('mail-port').fill('1');
    await ada.byTestId('mail-test').click();
    await ada.byTestId('form-error').filter({hasText: 'The mail server localhost:1 could not be reached'}).waitFor();
    await ada.page.getByText('Not encrypted').click();
    await ada.byTestId('mail-port').fill(String(mailServer.port));
    await ada.byTestId('mail-test').click();
    await ada.byTestId('mail-tested').waitFor();
    await screenshots(ada, 'mail-tested');
    assert.equal((await mailServer.nextMail()).headers.subject, 'Mail works');
    await ada.byTestId('mail-submit').click();
    await ada.byTestId('backup-later').click();
    await ada.byTestId('composer').waitFor();
});

test('who has forgotten the password sets a new one by the link in a mail', async () => {
    await call(server.url, null, 'POST', '/users', {email: 'bob@example.com', username: 'bob', password: PASSWORD});
    const verification = await mailServer.nextMail();
    const bob = await openWindow(browser, `${server.url}/login`);
    await screenshots(bob, 'mail-log-in');
    await bob.byTestId('forgot-password').click();
    await bob.byTestId('reset-form').waitFor();
    await screenshots(bob, 'mail-forgot');
    await bob.byTestId('reset-email').fill('bob@example.com');
    await bob.byTestId('reset-submit').click();
    await bob.byTestId('reset-sent').waitFor({state: 'attached'});
    await screenshots(bob, 'mail-sent');
    const link = linkIn(await mailServer.nextMail());

    await bob.page.goto(link);
    await bob.byTestId('new-password').fill(NEW_PASSWORD);
    await screenshots(bob, 'mail-new-password');
    await bob.byTestId('new-password-submit').click();
    await bob.byTestId('new-password-done').waitFor({state: 'attached'});
    assert.equal((await mailServer.nextMail()).headers.subject, 'Your password was changed');
    await bob.page.goto(link);
    await bob.byTestId('new-password').fill(NEW_PASSWORD);
    await bob.byTestId('new-password-submit').click();
    await bob.byTestId('form-error').filter({hasText: 'not valid, or was used before'}).waitFor();

    await bob.page.goto(linkIn(verification));
    await bob.byTestId('verify-done').waitFor({state: 'attached'});
    await screenshots(bob, 'mail-verified');
    await bob.page.goto(linkIn(verification));
    await bob.byTestId('form-error').waitFor();
    await screenshots(bob, 'mail-not-verified');
});

test('who must verify the address is told so, and gets the mail again', async () => {
    const admin = (await call(server.url, null, 'POST', '/users/login', {login_id: 'ada', password: PASSWORD})).headers.get('token');
    await call(server.url, admin, 'PUT', '/config/patch', {EmailSettings: {RequireEmailVerification: true}});
    const carl = await openWindow(browser, `${server.url}/signup_user_complete`);
    await carl.byTestId('account-email').fill('carl@example.com');
    await carl.byTestId('account-password').fill(PASSWORD);
    await carl.byTestId('account-submit').click();
    await carl.byTestId('verify-needed').waitFor();
    await mailServer.nextMail();
    await carl.byTestId('verify-send').click();
    await screenshots(carl, 'mail-unverified');
    await carl.page.goto(linkIn(await mailServer.nextMail()));
    await carl.byTestId('verify-done').waitFor({state: 'attached'});
    await logInToNoTeam(carl);
});

/** Carl is in no team yet. */
async function logInToNoTeam({page, byTestId, url}) {
    await page.goto(`${new URL(url).origin}/login`);
    await byTestId('login-id').fill('carl');
    await byTestId('login-password').fill(PASSWORD);
    await byTestId('login-submit').click();
    await page.waitForURL('**/select_team');
}

test('without mail the page says whom to ask', async () => {
    const other = await setUp();
    await call(other.server.url, null, 'POST', '/users', {email: 'ada@example.com', username: 'ada', password: PASSWORD});
    const window = await openWindow(other.browser, `${other.server.url}/reset_password`);
    await window.byTestId('reset-ask-admin').waitFor({state: 'attached'});
    await screenshots(window, 'mail-none');
});
