// Channels: favorites, muting, pins, unread state, permalinks, search, the switcher, archiving.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {intercept, postWith, screenshot, sendMessage} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';
import {chooseChannelAction, choosePostAction, openChannel, openLoggedIn} from '../lib/team.mjs';

const {server, browser, team, ada, bob} = await setUp({people: ['ada', 'bob', 'cleo'], windows: ['ada', 'bob']});

const item = ({byTestId}, title) => byTestId('channel-item').filter({hasText: title});
const hasAttribute = ({page}, title, name, value) => page.waitForFunction(([wanted, attribute, expected]) => [...document.querySelectorAll('[data-testid=channel-item]')]
    .some((x) => x.textContent.includes(wanted) && x.getAttribute(attribute) === expected), [title, name, value]);

test('a favorite is listed first in every window of its user, until it is removed', async () => {
    const second = await openLoggedIn(browser, server, 'ada');
    await openChannel(ada, 'Off-Topic');
    await chooseChannelAction(ada, /favou?rites/i);
    for (const window of [ada, second]) {
        await window.page.waitForFunction(() => document.querySelector('[data-testid=channel-item]')?.textContent.includes('Off-Topic'));
    }
    await screenshot(ada, 'channels-favourite');
    await ada.page.reload();
    await item(ada, 'Off-Topic').waitFor();
    await ada.page.waitForFunction(() => document.querySelector('[data-testid=channel-item]')?.textContent.includes('Off-Topic'));
    await ada.byTestId('channel-title').filter({hasText: 'Off-Topic'}).waitFor();
    await chooseChannelAction(ada, /favou?rites/i);
    await second.page.waitForFunction(() => !/favou?rites/i.test(document.querySelector('[data-testid=sidebar]').innerText));
});

test('a muted channel is not marked as unread, except for mentions', async () => {
    await openChannel(bob, 'Off-Topic');
    await chooseChannelAction(bob, /^mute/i);
    await openChannel(bob, 'Town Square');
    await openChannel(ada, 'Off-Topic');
    await sendMessage(ada, 'Quiet please');
    await openChannel(ada, 'Town Square');
    await sendMessage(ada, 'Heard by everyone');
    await postWith(bob, 'Heard by everyone').waitFor();
    assert.equal(await item(bob, 'Off-Topic').getAttribute('data-unread'), 'false');
    await openChannel(ada, 'Off-Topic');
    await sendMessage(ada, 'but @bob should hear this');
    await hasAttribute(bob, 'Off-Topic', 'data-mentions', '1');
    await screenshot(bob, 'channels-muted-mention');
    await openChannel(bob, 'Off-Topic');
    await chooseChannelAction(bob, /unmute/i);
});

test('a pinned message is listed in the panel of pinned messages', async () => {
    await openChannel(ada, 'Town Square');
    await sendMessage(ada, 'The brief is **final**');
    await postWith(ada, 'The brief is').waitFor();
    await choosePostAction(ada, postWith(ada, 'The brief is'), /^pin/i);
    await postWith(ada, 'The brief is').getByText(/pinned/i).waitFor();
    await openChannel(bob, 'Town Square');
    await chooseChannelAction(bob, /pinned/i);
    await bob.byTestId('search-result').filter({hasText: 'The brief is'}).waitFor();
    await screenshot(bob, 'channels-pins');
    await choosePostAction(ada, postWith(ada, 'The brief is'), /^unpin/i);
    await bob.byTestId('search-result').filter({hasText: 'The brief is'}).waitFor({state: 'detached'});
    await bob.page.keyboard.press('Escape');
});

test('a message marked as unread has the line for new messages above it', async () => {
    for (const message of ['First point', 'Second point', 'Third point']) {
        await sendMessage(ada, message);
    }
    await postWith(bob, 'Third point').waitFor();
    await choosePostAction(bob, postWith(bob, 'Second point'), /unread/i);
    await hasAttribute(bob, 'Town Square', 'data-unread', 'true');
    await openChannel(bob, 'Off-Topic');
    assert.equal(await item(bob, 'Town Square').getAttribute('data-unread'), 'true');
    await screenshot(bob, 'channels-marked-unread');
    await openChannel(bob, 'Town Square');
    await bob.byTestId('new-messages-line').waitFor();
    await screenshot(bob, 'channels-new-line');
    const order = await bob.byTestId('channel-messages').evaluate((list) => [...list.querySelectorAll('[data-testid=post-message], [data-testid=new-messages-line]')].map((x) => x.dataset.testid === 'new-messages-line' ? 'LINE' : x.textContent));
    assert.deepEqual(order.slice(order.indexOf('LINE') - 1, order.indexOf('LINE') + 2), ['First point', 'LINE', 'Second point']);
});

