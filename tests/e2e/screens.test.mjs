// The shell: several teams, a phone, the dark theme, empty states, and a server that goes away.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {launch, open, picture, row, say} from '../lib/browser.mjs';
import {startServer} from '../lib/server.mjs';
import {channelMenu, enter, studio, visit} from '../lib/studio.mjs';

let server;
let browser;
let place;
let ada;
let bob;

before(async () => {
    server = await startServer();
    browser = await launch();
    place = await studio(server, ['ada', 'bob']);
    [ada, bob] = await Promise.all([enter(browser, server, 'ada'), enter(browser, server, 'bob')]);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

test('a second team is made, joined, and told of', async () => {
    await ada.by('team-menu').click();
    await picture(ada, 'screens-team-menu');
    await ada.page.getByRole('menuitem', {name: /join or create/i}).click();
    await ada.page.getByRole('button', {name: /create/i}).click();
    await ada.by('team-name').fill('Night Shift');
    await picture(ada, 'screens-create-team');
    await ada.by('team-submit').click();
    await ada.by('team-menu').filter({hasText: 'Night Shift'}).waitFor();
    await ada.by('team-menu').click();
    await ada.by('menu-invite').click();
    const invitation = await ada.by('invite-link').inputValue();
    await ada.page.keyboard.press('Escape');
    await bob.page.goto(invitation);
    await bob.by('team-menu').filter({hasText: 'Night Shift'}).waitFor();
    await bob.by('composer').waitFor();

    await bob.by('team-menu').click();
    await bob.page.getByRole('menuitem', {name: 'Studio North'}).click();
    await bob.by('team-menu').filter({hasText: 'Studio North'}).waitFor();
    await visit(ada, 'Town Square');
    await say(ada, '@bob, night work');
    await bob.page.waitForFunction(() => document.title.startsWith('(1)'));
    await bob.by('team-menu').click();
    await bob.page.getByRole('menuitem', {name: /Night Shift/}).getByText('1', {exact: true}).waitFor();
    await picture(bob, 'screens-team-badge');
    await bob.page.getByRole('menuitem', {name: /Night Shift/}).click();
    await row(bob, 'night work').waitFor();
    await ada.by('team-menu').click();
    await ada.page.getByRole('menuitem', {name: 'Studio North'}).click();
    await ada.by('team-menu').filter({hasText: 'Studio North'}).waitFor();
    await visit(ada, 'Town Square');
    assert.equal(await row(ada, 'night work').count(), 0);
});

test('on a phone the list, the conversation and the thread are screens of their own', async () => {
    const phone = await enter(browser, server, 'ada', {viewport: {width: 390, height: 844}, isMobile: true, hasTouch: true});
    const fits = () => phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    assert.ok(await fits());
    await phone.by('open-nav').tap();
    await picture(phone, 'phone-nav');
    await phone.by('channel-item').filter({hasText: 'Off-Topic'}).tap();
    await phone.by('channel-title').filter({hasText: 'Off-Topic'}).waitFor();
    await phone.by('composer').fill('From the bus, with a very long address https://example.com/a/path/that/goes/on/and/on/and/on/without/any/place/to/break/at/all and\n\n| a | table | of | many | columns | that | is | wide |\n|---|---|---|---|---|---|---|---|\n| 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 |');
    await phone.by('send').tap();
    await row(phone, 'From the bus').waitFor();
    await picture(phone, 'phone-channel');
    assert.ok(await fits());
    await row(phone, 'From the bus').locator('time').first().tap();
    // The keyboard of the screen stays away from what one only wants to tap.
    await phone.by('post-react').tap();
    await phone.page.waitForFunction(() => {
        const focused = document.activeElement;
        return focused.querySelector('[data-testid=emoji-picker]') && focused !== document.body;
    });
    await picture(phone, 'phone-picker');
    await phone.page.keyboard.press('Escape');
    await phone.by('emoji-picker').waitFor({state: 'detached'});
    await phone.by('post-reply').tap();
    await phone.by('thread-composer').fill('And a reply');
    await phone.by('thread-send').tap();
    await phone.by('thread-messages').getByText('And a reply').waitFor();
    await picture(phone, 'phone-thread');
    assert.ok(await fits());
    await phone.by('close-panel').tap();
    await phone.by('thread-footer').waitFor();
    await phone.by('open-search').tap();
    await phone.by('search-input').fill('bus');
    await phone.by('search-result').waitFor();
    await picture(phone, 'phone-search');
    await phone.by('search-result').getByRole('link').first().tap();
    await phone.by('composer').waitFor();
    await picture(phone, 'phone-from-search');
    assert.deepEqual(phone.complaints, []);
    await phone.context.close();
});

test('the dark theme is kept, and follows the system where nothing is chosen', async () => {
    const dark = await enter(browser, server, 'bob', {colorScheme: 'dark'});
    const background = () => dark.page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).slice(0, 3).map(Number));
    assert.ok(Math.max(...await background()) < 70, `${await background()}`);
    await picture(dark, 'dark');
    await dark.by('user-menu').click();
    await picture(dark, 'dark-menu');
    await dark.page.getByRole('menuitem', {name: 'Light'}).click();
    await dark.page.waitForFunction(() => document.documentElement.dataset.theme === 'light');
    await dark.page.reload();
    await dark.by('composer').waitFor();
    assert.ok(Math.min(...await background()) > 200, `${await background()}`);
    await dark.context.close();
});

