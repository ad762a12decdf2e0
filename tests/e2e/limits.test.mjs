// Limits in the web client: what it says when one is met, and the administrators' page of storage and limits.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {postWith, screenshot, sendMessage, storedPostWith} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';
import {openChannel, openLoggedIn} from '../lib/team.mjs';

const MB = 1024 * 1024;
const TB = 1024 ** 4;

// Requests are not limited, messages are.
const env = {GUILDHALL_LIMITS_ENABLED: 'true', GUILDHALL_LIMITS_REQUESTS_PER_SECOND: '1000000', GUILDHALL_LIMITS_REQUESTS_BURST: '1000000'};
const {browser, server, team} = await setUp({people: ['ada', 'bob'], env});
const {ada, bob} = team.people;
const window = await openLoggedIn(browser, server, 'bob');
const {page, byTestId} = window;

const limit = (scope, id, values) => ada.api('PUT', `/limits/${scope}/${id}`, values);
const select = (dialog, name) => dialog.getByTestId(`limit-${name}`).locator('select').first();

const attach = (name, bytes) => byTestId('file-input').setInputFiles({name, mimeType: 'application/octet-stream', buffer: Buffer.alloc(bytes)});

test('a message that comes too early is kept, says when it is sent, and is sent then', async () => {
    await openChannel(window, 'Off-Topic');
    // The next one may come after 15 seconds, long after the message was sent.
    await limit('channels', team.offTopic.id, {posts_per_minute: 4});
    for (let number = 1; number <= 4; number += 1) {
        await ada.api('POST', '/posts', {channel_id: team.offTopic.id, message: `busy ${number}`});
    }
    await sendMessage(window, 'In a moment');
    await postWith(window, 'In a moment').getByTestId('post-failed').getByText(/Too many messages in a short time\. This one is sent at /).waitFor();
    await screenshot(window, 'limits-too-early');
    await storedPostWith(window, 'In a moment').waitFor();
    const {posts} = await bob.api('GET', `/channels/${team.offTopic.id}/posts`);
    assert.equal(Object.values(posts).filter((post) => post.message === 'In a moment').length, 1);
});

test('a file that is too large for the channel, or for what is left, is not sent', async () => {
    await openChannel(window, 'Town Square');
    const sent = [];
    page.on('request', (request) => sent.push(new URL(request.url()).pathname));
    await limit('channels', team.townSquare.id, {file_bytes: MB});
    await attach('large.bin', 2 * MB);
    await byTestId('upload').getByText('Larger than 1.0 MB, the most that may be sent here.').waitFor();
    await screenshot(window, 'limits-too-large');
    await page.getByRole('button', {name: 'Remove large.bin'}).click();
    await limit('users', bob.id, {storage_bytes: 3 * MB});
    await limit('channels', team.townSquare.id, {file_bytes: 10 * MB});
    await attach('rest.bin', 4 * MB);
    await byTestId('upload').getByText('4.0 MB is more than the 3.0 MB that is left here.').waitFor();
    await page.getByRole('button', {name: 'Remove rest.bin'}).click();
    assert.ok(!sent.some((path) => path === '/api/v4/files' || path === '/api/v4/uploads'), sent.join(' '));
    await attach('fits.bin', 2.7 * MB);
    await page.locator('[data-testid=upload][data-done=true]').waitFor();
    await sendMessage(window, 'It fits');
    await storedPostWith(window, 'It fits').waitFor();
    // Who has used more than 80 percent is told.
    await attach('small.bin', 1000);
    await page.getByText('You have used 2.7 MB of the 3.0 MB that you may store here.').waitFor();
    await page.locator('[data-testid=upload][data-done=true]').waitFor();
    await sendMessage(window, 'A little more');
});

test('what one stores is in the settings', async () => {
    await byTestId('user-menu').click();
    await byTestId('menu-settings').click();
    await byTestId('storage-use').getByText('2.7 MB of 3.0 MB').waitFor();
    await screenshot(window, 'limits-own-storage');
    await page.keyboard.press('Escape');
});

test('administrators see who stores most, and set limits', async () => {
    const admin = await openLoggedIn(browser, server, 'ada');
    await admin.page.goto(`${server.url}/admin_console/reporting/limits`);
    const bar = admin.page.locator('[data-testid=storage-bar][data-name=bob]');
    await bar.getByText('2.7 MB of 3.0 MB').waitFor();
    await bar.getByText('90%').waitFor();
    const own = admin.page.getByRole('group', {name: 'Limits of single people, channels and teams'});
    await own.getByRole('button', {name: 'Channels'}).click();
    await admin.page.locator('[data-testid=limits-row][data-name=off-topic] [data-limit=posts_per_minute]').getByText('4 per minute').waitFor();
    await admin.byTestId('limits-search').fill('town');
    await admin.page.locator('[data-testid=limits-found][data-name=town-square]').click();
    const dialog = admin.byTestId('limits-editor');
    await select(dialog, 'storage_bytes').selectOption('custom');
    await dialog.getByTestId('limits-save').click();
    await dialog.getByText('Enter a number that is greater than 0.').waitFor();
    await dialog.getByTestId('limit-storage_bytes').getByRole('textbox').fill('5');
    await dialog.getByTestId('limit-storage_bytes').getByLabel('Unit').selectOption('TB');
    await screenshot(admin, 'limits-editor');
    await dialog.getByTestId('limits-save').click();
    const row = admin.page.locator('[data-testid=limits-row][data-name=town-square]');
    await row.locator('[data-limit=storage_bytes]').getByText('5.0 TB').waitFor();
    const {limits} = await ada.api('GET', `/limits/channels/${team.townSquare.id}`);
    assert.deepEqual(limits, {file_bytes: 10 * MB, storage_bytes: 5 * TB, storage_files: null, posts_per_minute: null});
    await screenshot(admin, 'limits-page');
    await row.getByRole('button').click();
    await dialog.getByTestId('limits-remove').click();
    await row.waitFor({state: 'detached'});
    // Those for all are settings.
    await admin.page.locator('[data-testid=limits-row][data-name=guests]').getByRole('button').click();
    await select(dialog, 'file_bytes').selectOption('custom');
    await dialog.getByTestId('limit-file_bytes').getByRole('textbox').fill('20');
    await dialog.getByTestId('limits-save').click();
    await admin.page.locator('[data-testid=limits-row][data-name=guests] [data-limit=file_bytes]').getByText('20 GB').waitFor();
    assert.equal((await ada.api('GET', '/config')).FileSettings.GuestMaxFileSize, 20 * 1024 ** 3);
});
