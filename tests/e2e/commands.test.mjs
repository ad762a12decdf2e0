// Slash commands, ephemeral messages, and custom statuses.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {postWith, screenshot, sendMessage} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';

const {ada, bob} = await setUp({people: ['ada', 'bob'], windows: ['ada', 'bob'], channel: 'Town Square'});

test('commands are suggested while they are typed', async () => {
    await ada.byTestId('composer').fill('/shr');
    await ada.byTestId('suggestion').filter({hasText: '/shrug'}).waitFor();
    await screenshot(ada, 'commands-suggested');
    await ada.byTestId('composer').press('Enter');
    await ada.byTestId('composer').pressSequentially('who knows');
    await ada.byTestId('composer').press('Enter');
    await postWith(bob, 'who knows').filter({hasText: '¯\\_(ツ)_/¯'}).waitFor();
});

test('/me is displayed in the third person', async () => {
    await sendMessage(ada, '/me waves');
    await postWith(bob, 'waves').waitFor();
    await screenshot(bob, 'commands-me');
});

test('a header set by a command is displayed to everyone', async () => {
    await sendMessage(ada, '/header Deadline: **Friday**');
    await bob.page.locator('header strong').filter({hasText: 'Friday'}).waitFor();
    await bob.byTestId('system-post').filter({hasText: /header/i}).waitFor();
    await screenshot(bob, 'commands-header');
});

test('ephemeral answers and unknown commands are displayed to their user only', async () => {
    await sendMessage(ada, '/away');
    await ada.byTestId('connection').filter({hasText: 'Away'}).waitFor();
    await ada.byTestId('system-post').filter({hasText: /away/i}).waitFor();
    await sendMessage(ada, '/nosuchcommand please');
    await ada.byTestId('toast').or(ada.byTestId('system-post').filter({hasText: 'nosuchcommand'})).first().waitFor();
    await screenshot(ada, 'commands-unknown');
    await ada.byTestId('composer').fill('');
    await sendMessage(ada, 'After the commands');
    await postWith(bob, 'After the commands').waitFor();
    assert.equal(await bob.byTestId('system-post').filter({hasText: /away|nosuch/i}).count(), 0);
    await sendMessage(ada, '/online');
    await ada.byTestId('connection').filter({hasText: 'Online'}).waitFor();
});

test('some commands are run by the client', async () => {
    await sendMessage(ada, '/search commands');
    await ada.byTestId('search-panel').waitFor();
    assert.equal(await ada.byTestId('search-input').inputValue(), 'commands');
    await postWith(ada, 'After the').waitFor();
    await ada.page.keyboard.press('Escape');
    await sendMessage(ada, '/settings');
    await ada.byTestId('settings-dialog').waitFor();
    await ada.page.keyboard.press('Escape');
});

test('a direct message is sent by a command', async () => {
    await sendMessage(ada, '/msg @bob Straight to you');
    await ada.byTestId('channel-title').filter({hasText: 'bob'}).waitFor();
    await postWith(ada, 'Straight to you').waitFor();
    await bob.byTestId('channel-item').filter({hasText: 'ada'}).click();
    await postWith(bob, 'Straight to you').waitFor();
});

test('a custom status is displayed beside the name', async () => {
    await bob.byTestId('user-menu').click();
    await bob.byTestId('menu-custom-status').click();
    await bob.byTestId('custom-status-text').fill('In the edit suite');
    await screenshot(bob, 'custom-status-dialog');
    await bob.byTestId('custom-status-save').click();
    await bob.byTestId('custom-status-dialog').waitFor({state: 'detached'});
    await ada.byTestId('channel-title').filter({hasText: 'bob'}).waitFor();
    await ada.page.locator('header').getByText('In the edit suite').waitFor();
    await screenshot(ada, 'custom-status-seen');
    await bob.byTestId('user-menu').click();
    await bob.byTestId('menu-custom-status').click();
    await bob.byTestId('custom-status-clear').click();
    await ada.page.locator('header').getByText('In the edit suite').waitFor({state: 'detached'});
});