test('messages that arrived in another channel are below the line for new messages', async () => {
    await openChannel(bob, 'Off-Topic');
    await openChannel(ada, 'Town Square');
    await sendMessage(ada, 'Said while you were away');
    await hasAttribute(bob, 'Town Square', 'data-unread', 'true');
    await openChannel(bob, 'Town Square');
    await postWith(bob, 'Said while you were away').waitFor();
    await bob.byTestId('new-messages-line').waitFor();
    await hasAttribute(bob, 'Town Square', 'data-unread', 'false');
    await openChannel(bob, 'Off-Topic');
    await openChannel(bob, 'Town Square');
    await postWith(bob, 'Said while you were away').waitFor();
    assert.equal(await bob.byTestId('new-messages-line').count(), 0);
});

test('a permalink opens at its message, also in a channel that the user has not joined', async () => {
    const old = await team.people.ada.api('POST', '/posts', {channel_id: team.townSquare.id, message: 'Where it all began'});
    for (let i = 0; i < 90; i += 1) {
        await team.people.ada.api('POST', '/posts', {channel_id: team.townSquare.id, message: `Filler ${i}`});
    }
    await bob.page.goto(`${server.url}/studio/pl/${old.id}`);
    await postWith(bob, 'Where it all began').waitFor();
    await bob.page.waitForFunction((id) => {
        const box = document.querySelector(`[data-post-id="${id}"]`)?.getBoundingClientRect();
        return box && box.top > 0 && box.bottom < innerHeight;
    }, old.id);
    await screenshot(bob, 'channels-permalink');
    await bob.byTestId('jump-to-latest').click();
    await postWith(bob, 'Filler 89').waitFor();
    await bob.page.waitForFunction(() => [...document.querySelectorAll('[data-testid=post]')].some((x) => x.textContent.includes('Filler 89') && x.getBoundingClientRect().top < innerHeight));
    await screenshot(bob, 'channels-jumped');

    const other = await team.people.ada.api('POST', '/channels', {team_id: team.id, name: 'lighting', display_name: 'Lighting', type: 'O'});
    const there = await team.people.ada.api('POST', '/posts', {channel_id: other.id, message: 'Key light at 45 degrees'});
    await bob.page.goto(`${server.url}/studio/pl/${there.id}`);
    await postWith(bob, 'Key light').waitFor();
    await screenshot(bob, 'channels-permalink-preview');
    await bob.byTestId('join-banner').getByRole('button').click();
    await bob.byTestId('composer').waitFor();
    await sendMessage(bob, 'Joined and answering');
    await postWith(bob, 'Joined and answering').waitFor();
});

test('search finds by word, by author and by channel', async () => {
    await sendMessage(bob, 'A marmalade light');
    await postWith(bob, 'A marmalade light').waitFor();
    await team.people.ada.api('POST', '/posts', {channel_id: team.townSquare.id, message: 'A marmalade cat'});
    await ada.byTestId('open-search').click();
    const results = ada.byTestId('search-result');
    const find = async (terms, expected) => {
        await ada.byTestId('search-input').fill(terms);
        await ada.page.waitForFunction((count) => document.querySelectorAll('[data-testid=search-result]').length === count, expected.length);
        for (const text of expected) {
            await results.filter({hasText: text}).waitFor();
        }
    };
    await find('marmalade', ['A marmalade cat', 'A marmalade light']);
    const marked = await ada.page.waitForFunction(() => CSS.highlights.get('search')?.size === 2 && [...CSS.highlights.get('search')].map(String));
    assert.deepEqual(await marked.jsonValue(), ['marmalade', 'marmalade']);
    await screenshot(ada, 'channels-search');
    await find('marmalade from:bob', ['A marmalade light']);
    await find('marmalade in:town-square', ['A marmalade cat']);
    await find('"marmalade light" from:ada', []);
    await screenshot(ada, 'channels-search-empty');
    await find('marmalade from:ada', ['A marmalade cat']);
    await results.getByRole('link').first().click();
    await postWith(ada, 'A marmalade cat').waitFor();
    await ada.page.keyboard.press('Escape');
});

