// Passkeys: added in the settings, used at the log-in, as the second factor, and where one is required. Chromium's own authenticator.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {openWindow, screenshots} from '../lib/browser.mjs';
import {PASSWORD} from '../lib/server.mjs';
import {setUp} from '../lib/setup.mjs';

const {server, browser, team} = await setUp({people: ['ada', 'bob']});
// Passkeys are bound to a name; an address has none.
const site = server.url.replace('127.0.0.1', 'localhost');
await team.admin.api('PUT', '/config/patch', {ServiceSettings: {SiteURL: site}});

/** A window on the log-in page with an authenticator that verifies its owner without asking. */
async function openLogin() {
    const window = await openWindow(browser, `${site}/login`);
    const devtools = await window.context.newCDPSession(window.page);
    await devtools.send('WebAuthn.enable');
    const options = {protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true};
    const {authenticatorId} = await devtools.send('WebAuthn.addVirtualAuthenticator', {options});
    const setVerified = (isUserVerified) => devtools.send('WebAuthn.setUserVerified', {authenticatorId, isUserVerified});
    return {...window, setVerified};
}

async function enterPassword({byTestId}, name) {
    await byTestId('login-id').fill(name);
    await byTestId('login-password').fill(PASSWORD);
    await byTestId('login-submit').click();
}

async function openSecurity({page, byTestId}) {
    await byTestId('user-menu').click();
    await byTestId('menu-settings').click();
    await page.getByRole('tab', {name: 'Security'}).click();
    await byTestId('passkey-settings').waitFor();
}

async function logOut({page, byTestId}) {
    await page.goto(`${site}/login`);
    await byTestId('user-menu').click();
    await byTestId('menu-logout').click();
    await byTestId('login-form').waitFor();
}

test('a passkey is added in the settings, and logs in instead of the password', async () => {
    const ada = await openLogin();
    await ada.byTestId('login-passkey').waitFor();
    await screenshots(ada, 'passkey-log-in');
    // There is none yet.
    await ada.byTestId('login-passkey').click();
    await ada.byTestId('form-error').filter({hasText: 'This was cancelled, or took too long.'}).waitFor();
    await enterPassword(ada, 'ada');
    await ada.byTestId('composer').waitFor();

    await openSecurity(ada);
    await ada.byTestId('passkey-add').click();
    await ada.byTestId('passkey-name').fill("Ada's laptop");
    await screenshots(ada, 'passkey-add');
    await ada.byTestId('passkey-password').fill('wrong');
    await ada.byTestId('passkey-add-confirm').click();
    await ada.page.getByText('The current password is not right').waitFor();
    await ada.byTestId('passkey-password').fill(PASSWORD);
    await ada.byTestId('passkey-add-confirm').click();
    await ada.byTestId('passkey').filter({hasText: "Ada's laptop"}).filter({hasText: 'Never used'}).waitFor();

    await logOut(ada);
    await ada.byTestId('login-passkey').click();
    await ada.byTestId('composer').waitFor();
    await openSecurity(ada);
    await ada.byTestId('passkey').filter({hasText: 'Last used'}).waitFor();
    await ada.byTestId('passkey-rename').click();
    await ada.byTestId('passkey-new-name').fill('Laptop');
    await ada.byTestId('passkey-rename-confirm').click();
    await ada.byTestId('passkey').filter({hasText: /^Laptop/}).waitFor();
    await screenshots(ada, 'passkey-list');

    // As the second factor: the password asks for more, and the passkey does not.
    await ada.byTestId('second-factor-passkeys').click();
    await ada.byTestId('recovery-codes').waitFor();
    const codes = await ada.byTestId('recovery-codes').locator('li').allTextContents();
    assert.equal(codes.length, 10);
    await ada.byTestId('recovery-codes-done').click();
    await ada.byTestId('passkey-remove').click();
    await screenshots(ada, 'passkey-remove');
    await ada.byTestId('passkey-remove-confirm').click();
    await ada.page.getByText('The last passkey is the second factor of this account').waitFor();
    await logOut(ada);
    await enterPassword(ada, 'ada');
    await ada.byTestId('login-code').waitFor();
    await ada.byTestId('login-passkey').click();
    await ada.byTestId('composer').waitFor();

    // Whoever holds it without being its owner gets nowhere.
    await logOut(ada);
    await ada.setVerified(false);
    await ada.byTestId('login-passkey').click();
    await ada.byTestId('form-error').waitFor();
    await enterPassword(ada, 'ada');
    await ada.byTestId('login-code').fill(codes[0]);
    await ada.byTestId('login-submit').click();
    await ada.byTestId('composer').waitFor();
    await openSecurity(ada);
    await ada.byTestId('second-factor-remove').click();
    await ada.byTestId('second-factor-remove-confirm').click();
    await ada.byTestId('second-factor-passkeys').waitFor();
    await ada.byTestId('passkey-remove').click();
    await ada.byTestId('passkey-remove-confirm').click();
    await ada.byTestId('passkey').waitFor({state: 'detached'});
});

test('whoever must have a second factor can set up a passkey instead of an app', async () => {
    const required = {MultifactorAuthenticationRequiredOf: 'everybody', MultifactorAuthenticationGraceDays: 0};
    await team.admin.api('PUT', '/config/patch', {ServiceSettings: required});
    const bob = await openLogin();
    await enterPassword(bob, 'bob');
    await bob.byTestId('second-factor-use-passkey').click();
    await screenshots(bob, 'passkey-required');
    await bob.byTestId('passkey-password').fill(PASSWORD);
    await bob.byTestId('passkey-add-confirm').click();
    await bob.byTestId('recovery-codes').waitFor();
    await bob.byTestId('recovery-codes-done').click();
    await bob.byTestId('composer').waitFor();
    await logOut(bob);
    await bob.byTestId('login-passkey').click();
    await bob.byTestId('composer').waitFor();
});
