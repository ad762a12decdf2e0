// The web client in real browsers against the real binary: from an empty server to two people who chat.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {launch, open, picture, row, say} from '../lib/browser.mjs';
import {PASSWORD, startServer} from '../lib/server.mjs';
import {png} from '../compat/player.mjs';

let server;
let browser;
let ada;
let bob;

before(async () => {
    // Closed, as a new server is: whoever comes second needs an invitation.
    server = await startServer({env: {GUILDHALL_SIGNUP_OPEN: 'false'}});
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

async function fillAccount({by}, username) {
    await by('account-email').fill(`${username}@example.com`);
    await by('account-username').fill(username);
    await by('account-password').fill(PASSWORD);
    await by('account-submit').click();
}

test('a fresh server is set up: first account, first team', async () => {
    ada = await open(browser, server.url);
    await ada.by('setup-form').waitFor();
    await picture(ada, 'setup');
    // Said in place, before anything is sent.
    await ada.by('account-email').fill('ada@example.com');
    await ada.by('account-password').fill('short');
    await ada.by('account-submit').click();
    await ada.by('setup-form').getByRole('alert').filter({hasText: /at least/i}).waitFor();
    await picture(ada, 'setup-short-password');
    await fillAccount(ada, 'ada');
    await ada.by('team-name').fill('Studio North');
    await ada.by('team-submit').click();
    await ada.by('sidebar').waitFor();
    await ada.by('composer').waitFor();
    await picture(ada, 'first-channel');
});

test('an invitation link brings a colleague in', async () => {
    await ada.by('team-menu').click();
    await ada.by('menu-invite').click();
    const invitation = await ada.by('invite-link').inputValue().catch(() => ada.by('invite-link').textContent());
    await ada.page.keyboard.press('Escape');
    assert.match(invitation, /signup_user_complete/);
    bob = await open(browser, server.url);
    await bob.page.goto(invitation);
    await bob.by('signup-form').waitFor();
    await picture(bob, 'signup');
    await fillAccount(bob, 'bob');
    await bob.by('sidebar').waitFor();
    await bob.by('composer').waitFor();
});

test('what one says, the other sees at once', async () => {
    for (const person of [ada, bob]) {
        await person.by('channel-item').filter({hasText: 'Town Square'}).click();
        await person.by('channel-title').filter({hasText: 'Town Square'}).waitFor();
    }
    await say(ada, '@bob the **rough cut** is ready');
    await row(bob, 'rough cut').waitFor();
    assert.equal(await row(bob, 'rough cut').locator('strong').textContent(), 'rough cut');
    await say(bob, 'Watching it now');
    await row(ada, 'Watching it now').waitFor();
    // The local echo became the stored post: one row, not pending.
    assert.equal(await row(bob, 'Watching it now').count(), 1);
    await bob.page.waitForFunction(() => !document.querySelector('[data-testid=post][data-pending=true]'));
    await picture(ada, 'conversation');
});

test('threads, reactions, edits and deletions are live', async () => {
    await row(bob, 'rough cut').hover();
    await row(bob, 'rough cut').getByTestId('post-reply').click();
    await bob.by('thread-composer').fill('Minute three is too dark');
    await bob.by('thread-composer').press('Enter');
    await row(ada, 'rough cut').getByTestId('thread-footer').click();
    await ada.by('thread-messages').getByText('Minute three is too dark').waitFor();
    await picture(ada, 'thread');
    await ada.by('close-panel').click();
    await bob.by('close-panel').click();

    await row(ada, 'Watching it now').hover();
    await row(ada, 'Watching it now').getByTestId('post-toolbar').getByRole('button').first().click();
    await row(bob, 'Watching it now').getByTestId('reaction').waitFor();

    await row(bob, 'Watching it now').hover();
    await row(bob, 'Watching it now').getByTestId('post-menu').click();
    await bob.by('post-edit').click();
    await bob.by('edit-input').fill('Watched it, and I like it');
    await bob.by('edit-save').click();
    await row(ada, 'Watched it, and I like it').waitFor();

    await row(bob, 'Watched it').hover();
    await row(bob, 'Watched it').getByTestId('post-menu').click();
    await bob.by('post-delete').click();
    await bob.by('delete-confirm').click();
    await row(ada, 'Watched it').waitFor({state: 'detached'});
});

test('a picture is uploaded, seen and opened', async () => {
    await ada.by('file-input').setInputFiles({name: 'frame.png', mimeType: 'image/png', buffer: png(640, 360, [40, 110, 90])});
    await ada.page.waitForFunction(() => document.querySelector('[data-testid=upload][data-done=true]'));
    await say(ada, 'Frame 1024');
    await row(bob, 'Frame 1024').getByTestId('image-attachment').click();
    await bob.by('image-viewer').waitFor();
    await picture(bob, 'viewer');
    await bob.page.keyboard.press('Escape');
});

test('unread and mention badges, and a direct message', async () => {
    await bob.by('channel-item').filter({hasText: 'Off-Topic'}).click();
    await bob.by('channel-title').filter({hasText: 'Off-Topic'}).waitFor();
    await say(ada, '@bob, lunch?');
    await bob.page.waitForFunction(() => [...document.querySelectorAll('[data-testid=channel-item]')].some((item) => item.dataset.mentions === '1'));
    await picture(bob, 'badges');
    await bob.by('channel-item').filter({hasText: 'Town Square'}).click();
    await row(bob, 'lunch').waitFor();

    await bob.by('new-message').click();
    await bob.by('people-input').fill('ada');
    await bob.by('person').filter({hasText: 'ada'}).first().click();
    await bob.by('start-conversation').click();
    await bob.by('channel-title').filter({hasText: 'ada'}).waitFor();
    await say(bob, 'Only for you');
    await ada.by('channel-item').filter({hasText: 'bob'}).click();
    await row(ada, 'Only for you').waitFor();
});

test('a server that restarts is caught up with', async () => {
    await ada.by('channel-item').filter({hasText: 'Town Square'}).click();
    await bob.by('channel-item').filter({hasText: 'Town Square'}).click();
    await bob.by('channel-title').filter({hasText: 'Town Square'}).waitFor();
    await server.restart();
    await say(ada, 'Still here after the restart');
    await row(bob, 'Still here after the restart').waitFor({timeout: 30_000});
    assert.equal(await row(bob, 'Still here after the restart').count(), 1);
});

test('a private channel is its members\'', async () => {
    await ada.by('add-channel').click();
    await ada.by('menu-create-channel').click();
    await ada.by('channel-name').fill('Contracts');
    await ada.page.getByRole('radio', {name: /private/i}).check().catch(() => ada.page.getByText(/private/i).first().click());
    await ada.by('channel-submit').click();
    await ada.by('channel-title').filter({hasText: 'Contracts'}).waitFor();
    await say(ada, 'Nobody else reads this');
    await row(ada, 'Nobody else reads this').waitFor();
    assert.equal(await bob.by('channel-item').filter({hasText: 'Contracts'}).count(), 0);
    const address = new URL(ada.page.url()).pathname;
    await bob.page.goto(server.url + address);
    await bob.by('sidebar').waitFor();
    await bob.page.waitForFunction(() => !document.body.innerText.includes('Nobody else reads this'));
});

test('nothing on the pages broke a rule', () => {
    for (const person of [ada, bob]) {
        assert.deepEqual(person.complaints, []);
    }
});
