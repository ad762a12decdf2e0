// Bookmarks above a channel: added, changed, moved and deleted in one window, seen at once in another, and by a guest who may not change them.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {openWindow, screenshots} from '../lib/browser.mjs';
import {PASSWORD} from '../lib/server.mjs';
import {setUp} from '../lib/setup.mjs';
import {chooseChannelAction} from '../lib/team.mjs';

const {server, browser, team, ada, bob} = await setUp({people: ['ada', 'bob'], windows: ['ada', 'bob'], channel: 'Town Square'});

const bookmark = ({byTestId}, name) => byTestId('bookmark').filter({hasText: name});
const names = ({byTestId}) => byTestId('bookmark').locator('bdi').allInnerTexts();
const inOrder = ({page}, wanted) => page.waitForFunction(
    (list) => JSON.stringify([...document.querySelectorAll('[data-testid=bookmark] bdi')].map((x) => x.textContent)) === JSON.stringify(list),
    wanted,
);

async function choose(window, name, action) {
    const item = bookmark(window, name);
    await item.hover();
    await item.getByTestId('bookmark-menu').click();
    await window.byTestId(action).click();
}

test('a link is added by the menu of the channel, and is above it for everybody', async () => {
    assert.equal(await ada.byTestId('bookmark-bar').count(), 0);
    await chooseChannelAction(ada, 'Add a bookmark');
    await ada.byTestId('bookmark-address').fill('docs.example.com/script');
    await ada.byTestId('bookmark-name').fill('Script');
    await screenshots(ada, 'bookmarks-dialog');
    await ada.byTestId('bookmark-save').click();
    await ada.byTestId('bookmark-dialog').waitFor({state: 'detached'});
    for (const window of [ada, bob]) {
        const link = bookmark(window, 'Script').locator('a');
        await link.waitFor();
        assert.equal(await link.getAttribute('href'), 'https://docs.example.com/script');
        assert.match(await link.getAttribute('rel'), /noopener/);
    }
});

test('what the server refuses is said, and nothing typed is lost', async () => {
    await ada.byTestId('bookmark-add').click();
    await ada.byTestId('bookmark-address').fill('javascript:alert(1)');
    await ada.byTestId('bookmark-name').fill('Trap');
    await ada.byTestId('bookmark-save').click();
    await ada.byTestId('toast').filter({hasText: 'A link begins with'}).waitFor();
    assert.equal(await ada.byTestId('bookmark-name').inputValue(), 'Trap');
    await ada.page.keyboard.press('Escape');
    await ada.byTestId('bookmark-dialog').waitFor({state: 'detached'});
    assert.deepEqual(await names(ada), ['Script']);
});

test('a file is uploaded, and opened by who is in the channel', async () => {
    await ada.byTestId('bookmark-add').click();
    await ada.page.getByText('File', {exact: true}).click();
    await ada.byTestId('bookmark-file').setInputFiles({name: 'call-sheet.txt', mimeType: 'text/plain', buffer: Buffer.from('Six o’clock')});
    await ada.byTestId('bookmark-save').click();
    const link = bookmark(bob, 'call-sheet.txt').locator('a');
    await link.waitFor();
    const answer = await bob.page.request.get(new URL(await link.getAttribute('href'), bob.page.url()).href);
    assert.equal(await answer.text(), 'Six o’clock');
});

test('the order is changed, and an edit of somebody else makes it theirs', async () => {
    await choose(ada, 'call-sheet', 'bookmark-left');
    await inOrder(bob, ['call-sheet.txt', 'Script']);
    await choose(bob, 'Script', 'bookmark-edit');
    await bob.page.getByText('It becomes yours').waitFor();
    await bob.byTestId('bookmark-name').fill('Script, second draft');
    await bob.byTestId('bookmark-save').click();
    await inOrder(ada, ['call-sheet.txt', 'Script, second draft']);
    const {id} = await team.getChannel('town-square');
    const list = await team.admin.api('GET', `/channels/${id}/bookmarks`);
    assert.equal(list.find((found) => found.type === 'link').owner_id, team.people.bob.id);
    await screenshots(ada, 'bookmarks');
});

test('a guest sees them and is offered no change', async () => {
    await team.admin.api('PUT', '/config/patch', {ServiceSettings: {SiteURL: server.url}});
    const {id} = await team.getChannel('town-square');
    const {link} = await team.admin.api('POST', `/teams/${team.id}/invitations`, {channel_ids: [id], is_guest: true, max_uses: 1});
    const guest = await openWindow(browser, link);
    await guest.byTestId('account-email').fill('client@example.org');
    await guest.byTestId('account-username').fill('client');
    await guest.byTestId('account-password').fill(PASSWORD);
    await guest.byTestId('account-submit').click();
    await bookmark(guest, 'Script').waitFor();
    assert.equal(await guest.byTestId('bookmark-add').count(), 0);
    await bookmark(guest, 'Script').hover();
    await bookmark(guest, 'Script').getByTestId('bookmark-menu').click();
    await guest.page.getByRole('menuitem', {name: 'Copy link'}).waitFor();
    assert.equal(await guest.page.getByRole('menuitem').count(), 1);
    await guest.page.context().close();
});

test('a deleted bookmark is gone everywhere, and the last one takes the bar along', async () => {
    await choose(ada, 'call-sheet', 'bookmark-delete');
    await inOrder(bob, ['Script, second draft']);
    await choose(bob, 'Script', 'bookmark-delete');
    await ada.byTestId('bookmark-bar').waitFor({state: 'detached'});
});