test('empty places say what they are for', async () => {
    await visit(ada, 'Off-Topic');
    await ada.by('threads-link').click();
    await picture(ada, 'empty-threads');
    await visit(ada, 'Town Square');
    await channelMenu(ada, /pinned/i);
    await ada.page.getByText(/nothing.*pinned|no pinned/i).waitFor();
    await picture(ada, 'empty-pins');
    await ada.by('open-search').click();
    await picture(ada, 'empty-search');
    await ada.page.keyboard.press('Escape');
    await ada.page.goto(`${server.url}/studio/channels/no-such-place`);
    await ada.page.getByRole('button', {name: /town square|home/i}).waitFor();
    await picture(ada, 'empty-not-found');
    await ada.page.goto(`${server.url}/no-such-team/channels/x`);
    await ada.page.getByRole('button').first().waitFor();
    await picture(ada, 'empty-no-team');
    await ada.page.goto(`${server.url}/studio/pl/aaaaaaaaaaaaaaaaaaaaaaaaaa`);
    await ada.page.getByRole('button', {name: /town square|home/i}).waitFor();
});

test('while the server is away one is told, and nothing written is lost', async () => {
    await ada.page.goto(`${server.url}/studio/channels/town-square`);
    await ada.by('composer').waitFor();
    await say(ada, 'Before the storm');
    // Kept by the server, not only shown.
    await row(ada, 'Before the storm').and(ada.page.locator('[data-testid=post]:not([data-pending])')).waitFor();
    await server.kill();
    await ada.by('offline-banner').waitFor();
    await say(ada, 'Said into the storm');
    await ada.by('post-failed').waitFor();
    await channelMenu(ada, /^mute/i);
    await ada.by('toast').waitFor();
    await picture(ada, 'screens-offline');
    await server.restart();
    await ada.by('offline-banner').waitFor({state: 'detached', timeout: 30_000});
    await ada.by('post-failed').waitFor({state: 'detached'});
    const messages = await place.people.ada.api('GET', `/channels/${place.townSquare.id}/posts`);
    assert.equal(Object.values(messages.posts).filter((post) => post.message === 'Said into the storm').length, 1);
    assert.equal(await row(ada, 'Said into the storm').count(), 1);
});

test('a window opened while the server is away says so and recovers', async () => {
    const late = await open(browser, server.url);
    await late.by('login-id').waitFor();
    await late.page.route('**/api/v4/**', (route) => route.abort());
    await late.page.reload();
    await late.page.getByRole('button', {name: /again/i}).waitFor({timeout: 20_000});
    await picture(late, 'screens-unreachable');
    await late.page.unroute('**/api/v4/**');
    await late.page.getByRole('button', {name: /again/i}).click();
    await late.by('login-id').waitFor();
    await late.by('login-id').fill('ada');
    await late.by('login-password').fill('wrong-password-1');
    await late.by('login-submit').click();
    await late.by('form-error').waitFor();
    await picture(late, 'screens-wrong-password');
    await late.context.close();
});

test('nothing on the pages broke a rule', () => {
    for (const person of [ada, bob]) {
        assert.deepEqual(person.complaints, []);
    }
});
