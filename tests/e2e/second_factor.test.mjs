// A second factor: set up in the settings, asked for at the log-in, and required before everything else.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {codeOf} from '../lib/authenticator.mjs';
import {openWindow, screenshots} from '../lib/browser.mjs';
import {PASSWORD} from '../lib/server.mjs';
import {setUp} from '../lib/setup.mjs';

const {server, browser, team, ada} = await setUp({people: ['ada', 'bob'], windows: ['ada']});

async function openLogin(name) {
    const window = await openWindow(browser, `${server.url}/login`);
    await window.byTestId('login-id').fill(name);
    await window.byTestId('login-password').fill(PASSWORD);
    await window.byTestId('login-submit').click();
    return window;
}

async function openSecurity({page, byTestId}) {
    await byTestId('user-menu').click();
    await byTestId('menu-settings').click();
    await page.getByRole('tab', {name: 'Security'}).click();
    await byTestId('second-factor-settings').waitFor();
}

/** Enters the first code and returns the key and the recovery codes. */
async function confirmKey(window, name) {
    const {byTestId} = window;
    const key = await byTestId('second-factor-key').textContent();
    await screenshots(window, `${name}-key`);
    await byTestId('second-factor-code').fill(codeOf(key) === '000000' ? '000001' : '000000');
    await byTestId('second-factor-submit').click();
    await window.page.getByText('The code is not right').waitFor();
    await byTestId('second-factor-code').fill(codeOf(key));
    await byTestId('second-factor-submit').click();
    await byTestId('recovery-codes').waitFor();
    const codes = await byTestId('recovery-codes').locator('li').allTextContents();
    assert.equal(codes.length, 10);
    await screenshots(window, `${name}-recovery`);
    await byTestId('recovery-codes-done').click();
    return {key, codes};
}

test('an authenticator app is set up in the settings, and the log-in asks for its code', async () => {
    await openSecurity(ada);
    await ada.byTestId('second-factor-set-up').click();
    const {key, codes} = await confirmKey(ada, 'mfa-settings');
    await ada.page.getByText('You have 10 recovery codes left').waitFor();
    await screenshots(ada, 'mfa-active');

    const other = await openLogin('ada');
    await other.byTestId('login-code').waitFor();
    await screenshots(other, 'mfa-log-in');
    await other.byTestId('login-code').fill('yyyy-yyyy-yyyy-yyyy');
    await other.byTestId('login-submit').click();
    await other.byTestId('form-error').filter({hasText: 'The code is not right'}).waitFor();
    await other.byTestId('login-code').fill(codeOf(key, 1));
    await other.byTestId('login-submit').click();
    await other.byTestId('composer').waitFor();

    const third = await openLogin('ada');
    await third.byTestId('login-code').fill(codes[0]);
    await third.byTestId('login-submit').click();
    await third.byTestId('composer').waitFor();

    await ada.byTestId('recovery-replace').click();
    await screenshots(ada, 'mfa-recovery-replace');
    await ada.byTestId('recovery-password').fill('wrong');
    await ada.byTestId('recovery-replace-confirm').click();
    await ada.page.getByText('The current password is not right').waitFor();
    await ada.byTestId('recovery-password').fill(PASSWORD);
    await ada.byTestId('recovery-replace-confirm').click();
    await ada.byTestId('recovery-codes').waitFor();
    await ada.byTestId('recovery-codes-done').click();
});

test('whoever must have a second factor is led to the set-up, and then to the team', async () => {
    const required = {MultifactorAuthenticationRequiredOf: 'everybody', MultifactorAuthenticationGraceDays: 0};
    await team.admin.api('PUT', '/config/patch', {ServiceSettings: required});
    const bob = await openLogin('bob');
    await bob.byTestId('second-factor-form').waitFor();
    await screenshots(bob, 'mfa-required');
    await bob.page.reload();
    await confirmKey(bob, 'mfa-required');
    await bob.byTestId('composer').waitFor();

    await openSecurity(bob);
    await bob.byTestId('second-factor-remove').click();
    await screenshots(bob, 'mfa-remove');
    await bob.byTestId('second-factor-remove-confirm').click();
    await bob.byTestId('second-factor-set-up').waitFor();
    await bob.page.reload();
    await bob.byTestId('second-factor-log-out').click();
    await bob.byTestId('login-form').waitFor();
});
