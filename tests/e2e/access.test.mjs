// Accessibility: keyboard, screen readers, small windows, and scripts other than Latin.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {openWindow, postWith, screenshot, sendMessage, setViewport, storedPostWith} from '../lib/browser.mjs';
import {restoreAfterTest} from '../lib/restore.mjs';
import {setUp} from '../lib/setup.mjs';
import {choosePostAction, openChannel} from '../lib/team.mjs';

const {server, browser, team, ada} = await setUp({people: ['ada', 'bob'], windows: ['ada']});

/** Waits until the element with that test id has the focus. */
const focused = ({page}, id) => page.waitForFunction((wanted) => document.activeElement?.dataset.testid === wanted, id);

/** Waits until two elements are placed so: a window that was resized is laid out a moment later. */
const placed = ({page}, one, other, so) => page.waitForFunction(([ids, condition]) => {
    const [a, b] = ids.map((id) => document.querySelector(`[data-testid=${id}]`).getBoundingClientRect());
    return {
        beside: a.right <= b.left,
        'up to the edge': b.left <= a.right + 1 && b.right >= innerWidth - 1,
        within: a.top >= b.top && a.bottom <= b.bottom,
    }[condition];
}, [[one, other], so]);

test('a side panel is beside the channel, or covers it in a small window', async () => {
    await sendMessage(ada, 'The beginning of a thread');
    await postWith(ada, 'The beginning').hover();
    await postWith(ada, 'The beginning').getByTestId('post-reply').click();
    await ada.byTestId('thread-composer').waitFor();
    await setViewport(ada, {width: 1024, height: 768});
    await placed(ada, 'send', 'thread-panel', 'beside');
    await screenshot(ada, 'access-panel-1024');
    await setViewport(ada, {width: 900, height: 768});
    await placed(ada, 'sidebar', 'thread-panel', 'up to the edge');
    await screenshot(ada, 'access-panel-900');
});

test('closing a panel, an editor or a dialog focuses the composer', async () => {
    await ada.byTestId('thread-composer').focus();
    await ada.page.keyboard.press('Control+.');
    await ada.byTestId('thread-panel').waitFor({state: 'detached'});
    await focused(ada, 'composer');

    await sendMessage(ada, 'To be changed');
    await storedPostWith(ada, 'To be changed').waitFor();
    await choosePostAction(ada, postWith(ada, 'To be changed'), 'Edit');
    await focused(ada, 'edit-input');
    await ada.page.keyboard.press('Escape');
    await focused(ada, 'composer');
    await choosePostAction(ada, postWith(ada, 'To be changed'), 'Edit');
    await ada.byTestId('edit-input').fill('Changed');
    await ada.page.keyboard.press('Enter');
    await focused(ada, 'composer');
    await choosePostAction(ada, postWith(ada, 'Changed'), 'Delete');
    await ada.byTestId('delete-confirm').click();
    await postWith(ada, 'Changed').waitFor({state: 'detached'});
    await focused(ada, 'composer');
});

test('an emptied message is not deleted by pressing Enter twice', async () => {
    await sendMessage(ada, 'Still needed');
    await storedPostWith(ada, 'Still needed').waitFor();
    await choosePostAction(ada, postWith(ada, 'Still needed'), 'Edit');
    await ada.byTestId('edit-input').fill('');
    await ada.page.keyboard.press('Enter');
    await ada.page.getByRole('button', {name: 'Cancel'}).waitFor();
    await ada.page.waitForFunction(() => document.activeElement?.textContent === 'Cancel');
    await ada.page.keyboard.press('Enter');
    await ada.byTestId('delete-post-dialog').waitFor({state: 'detached'});
    await postWith(ada, 'Still needed').waitFor();
});

test('Escape closes a panel, and the list of channels on a phone', async () => {
    await postWith(ada, 'The beginning').hover();
    await postWith(ada, 'The beginning').getByTestId('post-reply').click();
    await focused(ada, 'thread-composer');
    await ada.page.keyboard.press('Escape');
    await ada.byTestId('thread-panel').waitFor({state: 'detached'});
    await ada.byTestId('open-search').click();
    await focused(ada, 'search-input');
    await ada.page.keyboard.press('Escape');
    await ada.byTestId('search-panel').waitFor({state: 'detached'});
    await focused(ada, 'composer');
    await setViewport(ada, {width: 390, height: 844});
    await ada.byTestId('open-nav').click();
    await ada.byTestId('channel-item').filter({hasText: 'Off-Topic'}).waitFor();
    await ada.page.keyboard.press('Escape');
    await ada.byTestId('channel-item').filter({hasText: 'Off-Topic'}).waitFor({state: 'hidden'});
});

