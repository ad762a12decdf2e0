// Slash commands, answers only one sees, and what people say about themselves.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {launch, picture, row, say} from '../lib/browser.mjs';
import {startServer} from '../lib/server.mjs';
import {enter, studio, visit} from '../lib/studio.mjs';

let server;
let browser;
let ada;
let bob;

before(async () => {
    server = await startServer();
    browser = await launch();
    await studio(server, ['ada', 'bob']);
    [ada, bob] = await Promise.all([enter(browser, server, 'ada'), enter(browser, server, 'bob')]);
    await Promise.all([visit(ada, 'Town Square'), visit(bob, 'Town Square')]);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

test('commands are offered while they are typed', async () => {
    await ada.by('composer').fill('/shr');
    await ada.by('suggestion').filter({hasText: '/shrug'}).waitFor();
    await picture(ada, 'commands-suggested');
    await ada.by('composer').press('Enter');
    await ada.by('composer').pressSequentially('who knows');
    await ada.by('composer').press('Enter');
    await row(bob, 'who knows').filter({hasText: '¯\\_(ツ)_/¯'}).waitFor();
});

test('what one does is told in the third person', async () => {
    await say(ada, '/me waves');
    await row(bob, 'waves').waitFor();
    await picture(bob, 'commands-me');
});

test('a header set by command is there for all', async () => {
    await say(ada, '/header Deadline: **Friday**');
    await bob.page.locator('header strong').filter({hasText: 'Friday'}).waitFor();
    await bob.by('system-post').filter({hasText: /header/i}).waitFor();
    await picture(bob, 'commands-header');
});

test('an answer to one is seen by one, and an unknown command by nobody else', async () => {
    await say(ada, '/away');
    await ada.by('connection').filter({hasText: 'Away'}).waitFor();
    await ada.by('system-post').filter({hasText: /away/i}).waitFor();
    await say(ada, '/nosuchcommand please');
    await ada.by('toast').or(ada.by('system-post').filter({hasText: 'nosuchcommand'})).first().waitFor();
    await picture(ada, 'commands-unknown');
    await ada.by('composer').fill('');
    await say(ada, 'After the commands');
    await row(bob, 'After the commands').waitFor();
    assert.equal(await bob.by('system-post').filter({hasText: /away|nosuch/i}).count(), 0);
    await say(ada, '/online');
    await ada.by('connection').filter({hasText: 'Online'}).waitFor();
});

test('some commands concern the window alone', async () => {
    await say(ada, '/search commands');
    await ada.by('search-panel').waitFor();
    assert.equal(await ada.by('search-input').inputValue(), 'commands');
    await row(ada, 'After the').waitFor();
    await ada.page.keyboard.press('Escape');
    await say(ada, '/settings');
    await ada.by('settings-dialog').waitFor();
    await ada.page.keyboard.press('Escape');
});

test('messages and invitations by command', async () => {
    await say(ada, '/msg @bob Straight to you');
    await ada.by('channel-title').filter({hasText: 'bob'}).waitFor();
    await row(ada, 'Straight to you').waitFor();
    await bob.by('channel-item').filter({hasText: 'ada'}).click();
    await row(bob, 'Straight to you').waitFor();
});

test('what one says about oneself stands beside the name', async () => {
    await bob.by('user-menu').click();
    await bob.by('menu-custom-status').click();
    await bob.by('custom-status-text').fill('In the edit suite');
    await picture(bob, 'custom-status-dialog');
    await bob.by('custom-status-save').click();
    await bob.by('custom-status-dialog').waitFor({state: 'detached'});
    await ada.by('channel-title').filter({hasText: 'bob'}).waitFor();
    await ada.page.locator('header').getByText('In the edit suite').waitFor();
    await picture(ada, 'custom-status-seen');
    await bob.by('user-menu').click();
    await bob.by('menu-custom-status').click();
    await bob.by('custom-status-clear').click();
    await ada.page.locator('header').getByText('In the edit suite').waitFor({state: 'detached'});
});

test('nothing on the pages broke a rule', () => {
    for (const person of [ada, bob]) {
        assert.deepEqual(person.complaints, []);
    }
});