test('the quick switcher opens channels and direct messages', async () => {
    await ada.page.keyboard.press('Control+k');
    await ada.byTestId('switcher-input').waitFor();
    await screenshot(ada, 'channels-switcher');
    await ada.byTestId('switcher-input').fill('off');
    await ada.byTestId('switcher-item').filter({hasText: 'Off-Topic'}).waitFor();
    await ada.page.keyboard.press('Enter');
    await ada.byTestId('channel-title').filter({hasText: 'Off-Topic'}).waitFor();
    await ada.page.keyboard.press('Control+k');
    await ada.byTestId('switcher-input').fill('cleo');
    await ada.byTestId('switcher-item').filter({hasText: '@cleo'}).waitFor();
    await ada.page.keyboard.press('Enter');
    await ada.byTestId('channel-title').filter({hasText: 'cleo'}).waitFor();
    await screenshot(ada, 'channels-empty-direct');
});

test('an archived channel is removed from sidebars, takes no messages, and can be unarchived', async () => {
    await openChannel(bob, 'Lighting');
    await openChannel(ada, 'Lighting');
    await chooseChannelAction(ada, /details/i);
    await ada.byTestId('channel-details-dialog').getByRole('button', {name: /archive/i}).click();
    await item(ada, 'Lighting').waitFor({state: 'detached'});
    await item(bob, 'Lighting').waitFor({state: 'detached'});
    await bob.byTestId('composer').waitFor({state: 'detached'});
    await screenshot(bob, 'channels-archived');
    // Unarchived, it is usable again in every window.
    await ada.page.goto(`${server.url}/studio/channels/lighting`);
    await chooseChannelAction(ada, /unarchive/i);
    await bob.byTestId('composer').waitFor();
    await item(bob, 'Lighting').waitFor();
    await ada.byTestId('composer').waitFor();
});

test('unread channels outside the visible part of the sidebar are indicated', async () => {
    const {people} = team;
    for (let i = 10; i < 40; i += 1) {
        const channel = await people.ada.api('POST', '/channels', {team_id: team.id, name: `reel-${i}`, display_name: `Reel ${i}`, type: 'O'});
        await people.ada.api('POST', `/channels/${channel.id}/members`, {user_id: people.bob.id});
        await people.bob.api('POST', '/channels/members/me/view', {channel_id: channel.id});
    }
    await openChannel(bob, 'Town Square');
    await bob.page.locator('[data-channel=town-square][data-unread=false]').waitFor();
    await openChannel(bob, 'Off-Topic');
    await bob.page.locator('[data-channel=reel-39][data-unread=false]').waitFor({state: 'attached'});
    await bob.byTestId('unread-below').waitFor({state: 'detached'});
    const last = await team.getChannel('reel-39');
    await people.ada.api('POST', '/posts', {channel_id: last.id, message: 'Far down'});
    await bob.byTestId('unread-below').waitFor();
    await screenshot(bob, 'channels-unread-below');
    await bob.byTestId('unread-below').click();
    await bob.page.waitForFunction(() => {
        const row = document.querySelector('[data-channel=reel-39]').getBoundingClientRect();
        return row.top > 0 && row.bottom < innerHeight;
    });
    await bob.byTestId('unread-below').waitFor({state: 'detached'});
});

test('messages to a channel that was just closed stay unread', async () => {
    await openChannel(bob, 'Off-Topic');
    // A channel without news that was viewed a moment ago is not reported again.
    await team.people.ada.api('POST', '/posts', {channel_id: team.townSquare.id, message: 'Some news'});
    await bob.page.locator('[data-channel=town-square][data-unread=true]').waitFor();
    let release;
    const held = new Promise((resolve) => { release = resolve; });
    await intercept(bob, '**/api/v4/channels/members/me/view', async (route) => {
        await held;
        await route.continue();
    });
    const told = bob.page.waitForRequest((request) => request.url().endsWith('/view') && request.postData().includes(team.townSquare.id));
    await openChannel(bob, 'Town Square');
    await told;
    await team.people.ada.api('POST', '/posts', {channel_id: team.offTopic.id, message: '@bob, before you go'});
    await bob.page.locator('[data-channel=off-topic][data-mentions="1"]').waitFor();
    const answered = bob.page.waitForResponse((response) => response.url().endsWith('/view'));
    release();
    await answered;
    await bob.page.reload();
    await bob.page.locator('[data-channel=off-topic][data-mentions="1"]').waitFor();
});
