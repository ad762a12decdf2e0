// The set-up of a server that takes the set-up code: the page without it, the printed address that has it, and a target of backups.

import assert from 'node:assert/strict';
import {readdir} from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';

import {openWindow, screenshot, setViewport} from '../lib/browser.mjs';
import {PASSWORD} from '../lib/server.mjs';
import {setUp} from '../lib/setup.mjs';

const {server, browser} = await setUp({env: {GUILDHALL_SIGNUP_OPEN: 'false', GUILDHALL_SIGNUP_SETUP_CODE_ALWAYS: 'true'}});
const link = server.setupLink();

async function fillAccount({byTestId}) {
    await byTestId('account-email').fill('ada@example.com');
    await byTestId('account-password').fill(PASSWORD);
}

test('the page without the code says where it is, on every screen', async () => {
    for (const [name, options] of [
        ['light', {colorScheme: 'light'}],
        ['dark', {colorScheme: 'dark'}],
        ['phone', {colorScheme: 'light', viewport: {width: 390, height: 844}, isMobile: true, hasTouch: true}],
        ['phone-dark', {colorScheme: 'dark', viewport: {width: 390, height: 844}, isMobile: true, hasTouch: true}],
    ]) {
        const window = await openWindow(browser, server.url, options);
        await window.byTestId('account-setup-code').waitFor();
        await window.page.getByText('sudo guildhall setup --link').waitFor();
        assert.ok(await window.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name);
        await screenshot(window, `setup-code-${name}`);
    }
});

test('a wrong code is rejected, and the right one may be typed or pasted with its address', async () => {
    const ada = await openWindow(browser, server.url);
    await fillAccount(ada);
    assert.equal(await ada.byTestId('account-submit').isDisabled(), true);
    await ada.byTestId('account-setup-code').fill('guessed');
    await ada.byTestId('account-submit').click();
    await ada.byTestId('form-error').filter({hasText: 'sudo guildhall setup --link'}).waitFor();
    await screenshot(ada, 'setup-code-wrong');
    await ada.byTestId('account-setup-code').fill(link);
    await ada.byTestId('account-submit').click();
    await ada.byTestId('site-name').waitFor();
});

test('the printed address is all that it takes', async () => {
    const fresh = await setUp({env: {GUILDHALL_SIGNUP_SETUP_CODE_ALWAYS: 'true'}});
    const ada = await openWindow(fresh.browser, fresh.server.setupLink());
    await ada.byTestId('setup-form').waitFor();
    assert.equal(await ada.byTestId('account-setup-code').count(), 0);
    await fillAccount(ada);
    await ada.byTestId('account-submit').click();
    await ada.byTestId('site-name').fill('Studio chat');
    await ada.byTestId('site-submit').click();
    await ada.byTestId('team-name').fill('Studio North');
    await ada.byTestId('team-submit').click();
    await ada.byTestId('mail-later').click();

    // The last step: where backups are kept.
    await ada.byTestId('backup-form').waitFor();
    await screenshot(ada, 'setup-backups');
    await ada.byTestId('backup-submit').click();
    await ada.page.getByText('Enter the folder with its whole path').waitFor();
    const folder = path.join(fresh.server.folder, 'backups');
    await ada.byTestId('target-folder').fill(folder);
    await ada.byTestId('target-generate').click();
    await setViewport(ada, {width: 390, height: 844});
    assert.ok(await ada.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await screenshot(ada, 'setup-backups-phone');
    await ada.byTestId('backup-submit').click();
    await ada.byTestId('composer').waitFor();
    await ada.byTestId('toast').getByText('Backups are made to backups.').waitFor();
    await ada.page.waitForURL('**/studio-north/channels/town-square');
    assert.ok((await readdir(folder)).includes('config'), 'the repository is there');
});
