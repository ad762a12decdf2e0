// The web client in real browsers against the real binary: from an empty server to two people who chat.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {openWindow, postWith, screenshot, sendMessage} from '../lib/browser.mjs';
import {PASSWORD} from '../lib/server.mjs';
import {setUp} from '../lib/setup.mjs';
import {png} from '../compat/player.mjs';

// Closed, as a new server is: whoever comes second needs an invitation.
const {server, browser} = await setUp({env: {GUILDHALL_SIGNUP_OPEN: 'false'}});
const ada = await openWindow(browser, server.url);
const bob = await openWindow(browser, server.url);

async function fillAccount({byTestId}, username) {
    await byTestId('account-email').fill(`${username}@example.com`);
    await byTestId('account-username').fill(username);
    await byTestId('account-password').fill(PASSWORD);
    await byTestId('account-submit').click();
}

test('a fresh server is set up: first account, site, first team, mail and backups later', async () => {
    await ada.byTestId('setup-form').waitFor();
    await screenshot(ada, 'setup');
    // Checked before anything is sent.
    await ada.byTestId('account-email').fill('ada@example.com');
    await ada.byTestId('account-password').fill('short');
    await ada.byTestId('account-submit').click();
    await ada.byTestId('setup-form').getByRole('alert').filter({hasText: /at least/i}).waitFor();
    await screenshot(ada, 'setup-short-password');
    await fillAccount(ada, 'ada');
    await ada.byTestId('site-name').fill('Studio chat');
    // The server says whether it could get a certificate for the address.
    assert.equal(await ada.byTestId('site-certificate').count(), 0);
    await ada.byTestId('site-address').fill('chat.example.com');
    await ada.byTestId('site-certificate').waitFor();
    await screenshot(ada, 'setup-site');
    await ada.byTestId('site-address').fill('chat.local');
    await ada.byTestId('site-certificate').waitFor({state: 'detached'});
    await ada.byTestId('site-address').fill('');
    await ada.byTestId('site-submit').click();
    await ada.byTestId('team-name').fill('Studio North');
    await ada.byTestId('team-submit').click();
    await ada.byTestId('mail-no-address').waitFor();
    await screenshot(ada, 'setup-mail');
    await ada.byTestId('mail-later').click();
    await ada.byTestId('backup-later').click();
    await ada.byTestId('sidebar').waitFor();
    await ada.byTestId('composer').waitFor();
    await screenshot(ada, 'first-channel');
});

test('an invitation link lets a second user join', async () => {
    await ada.byTestId('team-menu').click();
    await ada.byTestId('menu-invite').click();
    const invitation = await ada.byTestId('invite-link').inputValue().catch(() => ada.byTestId('invite-link').textContent());
    await ada.page.keyboard.press('Escape');
    assert.match(invitation, /signup_user_complete/);
    await bob.page.goto(invitation);
    await bob.byTestId('signup-form').waitFor();
    await screenshot(bob, 'signup');
    await fillAccount(bob, 'bob');
    await bob.byTestId('sidebar').waitFor();
    await bob.byTestId('composer').waitFor();
});

test('a message is displayed to the other user at once', async () => {
    for (const person of [ada, bob]) {
        await person.byTestId('channel-item').filter({hasText: 'Town Square'}).click();
        await person.byTestId('channel-title').filter({hasText: 'Town Square'}).waitFor();
    }
    await sendMessage(ada, '@bob the **rough cut** is ready');
    await postWith(bob, 'rough cut').waitFor();
    assert.equal(await postWith(bob, 'rough cut').locator('strong').textContent(), 'rough cut');
    await sendMessage(bob, 'Watching it now');
    await postWith(ada, 'Watching it now').waitFor();
    // The local echo became the stored post: one row, not pending.
    assert.equal(await postWith(bob, 'Watching it now').count(), 1);
    await bob.page.waitForFunction(() => !document.querySelector('[data-testid=post][data-pending=true]'));
    await screenshot(ada, 'conversation');
});

