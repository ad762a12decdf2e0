// People on an open server: signing up, group messages, statuses, profile pictures, and one user in two windows.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {openWindow, postWith, screenshot, sendMessage} from '../lib/browser.mjs';
import {PASSWORD} from '../lib/server.mjs';
import {setUp} from '../lib/setup.mjs';
import {directMessageOpened, openChannel, openDirectMessage, openLoggedIn} from '../lib/team.mjs';
import {png} from '../compat/player.mjs';

const {server, browser, ada, bob} = await setUp({people: ['ada', 'bob', 'cleo'], windows: ['ada', 'bob']});
const zoe = await openWindow(browser, server.url);

test('on an open server anyone can sign up and join an open team', async () => {
    await screenshot(zoe, 'people-login');
    await zoe.page.getByRole('link', {name: /sign up|create an account|account/i}).first().click();
    await zoe.byTestId('signup-form').waitFor();
    await zoe.byTestId('account-email').fill('zoe@example.com');
    await zoe.byTestId('account-username').fill('zoe');
    await zoe.byTestId('account-password').fill(PASSWORD);
    await zoe.byTestId('account-submit').click();
    await screenshot(zoe, 'people-select-team');
    await zoe.page.getByRole('button', {name: /Studio North/}).click();
    await zoe.byTestId('composer').waitFor();
    await screenshot(zoe, 'people-joined');
});

test('a group message reaches all members, with a badge', async () => {
    await ada.byTestId('new-message').click();
    for (const name of ['bob', 'zoe']) {
        await ada.byTestId('people-input').fill(name);
        await ada.page.locator(`[data-testid=person][data-username=${name}]`).click();
    }
    await screenshot(ada, 'people-group-dialog');
    await ada.byTestId('start-conversation').click();
    await ada.byTestId('channel-title').filter({hasText: 'bob'}).waitFor();
    await sendMessage(ada, 'The three of us');
    for (const person of [bob, zoe]) {
        const item = person.byTestId('channel-item').filter({hasText: 'ada'});
        await item.waitFor();
        await person.page.waitForFunction(() => [...document.querySelectorAll('[data-testid=channel-item]')].some((item) => item.dataset.mentions === '1'));
        await screenshot(person, 'people-group-badge');
        await item.click();
        await postWith(person, 'The three of us').waitFor();
    }
    await sendMessage(bob, 'All here');
    await postWith(ada, 'All here').waitFor();
    await postWith(zoe, 'All here').waitFor();
    await screenshot(ada, 'people-group');
});

test('a direct message counts as a mention until it is read', async () => {
    await openChannel(zoe, 'Town Square');
    await bob.byTestId('new-message').click();
    await bob.byTestId('people-input').fill('zoe');
    await bob.page.locator('[data-testid=person][data-username=zoe]').click();
    await bob.byTestId('start-conversation').click();
    await directMessageOpened(bob, 'zoe');
    await sendMessage(bob, 'one');
    await sendMessage(bob, 'two');
    const item = zoe.byTestId('channel-item').filter({has: zoe.page.getByText('bob', {exact: true})});
    await zoe.page.waitForFunction(() => [...document.querySelectorAll('[data-testid=channel-item]')].some((x) => x.dataset.mentions === '2'));
    assert.match(await zoe.page.title(), /^\(2\)/);
    await item.click();
    await postWith(zoe, 'two').waitFor();
    await zoe.page.waitForFunction(() => !document.querySelector('[data-testid=channel-item]:not([data-mentions="0"])'));
    assert.doesNotMatch(await zoe.page.title(), /^\(/);
});

test('a status is displayed to other users', async () => {
    await zoe.byTestId('user-menu').click();
    await zoe.page.getByRole('menuitem', {name: 'Away'}).click();
    await zoe.byTestId('connection').filter({hasText: 'Away'}).waitFor();
    await openChannel(bob, 'Town Square');
    await openDirectMessage(bob, 'zoe');
    await bob.page.locator('header').getByText('Away').waitFor();
    await screenshot(bob, 'people-away');
});

test('a profile picture is uploaded and displayed', async () => {
    await zoe.byTestId('user-menu').click();
    await zoe.byTestId('menu-settings').click();
    await screenshot(zoe, 'people-settings');
    await zoe.byTestId('settings-dialog').locator('input[type=file]').setInputFiles({name: 'me.png', mimeType: 'image/png', buffer: png(256, 256, [200, 120, 40])});
    await zoe.byTestId('settings-dialog').locator('img').waitFor();
    await zoe.page.waitForFunction(() => document.querySelector('[data-testid=settings-dialog] img')?.naturalWidth > 0);
    await zoe.page.keyboard.press('Escape');
    await openDirectMessage(zoe, 'bob');
    await sendMessage(zoe, 'New face');
    await postWith(bob, 'New face').locator('img').waitFor();
    await bob.page.waitForFunction(() => [...document.querySelectorAll('[data-testid=post] img')].some((x) => x.naturalWidth > 0));
    await screenshot(bob, 'people-avatar');
});

test('two windows of one user stay in sync', async () => {
    const second = await openLoggedIn(browser, server, 'bob');
    await openChannel(second, 'Town Square');
    await openChannel(bob, 'Off-Topic');
    await openChannel(ada, 'Town Square');
    await openDirectMessage(zoe, 'bob');
    await sendMessage(zoe, 'Which of you?');
    for (const window of [bob, second]) {
        await window.page.waitForFunction(() => [...document.querySelectorAll('[data-testid=channel-item]')].some((x) => x.dataset.mentions === '1'));
    }
    await openDirectMessage(bob, 'zoe');
    await second.page.waitForFunction(() => !document.querySelector('[data-testid=channel-item]:not([data-mentions="0"])'));
    await openChannel(bob, 'Town Square');
    await sendMessage(bob, 'Said in one window');
    await postWith(second, 'Said in one window').waitFor();
    assert.equal(await postWith(second, 'Said in one window').count(), 1);
});
