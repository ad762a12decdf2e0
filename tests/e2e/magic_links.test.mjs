// Logging in by a link or a code that comes by mail, with a real mail server.

import assert from 'node:assert/strict';
import {after, test} from 'node:test';

import {openWindow, screenshots} from '../lib/browser.mjs';
import {PASSWORD, call} from '../lib/server.mjs';
import {setUp} from '../lib/setup.mjs';
import {startMailServer} from '../lib/smtp.mjs';

const mailServer = await startMailServer();
after(() => mailServer.stop());
const {server, browser} = await setUp();
const linkIn = (mail) => mail.text.match(/https?:\S+one_time_link\?t=\w+/)[0];
const codeIn = (mail) => mail.text.match(/within 10 minutes: (\d{6})/)[1];

await call(server.url, null, 'POST', '/users', {email: 'ada@example.com', username: 'ada', password: PASSWORD});
const admin = (await call(server.url, null, 'POST', '/users/login', {login_id: 'ada', password: PASSWORD})).headers.get('token');
const team = (await call(server.url, admin, 'POST', '/teams', {name: 'north', display_name: 'Studio North', type: 'O'})).body;

async function configure(byLink) {
    const mail = {SMTPServer: 'localhost', SMTPPort: String(mailServer.port), ConnectionSecurity: '', FeedbackEmail: 'chat@example.com'};
    await call(server.url, admin, 'PUT', '/config/patch', {EmailSettings: mail, ServiceSettings: {SiteURL: server.url, LogInByLink: byLink}});
}

test('without mail nothing is offered', async () => {
    const window = await openWindow(browser, `${server.url}/login`);
    await window.byTestId('login-form').waitFor();
    assert.equal(await window.byTestId('login-by-link').count(), 0);
    await window.page.goto(`${server.url}/login/magic_link`);
    await window.byTestId('magic-link-none').waitFor({state: 'attached'});
});

test('a link logs in once, by a button', async () => {
    await configure('everybody');
    await call(server.url, null, 'POST', '/users', {email: 'bob@example.com', username: 'bob', password: PASSWORD});
    await mailServer.nextMail();
    const bob = (await call(server.url, admin, 'POST', '/users/usernames', ['bob'])).body[0];
    await call(server.url, admin, 'POST', `/users/${bob.id}/email/verify/member`, {});
    await call(server.url, admin, 'POST', `/teams/${team.id}/members`, {team_id: team.id, user_id: bob.id});
    const window = await openWindow(browser, `${server.url}/login`);
    await window.byTestId('login-id').fill('bob@example.com');
    await screenshots(window, 'magic-link-log-in');
    await window.byTestId('login-by-link').click();
    assert.equal(await window.byTestId('magic-link-email').inputValue(), 'bob@example.com');
    await screenshots(window, 'magic-link-ask');
    await window.byTestId('magic-link-submit').click();
    await window.byTestId('magic-link-code-form').waitFor();
    await screenshots(window, 'magic-link-sent');
    const mail = await mailServer.nextMail();

    const phone = await openWindow(browser, linkIn(mail));
    await phone.byTestId('magic-link-log-in').filter({hasText: 'Log in as bob'}).waitFor();
    await screenshots(phone, 'magic-link-page');
    await phone.byTestId('magic-link-log-in').click();
    await phone.byTestId('composer').waitFor();

    const late = await openWindow(browser, linkIn(mail));
    await late.byTestId('form-error').filter({hasText: 'not valid, or was used before'}).waitFor();
    await screenshots(late, 'magic-link-used');
});

test('the code logs in where it was asked for', async () => {
    const window = await openWindow(browser, `${server.url}/login/magic_link`);
    await window.byTestId('magic-link-email').fill('bob@example.com');
    await window.byTestId('magic-link-submit').click();
    const code = codeIn(await mailServer.nextMail());
    await window.byTestId('magic-link-code').fill(code === '000000' ? '000001' : '000000');
    await window.byTestId('magic-link-code-submit').click();
    await window.byTestId('form-error').filter({hasText: 'code is not right'}).waitFor();
    await screenshots(window, 'magic-link-wrong-code');
    await window.byTestId('magic-link-code').fill(`${code.slice(0, 3)} ${code.slice(3)}`);
    await window.byTestId('magic-link-code-submit').click();
    await window.byTestId('composer').waitFor();
});

test('the log-in page says whom it is for', async () => {
    await configure('guests');
    const window = await openWindow(browser, `${server.url}/login`);
    await window.byTestId('login-by-link').filter({hasText: 'Guests'}).waitFor();
    await configure('none');
    await window.page.reload();
    await window.byTestId('login-form').waitFor();
    assert.equal(await window.byTestId('login-by-link').count(), 0);
});
