// The layout: several teams, a phone, the dark theme, empty states, and a server that cannot be reached.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {intercept, openWindow, postWith, screenshot, sendMessage, storedPostWith} from '../lib/browser.mjs';
import {restoreAfterTest} from '../lib/restore.mjs';
import {setUp} from '../lib/setup.mjs';
import {chooseChannelAction, openChannel, openLoggedIn} from '../lib/team.mjs';

const {server, browser, team, ada, bob} = await setUp({people: ['ada', 'bob'], windows: ['ada', 'bob']});

test('a second team is created, joined, and has an unread badge', async () => {
    await ada.byTestId('team-menu').click();
    await screenshot(ada, 'screens-team-menu');
    await ada.page.getByRole('menuitem', {name: /join or create/i}).click();
    await ada.page.getByRole('button', {name: /create/i}).click();
    await ada.byTestId('team-name').fill('Night Shift');
    await screenshot(ada, 'screens-create-team');
    await ada.byTestId('team-submit').click();
    await ada.byTestId('team-menu').filter({hasText: 'Night Shift'}).waitFor();
    await ada.byTestId('team-menu').click();
    await ada.byTestId('menu-invite').click();
    const invitation = await ada.byTestId('invite-link').inputValue();
    await ada.page.keyboard.press('Escape');
    await bob.page.goto(invitation);
    await bob.byTestId('team-menu').filter({hasText: 'Night Shift'}).waitFor();
    await bob.byTestId('composer').waitFor();

    await bob.byTestId('team-menu').click();
    await bob.page.getByRole('menuitem', {name: 'Studio North'}).click();
    await bob.byTestId('team-menu').filter({hasText: 'Studio North'}).waitFor();
    await openChannel(ada, 'Town Square');
    await sendMessage(ada, '@bob, night work');
    await bob.page.waitForFunction(() => document.title.startsWith('(1)'));
    await bob.byTestId('team-menu').click();
    await bob.page.getByRole('menuitem', {name: /Night Shift/}).getByText('1', {exact: true}).waitFor();
    await screenshot(bob, 'screens-team-badge');
    await bob.page.getByRole('menuitem', {name: /Night Shift/}).click();
    await postWith(bob, 'night work').waitFor();
    await ada.byTestId('team-menu').click();
    await ada.page.getByRole('menuitem', {name: 'Studio North'}).click();
    await ada.byTestId('team-menu').filter({hasText: 'Studio North'}).waitFor();
    await openChannel(ada, 'Town Square');
    assert.equal(await postWith(ada, 'night work').count(), 0);
});

test('on a phone the sidebar, the channel and the thread each fill the screen', async () => {
    const phone = await openLoggedIn(browser, server, 'ada', {viewport: {width: 390, height: 844}, isMobile: true, hasTouch: true});
    const fits = () => phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    assert.ok(await fits());
    await phone.byTestId('open-nav').tap();
    await screenshot(phone, 'phone-nav');
    await phone.byTestId('channel-item').filter({hasText: 'Off-Topic'}).tap();
    await phone.byTestId('channel-title').filter({hasText: 'Off-Topic'}).waitFor();
    await phone.byTestId('composer').fill('From the bus, with a very long address https://example.com/a/path/that/goes/on/and/on/and/on/without/any/place/to/break/at/all and\n\n| a | table | of | many | columns | that | is | wide |\n|---|---|---|---|---|---|---|---|\n| 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 |');
    await phone.byTestId('send').tap();
    await postWith(phone, 'From the bus').waitFor();
    await screenshot(phone, 'phone-channel');
    assert.ok(await fits());
    await postWith(phone, 'From the bus').locator('time').first().tap();
    // The keyboard of the screen stays away from what one only wants to tap.
    await phone.byTestId('post-react').tap();
    await phone.page.waitForFunction(() => {
        const focused = document.activeElement;
        return focused.querySelector('[data-testid=emoji-picker]') && focused !== document.body;
    });
    await screenshot(phone, 'phone-picker');
    await phone.page.keyboard.press('Escape');
    await phone.byTestId('emoji-picker').waitFor({state: 'detached'});
    await phone.byTestId('post-reply').tap();
    await phone.byTestId('thread-composer').fill('And a reply');
    await phone.byTestId('thread-send').tap();
    await phone.byTestId('thread-messages').getByText('And a reply').waitFor();
    await screenshot(phone, 'phone-thread');
    assert.ok(await fits());
    await phone.byTestId('close-panel').tap();
    await phone.byTestId('thread-footer').waitFor();
    await phone.byTestId('open-search').tap();
    await phone.byTestId('search-input').fill('bus');
    await phone.byTestId('search-result').waitFor();
    await screenshot(phone, 'phone-search');
    await phone.byTestId('search-result').getByRole('link').first().tap();
    await phone.byTestId('composer').waitFor();
    await screenshot(phone, 'phone-from-search');
});

