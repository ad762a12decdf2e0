// Drafts: by user, with files that fail or are being uploaded, and messages and edits that are too long or rejected.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {intercept, logIn, postWith, screenshot, sendMessage} from '../lib/browser.mjs';
import {restoreAfterTest} from '../lib/restore.mjs';
import {setUp} from '../lib/setup.mjs';
import {choosePostAction, openChannel} from '../lib/team.mjs';

const {ada, bob} = await setUp({people: ['ada', 'bob'], windows: ['ada', 'bob'], channel: 'Town Square'});

const note = (name) => ({name, mimeType: 'text/plain', buffer: Buffer.from(`in ${name}`)});
const uploaded = ({page}) => page.locator('[data-testid=upload][data-done=true]').first().waitFor();

/** Holds the next upload back until it is called. */
async function holdUpload(window) {
    let release;
    const held = new Promise((resolve) => { release = resolve; });
    await intercept(window, '**/api/v4/files', async (route) => {
        await held;
        await route.continue();
    }, {times: 1});
    return release;
}

test('a message is not sent without its failed file', async () => {
    const stop = await intercept(ada, '**/api/v4/files', (route) => route.fulfill({status: 500, json: {id: 'x', message: 'The disk of the server is full, and nobody has emptied it.'}}));
    await ada.byTestId('file-input').setInputFiles(note('contract.txt'));
    await ada.byTestId('upload').getByText('The disk of the server').waitFor();
    await sendMessage(ada, 'Here is the contract');
    assert.match(await ada.byTestId('composer-hint').textContent(), /failed file/);
    assert.equal(await ada.byTestId('composer').inputValue(), 'Here is the contract');
    await screenshot(ada, 'drafts-failed-file');
    await stop();
    await ada.byTestId('upload').getByRole('button', {name: /again/i}).click();
    await uploaded(ada);
    await ada.byTestId('composer').press('Enter');
    await postWith(bob, 'Here is the contract').getByTestId('file-attachment').waitFor();
});

test('a message sent during an upload is sent once it is complete', async () => {
    const release = await holdUpload(ada);
    await ada.byTestId('file-input').setInputFiles(note('slow.txt'));
    await sendMessage(ada, 'As soon as it is here');
    await ada.byTestId('composer-hint').filter({hasText: 'slow.txt'}).waitFor();
    await screenshot(ada, 'drafts-waiting');
    release();
    await postWith(bob, 'As soon as it is here').getByTestId('file-attachment').waitFor();
    assert.equal(await ada.byTestId('composer').inputValue(), '');
});

test('attached files are kept with their draft', async () => {
    const release = await holdUpload(ada);
    await ada.byTestId('file-input').setInputFiles(note('stays.txt'));
    await ada.byTestId('composer').fill('Not finished');
    await openChannel(ada, 'Off-Topic');
    assert.equal(await ada.byTestId('upload').count(), 0);
    release();
    await openChannel(ada, 'Town Square');
    await uploaded(ada);
    await ada.byTestId('composer').press('Enter');
    await postWith(bob, 'Not finished').getByTestId('file-attachment').waitFor();
});

test('a message that is too long stays in the composer', async () => {
    restoreAfterTest(() => ada.byTestId('composer').fill(''));
    await ada.byTestId('composer').fill('x'.repeat(40_000));
    await ada.byTestId('composer').press('Enter');
    await ada.byTestId('composer-hint').waitFor();
    assert.equal((await ada.byTestId('composer').inputValue()).length, 40_000);
    assert.equal(await ada.byTestId('send').isDisabled(), true);
    await screenshot(ada, 'drafts-too-long');
    await ada.byTestId('composer').fill('');
    await ada.byTestId('composer-hint').waitFor({state: 'detached'});
});

test('a message that the server rejects can be edited', async () => {
    await ada.byTestId('file-input').setInputFiles(note('kept.txt'));
    await uploaded(ada);
    const stop = await intercept(ada, '**/api/v4/posts', (route) => route.fulfill({status: 400, json: {id: 'x', message: 'Not like this.'}}));
    await sendMessage(ada, 'First try');
    await screenshot(ada, 'drafts-refused');
    await postWith(ada, 'First try').getByTestId('post-revise').click();
    await postWith(ada, 'First try').waitFor({state: 'detached'});
    assert.equal(await ada.byTestId('composer').inputValue(), 'First try');
    await stop();
    await sendMessage(ada, 'Second try');
    await postWith(bob, 'Second try').getByTestId('file-attachment').waitFor();
    assert.equal(await postWith(bob, 'First try').count(), 0);
});

test('attached files are kept over a reload, and are sent once', async () => {
    await ada.byTestId('file-input').setInputFiles(note('reloaded.txt'));
    await uploaded(ada);
    await ada.byTestId('composer').fill('After the reload');
    await ada.page.reload();
    await ada.byTestId('upload').getByText('reloaded.txt').waitFor();
    await uploaded(ada);
    await screenshot(ada, 'drafts-reloaded');
    await ada.byTestId('composer').press('Enter');
    await postWith(bob, 'After the reload').getByTestId('file-attachment').waitFor();
    await ada.page.reload();
    await postWith(ada, 'After the reload').waitFor();
    assert.equal(await ada.byTestId('upload').count(), 0);
});

test('an edit that cannot be saved stays in its editor, with the reason', async () => {
    await sendMessage(ada, 'To be changed');
    await ada.page.locator('[data-testid=post][data-pending=true]').waitFor({state: 'detached'});
    await choosePostAction(ada, postWith(ada, 'To be changed'), 'Edit');
    const input = ada.byTestId('edit-input');
    await input.fill('y'.repeat(40_000));
    await ada.byTestId('edit-problem').filter({hasText: 'too long'}).waitFor();
    assert.equal(await ada.byTestId('edit-save').isDisabled(), true);
    await input.press('Enter');
    assert.equal((await input.inputValue()).length, 40_000);
    await input.fill('Changed, but not like this');
    await ada.byTestId('edit-problem').waitFor({state: 'detached'});
    await intercept(ada, '**/api/v4/posts/*/patch', (route) => route.fulfill({status: 400, json: {id: 'x', message: 'Not while the moon is full.'}}), {times: 1});
    await input.press('Enter');
    await ada.byTestId('edit-problem').filter({hasText: 'moon'}).waitFor();
    assert.equal(await input.inputValue(), 'Changed, but not like this');
    // All of it is in view, though it is the last message and grew.
    await ada.page.waitForFunction(() => {
        const bottom = (id) => document.querySelector(`[data-testid=${id}]`).getBoundingClientRect().bottom;
        return bottom('edit-save') < bottom('channel-messages');
    });
    await screenshot(ada, 'drafts-edit-refused');
    await input.fill('Changed at last');
    await input.press('Enter');
    await postWith(bob, 'Changed at last').waitFor();
    assert.equal(await input.count(), 0);
});

test('a draft is not displayed to the next user of the browser', async () => {
    await ada.byTestId('composer').fill('a secret of ada');
    await ada.byTestId('user-menu').click();
    await ada.byTestId('menu-logout').click();
    await ada.byTestId('login-id').waitFor();
    await logIn(ada, 'bob');
    await openChannel(ada, 'Town Square');
    await postWith(ada, 'Second try').waitFor();
    assert.equal(await ada.byTestId('composer').inputValue(), '');
    await ada.byTestId('user-menu').click();
    await ada.byTestId('menu-logout').click();
    await ada.byTestId('login-id').waitFor();
    await logIn(ada, 'ada');
    await openChannel(ada, 'Town Square');
    assert.equal(await ada.byTestId('composer').inputValue(), 'a secret of ada');
});
