// Mails about messages, with a real mail server: the settings, the mail in a browser, its links, and turning it off.

import assert from 'node:assert/strict';
import {after, test} from 'node:test';

import {logIn, openWindow, screenshots} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';
import {startMailServer} from '../lib/smtp.mjs';

const mailServer = await startMailServer();
after(() => mailServer.stop());
const {server, browser, team} = await setUp({people: ['ada', 'bob', 'eve'], env: {GUILDHALL_MAIL_SERVER: 'localhost', GUILDHALL_MAIL_SECURITY: 'none',
    GUILDHALL_MAIL_FROM_ADDRESS: 'chat@example.com', GUILDHALL_MAIL_PORT: String(mailServer.port), GUILDHALL_MAIL_NOTIFICATION_DELAY_MS: '1000'}});
const {ada, bob, eve} = team.people;

/** The first mail with this subject. */
async function nextMail(subject) {
    for (;;) {
        const mail = await mailServer.nextMail();
        if (mail.headers.subject === subject) {
            return mail;
        }
    }
}

test('people choose in their settings how often mails come', async () => {
    await ada.api('PUT', '/config/patch', {ServiceSettings: {SiteURL: server.url}});
    const window = await openWindow(browser, server.url);
    await logIn({...window, url: server.url}, 'eve');
    // Where mails link to.
    await window.page.goto(`${server.url}/notification_settings`);
    const dialog = window.byTestId('settings-dialog');
    await dialog.getByText('By mail, when you are not online').waitFor();
    assert.ok(await dialog.getByLabel('Every 15 minutes').isChecked());
    await dialog.getByLabel('Quiet hours').check();
    await window.byTestId('mail-quiet-to').fill('06:30');
    await dialog.getByLabel('A summary in the morning').check();
    await window.byTestId('notify-save').click();
    await window.page.getByText('Saved').first().waitFor();
    const stored = async (name) => (await eve.api('GET', `/users/me/preferences/notifications/name/${name}`)).value;
    assert.deepEqual([await stored('email_interval'), await stored('email_quiet_hours')], ['86400', '22:00-06:30']);
    await window.byTestId('mail-quiet').scrollIntoViewIfNeeded();
    await screenshots(window, 'notifications-settings');
    await dialog.getByLabel('Quiet hours').uncheck();
    await dialog.getByLabel('At once').check();
    const saved = window.page.waitForResponse((response) => response.url().endsWith('/preferences') && response.request().postData().includes('email_interval'));
    await window.byTestId('notify-save').click();
    await saved;
    assert.equal(await stored('email_interval'), '30');
});

test('a mail shows what was written, leads to it, and can be turned off', async () => {
    // Nobody has logged in as bob: who is online gets no mail.
    await bob.api('PUT', '/users/me/preferences', [{user_id: bob.id, category: 'notifications', name: 'email_interval', value: '30'}]);
    const {id: square} = team.townSquare;
    const {id: root} = await ada.api('POST', '/posts', {channel_id: square, message: 'Who brings the **cake** on Friday?'});
    await ada.api('POST', '/posts', {channel_id: square, message: '@bob, could you?\n\n- 2 cakes\n- <b>candles</b> & `plates`'});
    await ada.api('POST', '/posts', {channel_id: square, root_id: root, message: 'Or the week after, @bob'});
    const mail = await nextMail('2 unread messages');
    const inbox = await openWindow(browser, 'about:blank');
    await inbox.page.setContent(mail.html);
    await screenshots(inbox, 'notifications-mail');
    const window = await openWindow(browser, server.url);
    await logIn({...window, url: server.url}, 'bob');
    await window.page.goto(mail.text.match(/https?:\S+\/pl\/\w+/)[0]);
    await window.byTestId('post').filter({hasText: 'could you?'}).first().waitFor();

    const unsubscribe = mail.headers['list-unsubscribe'].slice(1, -1);
    assert.ok(mail.text.includes(unsubscribe));
    const anybody = await openWindow(browser, unsubscribe);
    await screenshots(anybody, 'notifications-unsubscribe');
    await anybody.page.getByRole('button', {name: 'Turn off these mails'}).click();
    await anybody.page.getByText('sends no more mails about messages to bob@').waitFor();
    await screenshots(anybody, 'notifications-unsubscribed');
    assert.equal((await bob.api('GET', '/users/me')).notify_props.email, 'false');
});
