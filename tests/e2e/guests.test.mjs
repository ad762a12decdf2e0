// A guest comes by a link into one channel, and is offered nothing that guests may not do.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {openWindow, screenshots, sendMessage, setViewport} from '../lib/browser.mjs';
import {PASSWORD} from '../lib/server.mjs';
import {setUp} from '../lib/setup.mjs';

const {server, browser, team, ada} = await setUp({people: ['ada'], windows: ['ada']});
const {admin} = team;

const createChannel = (name, title) => admin.api('POST', '/channels', {team_id: team.id, name, display_name: title, type: 'P'});

test('a guest who comes by a link lands in their channel', async () => {
    await admin.api('PUT', '/config/patch', {ServiceSettings: {SiteURL: server.url}});
    const channel = await createChannel('client', 'Client');
    await createChannel('internal', 'Internal');
    const {link} = await admin.api('POST', `/teams/${team.id}/invitations`, {channel_ids: [channel.id], is_guest: true, max_uses: 1});

    const guest = await openWindow(browser, link);
    await guest.byTestId('account-email').fill('client@example.org');
    await guest.byTestId('account-username').fill('client');
    await guest.byTestId('account-password').fill(PASSWORD);
    await guest.byTestId('account-submit').click();
    await guest.byTestId('channel-title').filter({hasText: 'Client'}).waitFor();
    await sendMessage(guest, 'Hello from outside');
    await screenshots(guest, 'guest');

    assert.equal(await guest.byTestId('add-channel').count(), 0);
    await guest.byTestId('team-menu').click();
    assert.equal(await guest.byTestId('menu-invite').count(), 0);
    await guest.page.keyboard.press('Escape');
    await guest.page.goto(`${server.url}/studio/channels/town-square`);
    await guest.page.getByText('Channel not found').waitFor();
    await guest.page.getByRole('button', {name: 'Go to your channels'}).click();
    await guest.byTestId('channel-title').filter({hasText: 'Client'}).waitFor();

    await admin.api('DELETE', `/channels/${channel.id}/members/${(await admin.api('GET', '/users/username/client')).id}`);
    await guest.page.getByText('No channels yet').waitFor();
    await screenshots(guest, 'guest-without-channel');
    await setViewport(guest, {width: 390, height: 844});
    await guest.byTestId('open-nav').click();
    await guest.byTestId('sidebar').getByText('Studio North').waitFor();
    await ada.byTestId('add-channel').waitFor();
});
