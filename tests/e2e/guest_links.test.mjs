// A link for guests of one channel: made in the channel's menu, opened by somebody from elsewhere, listed and revoked.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {openWindow, screenshots, sendMessage} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';

const {server, browser, team, ada: owner, bob} = await setUp({people: ['ada', 'bob'], windows: ['ada', 'bob']});
const {admin} = team;
await admin.api('PUT', '/config/patch', {ServiceSettings: {SiteURL: server.url}});

test('somebody from elsewhere comes into one channel by a link', async () => {
    await admin.api('POST', '/channels', {team_id: team.id, name: 'client', display_name: 'Client', type: 'P'});
    await owner.page.goto(`${server.url}/studio/channels/client`);
    await owner.byTestId('channel-menu').click();
    await owner.byTestId('menu-guest-links').click();
    await owner.byTestId('guest-link-people').fill('2');
    await owner.byTestId('guest-link-new-password').fill('open sesame');
    await screenshots(owner, 'guest-link-new');
    await owner.byTestId('guest-link-create').click();
    const link = await owner.byTestId('guest-link-address').inputValue();
    await screenshots(owner, 'guest-link-created');

    const guest = await openWindow(browser, link);
    await guest.byTestId('guest-link-name').fill('Eve van Dyke');
    await guest.byTestId('guest-link-email').fill('eve@example.org');
    await guest.byTestId('guest-link-password').fill('wrong one');
    await guest.byTestId('guest-link-submit').click();
    await guest.byTestId('form-error').filter({hasText: 'password of this link'}).waitFor();
    await screenshots(guest, 'guest-link-page');
    await guest.byTestId('guest-link-password').fill('open sesame');
    await guest.byTestId('guest-link-submit').click();
    await guest.byTestId('channel-title').filter({hasText: 'Client'}).waitFor();
    await sendMessage(guest, 'Hello from outside');

    await owner.page.reload();
    await owner.byTestId('channel-menu').click();
    await owner.byTestId('menu-guest-links').click();
    await owner.byTestId('guest-link-visitor').filter({hasText: 'Eve van Dyke'}).waitFor();
    await screenshots(owner, 'guest-link-list');
    await owner.byTestId('guest-link-revoke').click();
    await owner.byTestId('guest-link-row').waitFor({state: 'detached'});

    const late = await openWindow(browser, link);
    await late.byTestId('form-error').filter({hasText: 'not valid'}).waitFor();
    await screenshots(late, 'guest-link-revoked');
    await bob.byTestId('channel-menu').click();
    await bob.page.getByRole('menuitem').first().waitFor();
    assert.equal(await bob.byTestId('menu-guest-links').count(), 0, 'members do not invite guests');
});
