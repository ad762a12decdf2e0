// Groups: suggested by name, displayed as mentions, and counted as mentions of their members.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {postWith, screenshots, sendMessage} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';
import {openChannel, openLoggedIn} from '../lib/team.mjs';

const {server, browser, team} = await setUp({people: ['ada', 'bob', 'cleo']});
const group = {name: 'camera', display_name: 'Camera crew', source: 'custom', allow_reference: true, user_ids: [team.people.bob.id]};
const {id} = await team.people.ada.api('POST', '/groups', group);
const [ada, bob] = await Promise.all(['ada', 'bob'].map((username) => openLoggedIn(browser, server, username)));
await openChannel(ada, 'Town Square');
await openChannel(bob, 'Off-Topic');

const mentionIn = (window, text) => postWith(window, text).getByTitle('Camera crew');

test('a group is suggested by its name, and a mention of it counts for its members', async () => {
    await ada.byTestId('composer').pressSequentially('We meet at noon @cam');
    await ada.byTestId('suggestion').filter({hasText: 'Camera crew'}).waitFor();
    await screenshots(ada, 'groups-suggestion');
    await ada.byTestId('suggestion').filter({hasText: 'Camera crew'}).click();
    assert.equal(await ada.byTestId('composer').inputValue(), 'We meet at noon @camera ');
    await ada.byTestId('composer').press('Enter');
    await mentionIn(ada, 'We meet at noon').waitFor();
    await bob.page.locator('[data-channel=town-square][data-mentions="1"]').waitFor();
    await openChannel(bob, 'Town Square');
    await mentionIn(bob, 'We meet at noon').waitFor();
    await screenshots(bob, 'groups-mention');
});

test('the author learns who is not in the channel', async () => {
    await team.people.ada.api('POST', '/channels', {team_id: team.id, name: 'set', display_name: 'Set', type: 'P'});
    await openChannel(ada, 'Set');
    await sendMessage(ada, 'Is anybody of @camera here?');
    await ada.byTestId('system-post').filter({hasText: 'Nobody of @camera is in this channel'}).waitFor();
    await screenshots(ada, 'groups-notice');
});

test('a group is added to a channel, and its members come', async () => {
    await ada.byTestId('channel-menu').click();
    await ada.byTestId('menu-add-members').click();
    const groups = ada.byTestId('channel-groups');
    await groups.getByTestId('channel-group-choice').selectOption(id);
    await groups.getByTestId('channel-group-add').click();
    await groups.getByTestId('channel-group').filter({hasText: 'Camera crew'}).waitFor();
    await screenshots(ada, 'groups-channel');
    await ada.page.keyboard.press('Escape');
    await ada.byTestId('system-post').filter({hasText: 'added the group Camera crew'}).waitFor();
    // The job that adds them runs every ten seconds.
    await openChannel(bob, 'Set');
    await bob.byTestId('system-post').filter({hasText: 'added the group Camera crew'}).waitFor();
});

test('a group that is renamed or archived is no mention any more', async () => {
    await openChannel(ada, 'Town Square');
    await openChannel(bob, 'Town Square');
    await team.people.ada.api('PUT', `/groups/${id}/patch`, {name: 'lenses'});
    await mentionIn(ada, 'We meet at noon').waitFor({state: 'detached'});
    await sendMessage(ada, 'Clean them, @lenses, please');
    await mentionIn(bob, 'Clean them').waitFor();
    await team.people.ada.api('DELETE', `/groups/${id}`);
    await mentionIn(bob, 'Clean them').waitFor({state: 'detached'});
});
