// For whoever has only a keyboard, a screen reader, a small window, or another script than the Latin one.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {launch, open, picture, row, say} from '../lib/browser.mjs';
import {startServer} from '../lib/server.mjs';
import {enter, postMenu, studio, visit} from '../lib/studio.mjs';

let server;
let browser;
let place;
let ada;

before(async () => {
    server = await startServer();
    browser = await launch();
    place = await studio(server, ['ada', 'bob']);
    ada = await enter(browser, server, 'ada');
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

/** Waits until the keyboard is in the element of that test id. */
const focused = ({page}, id) => page.waitForFunction((wanted) => document.activeElement?.dataset.testid === wanted, id);

/** Waits until the edges of two test ids lie so: a window that was resized is laid out a moment later. */
const lie = ({page}, one, other, so) => page.waitForFunction(([ids, condition]) => {
    const [a, b] = ids.map((id) => document.querySelector(`[data-testid=${id}]`).getBoundingClientRect());
    return {
        beside: a.right <= b.left,
        'up to the edge': b.left <= a.right + 1 && b.right >= innerWidth - 1,
        within: a.top >= b.top && a.bottom <= b.bottom,
    }[condition];
}, [[one, other], so]);

test('a panel leaves the channel usable, or has the room to itself', async () => {
    await say(ada, 'The beginning of a thread');
    await row(ada, 'The beginning').hover();
    await row(ada, 'The beginning').getByTestId('post-reply').click();
    await ada.by('thread-composer').waitFor();
    await ada.page.setViewportSize({width: 1024, height: 768});
    await lie(ada, 'send', 'thread-panel', 'beside');
    await picture(ada, 'access-panel-1024');
    await ada.page.setViewportSize({width: 900, height: 768});
    await lie(ada, 'sidebar', 'thread-panel', 'up to the edge');
    await picture(ada, 'access-panel-900');
    await ada.page.setViewportSize({width: 1280, height: 800});
});

test('what closes gives the keyboard back to the composer', async () => {
    await ada.by('thread-composer').focus();
    await ada.page.keyboard.press('Control+.');
    await ada.by('thread-panel').waitFor({state: 'detached'});
    await focused(ada, 'composer');

    await say(ada, 'To be changed');
    await row(ada, 'To be changed').and(ada.page.locator(':not([data-pending])')).waitFor();
    await postMenu(ada, row(ada, 'To be changed'), 'Edit');
    await focused(ada, 'edit-input');
    await ada.page.keyboard.press('Escape');
    await focused(ada, 'composer');
    await postMenu(ada, row(ada, 'To be changed'), 'Edit');
    await ada.by('edit-input').fill('Changed');
    await ada.page.keyboard.press('Enter');
    await focused(ada, 'composer');
    await postMenu(ada, row(ada, 'Changed'), 'Delete');
    await ada.by('delete-confirm').click();
    await row(ada, 'Changed').waitFor({state: 'detached'});
    await focused(ada, 'composer');
});

test('an emptied message is not deleted by pressing Enter twice', async () => {
    await say(ada, 'Still needed');
    await row(ada, 'Still needed').and(ada.page.locator(':not([data-pending])')).waitFor();
    await postMenu(ada, row(ada, 'Still needed'), 'Edit');
    await ada.by('edit-input').fill('');
    await ada.page.keyboard.press('Enter');
    await ada.page.getByRole('button', {name: 'Cancel'}).waitFor();
    await ada.page.waitForFunction(() => document.activeElement?.textContent === 'Cancel');
    await ada.page.keyboard.press('Enter');
    await ada.by('delete-post-dialog').waitFor({state: 'detached'});
    await row(ada, 'Still needed').waitFor();
});

test('Escape closes a panel, and the list of channels on a phone', async () => {
    await row(ada, 'The beginning').hover();
    await row(ada, 'The beginning').getByTestId('post-reply').click();
    await focused(ada, 'thread-composer');
    await ada.page.keyboard.press('Escape');
    await ada.by('thread-panel').waitFor({state: 'detached'});
    await ada.by('open-search').click();
    await focused(ada, 'search-input');
    await ada.page.keyboard.press('Escape');
    await ada.by('search-panel').waitFor({state: 'detached'});
    await focused(ada, 'composer');
    await ada.page.setViewportSize({width: 390, height: 844});
    await ada.by('open-nav').click();
    await ada.by('channel-item').filter({hasText: 'Off-Topic'}).waitFor();
    await ada.page.keyboard.press('Escape');
    await ada.by('channel-item').filter({hasText: 'Off-Topic'}).waitFor({state: 'hidden'});
    await ada.page.setViewportSize({width: 1280, height: 800});
});

test('the actions of a message are one stop of the Tab key, and arrows move among them', async () => {
    await row(ada, 'The beginning').focus();
    await ada.page.keyboard.press('Tab');
    await focused(ada, 'post-react');
    await ada.page.keyboard.press('ArrowRight');
    await focused(ada, 'post-reply');
    await ada.page.keyboard.press('ArrowRight');
    await focused(ada, 'post-menu');
    await ada.page.keyboard.press('Tab');
    assert.equal(await ada.page.evaluate(() => document.activeElement.closest('[data-testid=post-toolbar]')), null);
});

test('the emoji picker follows the arrow keys', async () => {
    await row(ada, 'The beginning').hover();
    await row(ada, 'The beginning').getByTestId('post-react').click();
    await ada.by('emoji-picker').getByRole('button').first().waitFor();
    const label = () => ada.page.evaluate(() => document.activeElement.getAttribute('aria-label'));
    const cells = await ada.by('emoji-picker').getByRole('button').evaluateAll((all) => all.slice(0, 3).map((cell) => cell.getAttribute('aria-label')));
    await ada.page.keyboard.press('ArrowDown');
    assert.equal(await label(), cells[0]);
    await ada.page.keyboard.press('ArrowRight');
    assert.equal(await label(), cells[1]);
    await ada.page.keyboard.press('ArrowDown');
    await ada.page.keyboard.press('ArrowUp');
    await ada.page.keyboard.press('ArrowLeft');
    assert.equal(await label(), cells[0]);
    await ada.page.keyboard.press('ArrowUp');
    assert.equal(await ada.page.evaluate(() => document.activeElement.tagName), 'INPUT');
    await ada.page.keyboard.press('Escape');
    await ada.by('emoji-picker').waitFor({state: 'detached'});
});

test('a dialog begins in its first field, and one Escape closes it', async () => {
    await ada.by('user-menu').click();
    await ada.by('menu-settings').click();
    await focused(ada, 'profile-first_name');
    await ada.page.keyboard.press('Escape');
    await ada.by('settings-dialog').waitFor({state: 'detached'});
    await ada.by('user-menu').click();
    await ada.page.getByRole('menuitem', {name: 'View profile'}).click();
    await focused(ada, 'profile-dialog');
    await ada.page.keyboard.press('Escape');
    await ada.by('profile-dialog').waitFor({state: 'detached'});
});

test('a wrong password leaves the keyboard in its field', async () => {
    const guest = await open(browser, `${server.url}/login`);
    await guest.by('login-id').fill('ada');
    await guest.by('login-password').fill('not-the-password');
    await guest.page.keyboard.press('Enter');
    await guest.by('form-error').waitFor();
    await focused(guest, 'login-password');
    await guest.context.close();
});

test('messages and channels have names that tell them apart', async () => {
    await visit(ada, 'Off-Topic');
    const {bob} = place.people;
    await bob.api('POST', '/posts', {channel_id: place.townSquare.id, message: 'Good morning'});
    await ada.page.getByRole('link', {name: 'Town Square unread'}).waitFor();
    await bob.api('POST', '/posts', {channel_id: place.townSquare.id, message: '@ada, are you there?'});
    await ada.page.getByRole('link', {name: 'Town Square 1 mention'}).waitFor();
    await visit(ada, 'Town Square');
    await ada.page.getByRole('article', {name: /^bob, .+: Good morning$/}).waitFor();
});

test('the actions of a tall message stay in view', async () => {
    await say(ada, Array.from({length: 200}, (_, i) => `Line ${i}`).join('\n'));
    const tall = row(ada, 'Line 120').and(ada.page.locator(':not([data-pending])'));
    await tall.waitFor();
    await ada.page.waitForFunction(() => {
        const list = document.querySelector('[data-testid=channel-messages]');
        return list.scrollTop > 0 && list.scrollHeight - list.scrollTop - list.clientHeight < 2;
    });
    const list = await ada.by('channel-messages').boundingBox();
    await ada.page.mouse.move(list.x + 400, list.y + 200);
    await ada.page.mouse.move(list.x + 400, list.y + 300);
    await ada.by('post-toolbar').waitFor();
    await lie(ada, 'post-toolbar', 'channel-messages', 'within');
    await picture(ada, 'access-tall');
});

test('text written from right to left is laid out so', async () => {
    await say(ada, 'שלום עולם\n\n- אחת\n- two\n\n> ציטוט\n\nHello');
    await row(ada, 'ציטוט').and(ada.page.locator(':not([data-pending])')).waitFor();
    await ada.by('composer').fill('טיוטה שלי');
    const sides = await row(ada, 'ציטוט').getByTestId('post-message').evaluate((body) => {
        const whole = body.firstElementChild.getBoundingClientRect();
        const side = (node) => {
            const range = document.createRange();
            range.selectNodeContents(node);
            const {left, right} = range.getBoundingClientRect();
            return left - whole.left < whole.right - right ? 'left' : 'right';
        };
        return ['p', 'li', 'li + li', 'blockquote p', 'blockquote + p'].map((what) => side(body.querySelector(what)));
    });
    await picture(ada, 'access-right-to-left');
    assert.deepEqual(sides, ['right', 'right', 'right', 'right', 'left']);
    assert.equal(await ada.by('composer').evaluate((area) => getComputedStyle(area).direction), 'rtl');
    await ada.by('composer').fill('');
});

test('a team in another script gets an address', async () => {
    await ada.page.goto(`${server.url}/create_team`);
    await ada.by('team-name').fill('木工');
    assert.match(await ada.by('team-address').inputValue(), /^team-[a-z0-9-]+$/);
    await ada.by('team-submit').click();
    await ada.by('team-menu').filter({hasText: '木工'}).waitFor();
});

test('nothing on the page broke a rule', () => {
    assert.deepEqual(ada.complaints, []);
});
