// People on an open server: signing up, group messages, statuses, profile pictures, and one person in two windows.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {launch, open, picture, row, say} from '../lib/browser.mjs';
import {PASSWORD, startServer} from '../lib/server.mjs';
import {enter, studio, visit, visitPerson, withPerson} from '../lib/studio.mjs';
import {png} from '../compat/player.mjs';

let server;
let browser;
let ada;
let bob;
let zoe;

before(async () => {
    server = await startServer();
    browser = await launch();
    await studio(server, ['ada', 'bob', 'cleo']);
    [ada, bob] = await Promise.all([enter(browser, server, 'ada'), enter(browser, server, 'bob')]);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

test('on an open server anybody signs up and joins an open team', async () => {
    zoe = await open(browser, server.url);
    await picture(zoe, 'people-login');
    await zoe.page.getByRole('link', {name: /sign up|create an account|account/i}).first().click();
    await zoe.by('signup-form').waitFor();
    await zoe.by('account-email').fill('zoe@example.com');
    await zoe.by('account-username').fill('zoe');
    await zoe.by('account-password').fill(PASSWORD);
    await zoe.by('account-submit').click();
    await picture(zoe, 'people-select-team');
    await zoe.page.getByRole('button', {name: /Studio North/}).click();
    await zoe.by('composer').waitFor();
    await picture(zoe, 'people-joined');
});

test('a group message reaches all of its people, with a badge', async () => {
    await ada.by('new-message').click();
    for (const name of ['bob', 'zoe']) {
        await ada.by('people-input').fill(name);
        await ada.page.locator(`[data-testid=person][data-username=${name}]`).click();
    }
    await picture(ada, 'people-group-dialog');
    await ada.by('start-conversation').click();
    await ada.by('channel-title').filter({hasText: 'bob'}).waitFor();
    await say(ada, 'The three of us');
    for (const person of [bob, zoe]) {
        const item = person.by('channel-item').filter({hasText: 'ada'});
        await item.waitFor();
        await person.page.waitForFunction(() => [...document.querySelectorAll('[data-testid=channel-item]')].some((item) => item.dataset.mentions === '1'));
        await picture(person, 'people-group-badge');
        await item.click();
        await row(person, 'The three of us').waitFor();
    }
    await say(bob, 'All here');
    await row(ada, 'All here').waitFor();
    await row(zoe, 'All here').waitFor();
    await picture(ada, 'people-group');
});

test('a direct message counts until it is read', async () => {
    await visit(zoe, 'Town Square');
    await bob.by('new-message').click();
    await bob.by('people-input').fill('zoe');
    await bob.page.locator('[data-testid=person][data-username=zoe]').click();
    await bob.by('start-conversation').click();
    await withPerson(bob, 'zoe');
    await say(bob, 'one');
    await say(bob, 'two');
    const item = zoe.by('channel-item').filter({has: zoe.page.getByText('bob', {exact: true})});
    await zoe.page.waitForFunction(() => [...document.querySelectorAll('[data-testid=channel-item]')].some((x) => x.dataset.mentions === '2'));
    assert.match(await zoe.page.title(), /^\(2\)/);
    await item.click();
    await row(zoe, 'two').waitFor();
    await zoe.page.waitForFunction(() => !document.querySelector('[data-testid=channel-item]:not([data-mentions="0"])'));
    assert.doesNotMatch(await zoe.page.title(), /^\(/);
});

test('a status chosen by one is seen by the other', async () => {
    await zoe.by('user-menu').click();
    await zoe.page.getByRole('menuitem', {name: 'Away'}).click();
    await zoe.by('connection').filter({hasText: 'Away'}).waitFor();
    await visit(bob, 'Town Square');
    await visitPerson(bob, 'zoe');
    await bob.page.locator('header').getByText('Away').waitFor();
    await picture(bob, 'people-away');
});

test('a profile picture is uploaded and seen', async () => {
    await zoe.by('user-menu').click();
    await zoe.by('menu-settings').click();
    await picture(zoe, 'people-settings');
    await zoe.by('settings-dialog').locator('input[type=file]').setInputFiles({name: 'me.png', mimeType: 'image/png', buffer: png(256, 256, [200, 120, 40])});
    await zoe.by('settings-dialog').locator('img').waitFor();
    await zoe.page.waitForFunction(() => document.querySelector('[data-testid=settings-dialog] img')?.naturalWidth > 0);
    await zoe.page.keyboard.press('Escape');
    await visitPerson(zoe, 'bob');
    await say(zoe, 'New face');
    await row(bob, 'New face').locator('img').waitFor();
    await bob.page.waitForFunction(() => [...document.querySelectorAll('[data-testid=post] img')].some((x) => x.naturalWidth > 0));
    await picture(bob, 'people-avatar');
});

test('two windows of one person stay in step', async () => {
    const second = await enter(browser, server, 'bob');
    await visit(second, 'Town Square');
    await visit(bob, 'Off-Topic');
    await visit(ada, 'Town Square');
    await visitPerson(zoe, 'bob');
    await say(zoe, 'Which of you?');
    for (const window of [bob, second]) {
        await window.page.waitForFunction(() => [...document.querySelectorAll('[data-testid=channel-item]')].some((x) => x.dataset.mentions === '1'));
    }
    await visitPerson(bob, 'zoe');
    await second.page.waitForFunction(() => !document.querySelector('[data-testid=channel-item]:not([data-mentions="0"])'));
    await visit(bob, 'Town Square');
    await say(bob, 'Said in one window');
    await row(second, 'Said in one window').waitFor();
    assert.equal(await row(second, 'Said in one window').count(), 1);
    await second.context.close();
});

test('nothing on the pages broke a rule', () => {
    for (const person of [ada, bob, zoe]) {
        assert.deepEqual(person.complaints, []);
    }
});