test('the toolbar of a message is one tab stop with arrow keys', async () => {
    await postWith(ada, 'The beginning').focus();
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
    await postWith(ada, 'The beginning').hover();
    await postWith(ada, 'The beginning').getByTestId('post-react').click();
    await ada.byTestId('emoji-picker').getByRole('button').first().waitFor();
    const label = () => ada.page.evaluate(() => document.activeElement.getAttribute('aria-label'));
    const cells = await ada.byTestId('emoji-picker').getByRole('button').evaluateAll((all) => all.slice(0, 3).map((cell) => cell.getAttribute('aria-label')));
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
    await ada.byTestId('emoji-picker').waitFor({state: 'detached'});
});

test('a dialog focuses its first field, and Escape closes it', async () => {
    await ada.byTestId('user-menu').click();
    await ada.byTestId('menu-settings').click();
    await focused(ada, 'profile-first_name');
    await ada.page.keyboard.press('Escape');
    await ada.byTestId('settings-dialog').waitFor({state: 'detached'});
    await ada.byTestId('user-menu').click();
    await ada.page.getByRole('menuitem', {name: 'View profile'}).click();
    await focused(ada, 'profile-dialog');
    await ada.page.keyboard.press('Escape');
    await ada.byTestId('profile-dialog').waitFor({state: 'detached'});
});

test('a wrong password keeps the focus in its field', async () => {
    const guest = await openWindow(browser, `${server.url}/login`);
    await guest.byTestId('login-id').fill('ada');
    await guest.byTestId('login-password').fill('not-the-password');
    await guest.page.keyboard.press('Enter');
    await guest.byTestId('form-error').waitFor();
    await focused(guest, 'login-password');
});

test('messages and channels have accessible names', async () => {
    await openChannel(ada, 'Off-Topic');
    const {bob} = team.people;
    await bob.api('POST', '/posts', {channel_id: team.townSquare.id, message: 'Good morning'});
    await ada.page.getByRole('link', {name: 'Town Square unread'}).waitFor();
    await bob.api('POST', '/posts', {channel_id: team.townSquare.id, message: '@ada, are you there?'});
    await ada.page.getByRole('link', {name: 'Town Square 1 mention'}).waitFor();
    await openChannel(ada, 'Town Square');
    await ada.page.getByRole('article', {name: /^bob, .+: Good morning$/}).waitFor();
});

test('the toolbar of a tall message stays in view', async () => {
    await sendMessage(ada, Array.from({length: 200}, (_, i) => `Line ${i}`).join('\n'));
    const tall = storedPostWith(ada, 'Line 120');
    await tall.waitFor();
    await ada.page.waitForFunction(() => {
        const list = document.querySelector('[data-testid=channel-messages]');
        return list.scrollTop > 0 && list.scrollHeight - list.scrollTop - list.clientHeight < 2;
    });
    const list = await ada.byTestId('channel-messages').boundingBox();
    await ada.page.mouse.move(list.x + 400, list.y + 200);
    await ada.page.mouse.move(list.x + 400, list.y + 300);
    await ada.byTestId('post-toolbar').waitFor();
    await placed(ada, 'post-toolbar', 'channel-messages', 'within');
    await screenshot(ada, 'access-tall');
});

test('right-to-left text is aligned right', async () => {
    await sendMessage(ada, 'שלום עולם\n\n- אחת\n- two\n\n> ציטוט\n\nHello');
    await storedPostWith(ada, 'ציטוט').waitFor();
    restoreAfterTest(() => ada.byTestId('composer').fill(''));
    await ada.byTestId('composer').fill('טיוטה שלי');
    const sides = await postWith(ada, 'ציטוט').getByTestId('post-message').evaluate((body) => {
        const whole = body.firstElementChild.getBoundingClientRect();
        const side = (node) => {
            const range = document.createRange();
            range.selectNodeContents(node);
            const {left, right} = range.getBoundingClientRect();
            return left - whole.left < whole.right - right ? 'left' : 'right';
        };
        return ['p', 'li', 'li + li', 'blockquote p', 'blockquote + p'].map((what) => side(body.querySelector(what)));
    });
    await screenshot(ada, 'access-right-to-left');
    assert.deepEqual(sides, ['right', 'right', 'right', 'right', 'left']);
    assert.equal(await ada.byTestId('composer').evaluate((area) => getComputedStyle(area).direction), 'rtl');
});

test('a team named in another script gets a URL', async () => {
    await ada.page.goto(`${server.url}/create_team`);
    await ada.byTestId('team-name').fill('木工');
    assert.match(await ada.byTestId('team-address').inputValue(), /^team-[a-z0-9-]+$/);
    await ada.byTestId('team-submit').click();
    await ada.byTestId('team-menu').filter({hasText: '木工'}).waitFor();
});
