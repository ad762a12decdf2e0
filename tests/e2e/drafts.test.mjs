// What waits in the composer: drafts that are one's own, files that fail, wait and stay, messages and edits that are too long.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {launch, logIn, picture, row, say} from '../lib/browser.mjs';
import {startServer} from '../lib/server.mjs';
import {enter, postMenu, studio, visit} from '../lib/studio.mjs';

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
    await Promise.all([visit(ada, 'Town Square'), visit(bob, 'Town Square')]);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const note = (name) => ({name, mimeType: 'text/plain', buffer: Buffer.from(`in ${name}`)});
const uploaded = ({page}) => page.locator('[data-testid=upload][data-done=true]').first().waitFor();

/** Holds the next upload back until it is called. */
async function holdUpload({page}) {
    let release;
    const held = new Promise((resolve) => { release = resolve; });
    await page.route('**/api/v4/files', async (route) => {
        await held;
        await route.continue();
    }, {times: 1});
    return release;
}

test('a message waits for a file that failed, rather than go without it', async () => {
    await ada.page.route('**/api/v4/files', (route) => route.fulfill({status: 500, json: {id: 'x', message: 'The disk of the server is full, and nobody has emptied it.'}}));
    await ada.by('file-input').setInputFiles(note('contract.txt'));
    await ada.by('upload').getByText('The disk of the server').waitFor();
    await say(ada, 'Here is the contract');
    assert.match(await ada.by('composer-hint').textContent(), /failed file/);
    assert.equal(await ada.by('composer').inputValue(), 'Here is the contract');
    await picture(ada, 'drafts-failed-file');
    await ada.page.unroute('**/api/v4/files');
    await ada.by('upload').getByRole('button', {name: /again/i}).click();
    await uploaded(ada);
    await ada.by('composer').press('Enter');
    await row(bob, 'Here is the contract').getByTestId('file-attachment').waitFor();
});

test('Enter while a file is on its way sends both when it is there', async () => {
    const release = await holdUpload(ada);
    await ada.by('file-input').setInputFiles(note('slow.txt'));
    await say(ada, 'As soon as it is here');
    await ada.by('composer-hint').filter({hasText: 'slow.txt'}).waitFor();
    await picture(ada, 'drafts-waiting');
    release();
    await row(bob, 'As soon as it is here').getByTestId('file-attachment').waitFor();
    assert.equal(await ada.by('composer').inputValue(), '');
});

test('attached files stay with their draft', async () => {
    const release = await holdUpload(ada);
    await ada.by('file-input').setInputFiles(note('stays.txt'));
    await ada.by('composer').fill('Not finished');
    await visit(ada, 'Off-Topic');
    assert.equal(await ada.by('upload').count(), 0);
    release();
    await visit(ada, 'Town Square');
    await uploaded(ada);
    await ada.by('composer').press('Enter');
    await row(bob, 'Not finished').getByTestId('file-attachment').waitFor();
});

test('a message that is too long stays in the composer', async () => {
    await ada.by('composer').fill('x'.repeat(40_000));
    await ada.by('composer').press('Enter');
    await ada.by('composer-hint').waitFor();
    assert.equal((await ada.by('composer').inputValue()).length, 40_000);
    assert.equal(await ada.by('send').isDisabled(), true);
    await picture(ada, 'drafts-too-long');
    await ada.by('composer').fill('');
    await ada.by('composer-hint').waitFor({state: 'detached'});
});

test('a message the server refuses can be put right', async () => {
    await ada.by('file-input').setInputFiles(note('kept.txt'));
    await uploaded(ada);
    await ada.page.route('**/api/v4/posts', (route) => route.fulfill({status: 400, json: {id: 'x', message: 'Not like this.'}}));
    await say(ada, 'First try');
    await picture(ada, 'drafts-refused');
    await row(ada, 'First try').getByTestId('post-revise').click();
    await row(ada, 'First try').waitFor({state: 'detached'});
    assert.equal(await ada.by('composer').inputValue(), 'First try');
    await ada.page.unroute('**/api/v4/posts');
    await say(ada, 'Second try');
    await row(bob, 'Second try').getByTestId('file-attachment').waitFor();
    assert.equal(await row(bob, 'First try').count(), 0);
});

test('files that were attached but not sent are there after a reload, and are sent once', async () => {
    await ada.by('file-input').setInputFiles(note('reloaded.txt'));
    await uploaded(ada);
    await ada.by('composer').fill('After the reload');
    await ada.page.reload();
    await ada.by('upload').getByText('reloaded.txt').waitFor();
    await uploaded(ada);
    await picture(ada, 'drafts-reloaded');
    await ada.by('composer').press('Enter');
    await row(bob, 'After the reload').getByTestId('file-attachment').waitFor();
    await ada.page.reload();
    await row(ada, 'After the reload').waitFor();
    assert.equal(await ada.by('upload').count(), 0);
});

test('an edit that cannot be saved stays where it was typed, and says why', async () => {
    await say(ada, 'To be changed');
    await ada.page.locator('[data-testid=post][data-pending=true]').waitFor({state: 'detached'});
    await postMenu(ada, row(ada, 'To be changed'), 'Edit');
    const input = ada.by('edit-input');
    await input.fill('y'.repeat(40_000));
    await ada.by('edit-problem').filter({hasText: 'too long'}).waitFor();
    assert.equal(await ada.by('edit-save').isDisabled(), true);
    await input.press('Enter');
    assert.equal((await input.inputValue()).length, 40_000);
    await input.fill('Changed, but not like this');
    await ada.by('edit-problem').waitFor({state: 'detached'});
    await ada.page.route('**/api/v4/posts/*/patch', (route) => route.fulfill({status: 400, json: {id: 'x', message: 'Not while the moon is full.'}}), {times: 1});
    await input.press('Enter');
    await ada.by('edit-problem').filter({hasText: 'moon'}).waitFor();
    assert.equal(await input.inputValue(), 'Changed, but not like this');
    // All of it is in view, though it is the last message and grew.
    await ada.page.waitForFunction(() => {
        const bottom = (id) => document.querySelector(`[data-testid=${id}]`).getBoundingClientRect().bottom;
        return bottom('edit-save') < bottom('channel-messages');
    });
    await picture(ada, 'drafts-edit-refused');
    await input.fill('Changed at last');
    await input.press('Enter');
    await row(bob, 'Changed at last').waitFor();
    assert.equal(await input.count(), 0);
});

test('a draft is not shown to the next person at the same browser', async () => {
    await ada.by('composer').fill('a secret of ada');
    await ada.by('user-menu').click();
    await ada.by('menu-logout').click();
    await ada.by('login-id').waitFor();
    await logIn(ada, 'bob');
    await visit(ada, 'Town Square');
    await row(ada, 'Second try').waitFor();
    assert.equal(await ada.by('composer').inputValue(), '');
    await ada.by('user-menu').click();
    await ada.by('menu-logout').click();
    await ada.by('login-id').waitFor();
    await logIn(ada, 'ada');
    await visit(ada, 'Town Square');
    assert.equal(await ada.by('composer').inputValue(), 'a secret of ada');
});

test('nothing on the pages broke a rule', () => {
    for (const person of [ada, bob]) {
        assert.deepEqual(person.complaints, []);
    }
});