test('the theme is kept over a reload, and follows the system where none is chosen', async () => {
    const dark = await openLoggedIn(browser, server, 'bob', {colorScheme: 'dark'});
    const background = () => dark.page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).slice(0, 3).map(Number));
    assert.ok(Math.max(...await background()) < 70, `${await background()}`);
    await screenshot(dark, 'dark');
    await dark.byTestId('user-menu').click();
    await screenshot(dark, 'dark-menu');
    await dark.page.getByRole('menuitem', {name: 'Light'}).click();
    await dark.page.waitForFunction(() => document.documentElement.dataset.theme === 'light');
    await dark.page.reload();
    await dark.byTestId('composer').waitFor();
    assert.ok(Math.min(...await background()) > 200, `${await background()}`);
});

test('empty lists and unknown paths explain themselves', async () => {
    await openChannel(ada, 'Off-Topic');
    await ada.byTestId('threads-link').click();
    await screenshot(ada, 'empty-threads');
    await openChannel(ada, 'Town Square');
    await chooseChannelAction(ada, /pinned/i);
    await ada.page.getByText(/nothing.*pinned|no pinned/i).waitFor();
    await screenshot(ada, 'empty-pins');
    await ada.byTestId('open-search').click();
    await screenshot(ada, 'empty-search');
    await ada.page.keyboard.press('Escape');
    await ada.page.goto(`${server.url}/studio/channels/no-such-place`);
    await ada.page.getByRole('button', {name: /town square|home/i}).waitFor();
    await screenshot(ada, 'empty-not-found');
    await ada.page.goto(`${server.url}/no-such-team/channels/x`);
    await ada.page.getByRole('button').first().waitFor();
    await screenshot(ada, 'empty-no-team');
    await ada.page.goto(`${server.url}/studio/pl/aaaaaaaaaaaaaaaaaaaaaaaaaa`);
    await ada.page.getByRole('button', {name: /town square|home/i}).waitFor();
});

test('a banner says that the server cannot be reached, and no message is lost', async () => {
    await ada.page.goto(`${server.url}/studio/channels/town-square`);
    await ada.byTestId('composer').waitFor();
    await sendMessage(ada, 'Before the storm');
    // Kept by the server, not only shown.
    await storedPostWith(ada, 'Before the storm').waitFor();
    restoreAfterTest(() => server.isRunning() || server.restart());
    await server.kill();
    await ada.byTestId('offline-banner').waitFor();
    await sendMessage(ada, 'Said into the storm');
    await ada.byTestId('post-failed').waitFor();
    await chooseChannelAction(ada, /^mute/i);
    await ada.byTestId('toast').waitFor();
    await screenshot(ada, 'screens-offline');
    await server.restart();
    await ada.byTestId('offline-banner').waitFor({state: 'detached'});
    await ada.byTestId('post-failed').waitFor({state: 'detached'});
    // It is being sent when the mark of the failure is gone.
    await storedPostWith(ada, 'Said into the storm').waitFor();
    const messages = await team.people.ada.api('GET', `/channels/${team.townSquare.id}/posts`);
    assert.equal(Object.values(messages.posts).filter((post) => post.message === 'Said into the storm').length, 1);
    assert.equal(await postWith(ada, 'Said into the storm').count(), 1);
});

test('a window opened while the server cannot be reached offers to try again', async () => {
    const late = await openWindow(browser, server.url);
    await late.byTestId('login-id').waitFor();
    const stop = await intercept(late, '**/api/v4/**', (route) => route.abort());
    await late.page.reload();
    await late.page.getByRole('button', {name: /again/i}).waitFor();
    await screenshot(late, 'screens-unreachable');
    await stop();
    await late.page.getByRole('button', {name: /again/i}).click();
    await late.byTestId('login-id').waitFor();
    await late.byTestId('login-id').fill('ada');
    await late.byTestId('login-password').fill('wrong-password-1');
    await late.byTestId('login-submit').click();
    await late.byTestId('form-error').waitFor();
    await screenshot(late, 'screens-wrong-password');
});