test('threads, reactions, edits and deletions are updated live', async () => {
    await postWith(bob, 'rough cut').hover();
    await postWith(bob, 'rough cut').getByTestId('post-reply').click();
    await bob.byTestId('thread-composer').fill('Minute three is too dark');
    await bob.byTestId('thread-composer').press('Enter');
    await postWith(ada, 'rough cut').getByTestId('thread-footer').click();
    await ada.byTestId('thread-messages').getByText('Minute three is too dark').waitFor();
    await screenshot(ada, 'thread');
    await ada.byTestId('close-panel').click();
    await bob.byTestId('close-panel').click();

    await postWith(ada, 'Watching it now').hover();
    await postWith(ada, 'Watching it now').getByTestId('post-toolbar').getByRole('button').first().click();
    await postWith(bob, 'Watching it now').getByTestId('reaction').waitFor();

    await postWith(bob, 'Watching it now').hover();
    await postWith(bob, 'Watching it now').getByTestId('post-menu').click();
    await bob.byTestId('post-edit').click();
    await bob.byTestId('edit-input').fill('Watched it, and I like it');
    await bob.byTestId('edit-save').click();
    await postWith(ada, 'Watched it, and I like it').waitFor();

    await postWith(bob, 'Watched it').hover();
    await postWith(bob, 'Watched it').getByTestId('post-menu').click();
    await bob.byTestId('post-delete').click();
    await bob.byTestId('delete-confirm').click();
    await postWith(ada, 'Watched it').waitFor({state: 'detached'});
});

test('an image is uploaded, displayed and opened', async () => {
    await ada.byTestId('file-input').setInputFiles({name: 'frame.png', mimeType: 'image/png', buffer: png(640, 360, [40, 110, 90])});
    await ada.page.waitForFunction(() => document.querySelector('[data-testid=upload][data-done=true]'));
    await sendMessage(ada, 'Frame 1024');
    await postWith(bob, 'Frame 1024').getByTestId('image-attachment').click();
    await bob.byTestId('image-viewer').waitFor();
    await screenshot(bob, 'viewer');
    await bob.page.keyboard.press('Escape');
});

test('unread and mention badges, and a direct message', async () => {
    await bob.byTestId('channel-item').filter({hasText: 'Off-Topic'}).click();
    await bob.byTestId('channel-title').filter({hasText: 'Off-Topic'}).waitFor();
    await sendMessage(ada, '@bob, lunch?');
    await bob.page.waitForFunction(() => [...document.querySelectorAll('[data-testid=channel-item]')].some((item) => item.dataset.mentions === '1'));
    await screenshot(bob, 'badges');
    await bob.byTestId('channel-item').filter({hasText: 'Town Square'}).click();
    await postWith(bob, 'lunch').waitFor();

    await bob.byTestId('new-message').click();
    await bob.byTestId('people-input').fill('ada');
    await bob.byTestId('person').filter({hasText: 'ada'}).first().click();
    await bob.byTestId('start-conversation').click();
    await bob.byTestId('channel-title').filter({hasText: 'ada'}).waitFor();
    await sendMessage(bob, 'Only for you');
    await ada.byTestId('channel-item').filter({hasText: 'bob'}).click();
    await postWith(ada, 'Only for you').waitFor();
});

test('messages arrive after the server was restarted', async () => {
    await ada.byTestId('channel-item').filter({hasText: 'Town Square'}).click();
    await bob.byTestId('channel-item').filter({hasText: 'Town Square'}).click();
    await bob.byTestId('channel-title').filter({hasText: 'Town Square'}).waitFor();
    await server.restart();
    await sendMessage(ada, 'Still here after the restart');
    await postWith(bob, 'Still here after the restart').waitFor();
    assert.equal(await postWith(bob, 'Still here after the restart').count(), 1);
});

test('a private channel is visible to its members only', async () => {
    await ada.byTestId('add-channel').click();
    await ada.byTestId('menu-create-channel').click();
    await ada.byTestId('channel-name').fill('Contracts');
    await ada.page.getByRole('radio', {name: /private/i}).check().catch(() => ada.page.getByText(/private/i).first().click());
    await ada.byTestId('channel-submit').click();
    await ada.byTestId('channel-title').filter({hasText: 'Contracts'}).waitFor();
    await sendMessage(ada, 'Nobody else reads this');
    await postWith(ada, 'Nobody else reads this').waitFor();
    assert.equal(await bob.byTestId('channel-item').filter({hasText: 'Contracts'}).count(), 0);
    const address = new URL(ada.page.url()).pathname;
    await bob.page.goto(server.url + address);
    await bob.byTestId('sidebar').waitFor();
    await bob.page.waitForFunction(() => !document.body.innerText.includes('Nobody else reads this'));
});
