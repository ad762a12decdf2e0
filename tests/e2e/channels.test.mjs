// Channels as people arrange and search them: favourites, muting, pins, unread marks, permalinks, search, the switcher, archiving.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {launch, picture, row, say} from '../lib/browser.mjs';
import {startServer} from '../lib/server.mjs';
import {channelMenu, enter, postMenu, studio, visit} from '../lib/studio.mjs';

let server;
let browser;
let place;
let ada;
let bob;

before(async () => {
    server = await startServer();
    browser = await launch();
    place = await studio(server, ['ada', 'bob', 'cleo']);
    [ada, bob] = await Promise.all([enter(browser, server, 'ada'), enter(browser, server, 'bob')]);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const item = ({by}, title) => by('channel-item').filter({hasText: title});
const hasAttribute = ({page}, title, name, value) => page.waitForFunction(([wanted, attribute, expected]) => [...document.querySelectorAll('[data-testid=channel-item]')]
    .some((x) => x.textContent.includes(wanted) && x.getAttribute(attribute) === expected), [title, name, value]);

test('a favourite moves up, in every window of its person, and back', async () => {
    const second = await enter(browser, server, 'ada');
    await visit(ada, 'Off-Topic');
    await channelMenu(ada, /favou?rites/i);
    for (const window of [ada, second]) {
        await window.page.waitForFunction(() => document.querySelector('[data-testid=channel-item]')?.textContent.includes('Off-Topic'));
    }
    await picture(ada, 'channels-favourite');
    await ada.page.reload();
    await item(ada, 'Off-Topic').waitFor();
    await ada.page.waitForFunction(() => document.querySelector('[data-testid=channel-item]')?.textContent.includes('Off-Topic'));
    await ada.by('channel-title').filter({hasText: 'Off-Topic'}).waitFor();
    await channelMenu(ada, /favou?rites/i);
    await second.page.waitForFunction(() => !/favou?rites/i.test(document.querySelector('[data-testid=sidebar]').innerText));
    await second.context.close();
});

test('a muted channel stays quiet, except for mentions', async () => {
    await visit(bob, 'Off-Topic');
    await channelMenu(bob, /^mute/i);
    await visit(bob, 'Town Square');
    await visit(ada, 'Off-Topic');
    await say(ada, 'Quiet please');
    await visit(ada, 'Town Square');
    await say(ada, 'Heard by everyone');
    await row(bob, 'Heard by everyone').waitFor();
    assert.equal(await item(bob, 'Off-Topic').getAttribute('data-unread'), 'false');
    await visit(ada, 'Off-Topic');
    await say(ada, 'but @bob should hear this');
    await hasAttribute(bob, 'Off-Topic', 'data-mentions', '1');
    await picture(bob, 'channels-muted-mention');
    await visit(bob, 'Off-Topic');
    await channelMenu(bob, /unmute/i);
});

test('a pinned message is found among the pins', async () => {
    await visit(ada, 'Town Square');
    await say(ada, 'The brief is **final**');
    await row(ada, 'The brief is').waitFor();
    await postMenu(ada, row(ada, 'The brief is'), /^pin/i);
    await row(ada, 'The brief is').getByText(/pinned/i).waitFor();
    await visit(bob, 'Town Square');
    await channelMenu(bob, /pinned/i);
    await bob.by('search-result').filter({hasText: 'The brief is'}).waitFor();
    await picture(bob, 'channels-pins');
    await postMenu(ada, row(ada, 'The brief is'), /^unpin/i);
    await bob.by('search-result').filter({hasText: 'The brief is'}).waitFor({state: 'detached'});
    await bob.page.keyboard.press('Escape');
});

test('a message marked unread is unread again, with the line above it', async () => {
    for (const message of ['First point', 'Second point', 'Third point']) {
        await say(ada, message);
    }
    await row(bob, 'Third point').waitFor();
    await postMenu(bob, row(bob, 'Second point'), /unread/i);
    await hasAttribute(bob, 'Town Square', 'data-unread', 'true');
    await visit(bob, 'Off-Topic');
    assert.equal(await item(bob, 'Town Square').getAttribute('data-unread'), 'true');
    await picture(bob, 'channels-marked-unread');
    await visit(bob, 'Town Square');
    await bob.by('new-messages-line').waitFor();
    await picture(bob, 'channels-new-line');
    const order = await bob.by('channel-messages').evaluate((list) => [...list.querySelectorAll('[data-testid=post-message], [data-testid=new-messages-line]')].map((x) => x.dataset.testid === 'new-messages-line' ? 'LINE' : x.textContent));
    assert.deepEqual(order.slice(order.indexOf('LINE') - 1, order.indexOf('LINE') + 2), ['First point', 'LINE', 'Second point']);
});

test('what was said while one was away is below a line', async () => {
    await visit(bob, 'Off-Topic');
    await visit(ada, 'Town Square');
    await say(ada, 'Said while you were away');
    await hasAttribute(bob, 'Town Square', 'data-unread', 'true');
    await visit(bob, 'Town Square');
    await row(bob, 'Said while you were away').waitFor();
    await bob.by('new-messages-line').waitFor();
    await hasAttribute(bob, 'Town Square', 'data-unread', 'false');
    await visit(bob, 'Off-Topic');
    await visit(bob, 'Town Square');
    await row(bob, 'Said while you were away').waitFor();
    assert.equal(await bob.by('new-messages-line').count(), 0);
});

test('a permalink opens at its message, in a channel one has not joined too', async () => {
    const old = await place.people.ada.api('POST', '/posts', {channel_id: place.townSquare.id, message: 'Where it all began'});
    for (let i = 0; i < 90; i += 1) {
        await place.people.ada.api('POST', '/posts', {channel_id: place.townSquare.id, message: `Filler ${i}`});
    }
    await bob.page.goto(`${server.url}/studio/pl/${old.id}`);
    await row(bob, 'Where it all began').waitFor();
    await bob.page.waitForFunction((id) => {
        const box = document.querySelector(`[data-post-id="${id}"]`)?.getBoundingClientRect();
        return box && box.top > 0 && box.bottom < innerHeight;
    }, old.id);
    await picture(bob, 'channels-permalink');
    await bob.by('jump-to-latest').click();
    await row(bob, 'Filler 89').waitFor();
    await bob.page.waitForFunction(() => [...document.querySelectorAll('[data-testid=post]')].some((x) => x.textContent.includes('Filler 89') && x.getBoundingClientRect().top < innerHeight));
    await picture(bob, 'channels-jumped');

    const other = await place.people.ada.api('POST', '/channels', {team_id: place.team.id, name: 'lighting', display_name: 'Lighting', type: 'O'});
    const there = await place.people.ada.api('POST', '/posts', {channel_id: other.id, message: 'Key light at 45 degrees'});
    await bob.page.goto(`${server.url}/studio/pl/${there.id}`);
    await row(bob, 'Key light').waitFor();
    await picture(bob, 'channels-permalink-preview');
    await bob.by('join-banner').getByRole('button').click();
    await bob.by('composer').waitFor();
    await say(bob, 'Joined and answering');
    await row(bob, 'Joined and answering').waitFor();
});

test('search finds by word, by author and by channel', async () => {
    await say(bob, 'A marmalade light');
    await row(bob, 'A marmalade light').waitFor();
    await place.people.ada.api('POST', '/posts', {channel_id: place.townSquare.id, message: 'A marmalade cat'});
    await ada.by('open-search').click();
    const results = ada.by('search-result');
    const find = async (terms, expected) => {
        await ada.by('search-input').fill(terms);
        await ada.page.waitForFunction((count) => document.querySelectorAll('[data-testid=search-result]').length === count, expected.length);
        for (const text of expected) {
            await results.filter({hasText: text}).waitFor();
        }
    };
    await find('marmalade', ['A marmalade cat', 'A marmalade light']);
    const marked = await ada.page.waitForFunction(() => CSS.highlights.get('search')?.size === 2 && [...CSS.highlights.get('search')].map(String));
    assert.deepEqual(await marked.jsonValue(), ['marmalade', 'marmalade']);
    await picture(ada, 'channels-search');
    await find('marmalade from:bob', ['A marmalade light']);
    await find('marmalade in:town-square', ['A marmalade cat']);
    await find('"marmalade light" from:ada', []);
    await picture(ada, 'channels-search-empty');
    await find('marmalade from:ada', ['A marmalade cat']);
    await results.getByRole('link').first().click();
    await row(ada, 'A marmalade cat').waitFor();
    await ada.page.keyboard.press('Escape');
});

test('the quick switcher goes to channels and people', async () => {
    await ada.page.keyboard.press('Control+k');
    await ada.by('switcher-input').waitFor();
    await picture(ada, 'channels-switcher');
    await ada.by('switcher-input').fill('off');
    await ada.by('switcher-item').filter({hasText: 'Off-Topic'}).waitFor();
    await ada.page.keyboard.press('Enter');
    await ada.by('channel-title').filter({hasText: 'Off-Topic'}).waitFor();
    await ada.page.keyboard.press('Control+k');
    await ada.by('switcher-input').fill('cleo');
    await ada.by('switcher-item').filter({hasText: '@cleo'}).waitFor();
    await ada.page.keyboard.press('Enter');
    await ada.by('channel-title').filter({hasText: 'cleo'}).waitFor();
    await picture(ada, 'channels-empty-direct');
});

test('an archived channel leaves the sidebars, takes no more messages, and can come back', async () => {
    await visit(bob, 'Lighting');
    await visit(ada, 'Lighting');
    await channelMenu(ada, /details/i);
    await ada.by('channel-details-dialog').getByRole('button', {name: /archive/i}).click();
    await item(ada, 'Lighting').waitFor({state: 'detached'});
    await item(bob, 'Lighting').waitFor({state: 'detached'});
    await bob.by('composer').waitFor({state: 'detached'});
    await picture(bob, 'channels-archived');
    // Whoever archived it can bring it back, and everybody goes on where they were.
    await ada.page.goto(`${server.url}/studio/channels/lighting`);
    await channelMenu(ada, /bring it back/i);
    await bob.by('composer').waitFor();
    await item(bob, 'Lighting').waitFor();
    await ada.by('composer').waitFor();
});

test('unread channels that the list does not show are told of, and found', async () => {
    const {people, team} = place;
    for (let i = 10; i < 40; i += 1) {
        const channel = await people.ada.api('POST', '/channels', {team_id: team.id, name: `reel-${i}`, display_name: `Reel ${i}`, type: 'O'});
        await people.ada.api('POST', `/channels/${channel.id}/members`, {user_id: people.bob.id});
        await people.bob.api('POST', '/channels/members/me/view', {channel_id: channel.id});
    }
    await visit(bob, 'Town Square');
    await bob.page.locator('[data-channel=town-square][data-unread=false]').waitFor();
    await visit(bob, 'Off-Topic');
    await bob.page.locator('[data-channel=reel-39][data-unread=false]').waitFor({state: 'attached'});
    await bob.by('unread-below').waitFor({state: 'detached'});
    const last = await place.channel('reel-39');
    await people.ada.api('POST', '/posts', {channel_id: last.id, message: 'Far down'});
    await bob.by('unread-below').waitFor();
    await picture(bob, 'channels-unread-below');
    await bob.by('unread-below').click();
    await bob.page.waitForFunction(() => {
        const row = document.querySelector('[data-channel=reel-39]').getBoundingClientRect();
        return row.top > 0 && row.bottom < innerHeight;
    });
    await bob.by('unread-below').waitFor({state: 'detached'});
});

test('what reaches a channel one has just left stays unread', async () => {
    await visit(bob, 'Off-Topic');
    let release;
    const held = new Promise((resolve) => { release = resolve; });
    await bob.page.route('**/api/v4/channels/members/me/view', async (route) => {
        await held;
        await route.continue();
    });
    const told = bob.page.waitForRequest((request) => request.url().endsWith('/view') && request.postData().includes(place.townSquare.id));
    await visit(bob, 'Town Square');
    await told;
    await place.people.ada.api('POST', '/posts', {channel_id: place.offTopic.id, message: '@bob, before you go'});
    await bob.page.locator('[data-channel=off-topic][data-mentions="1"]').waitFor();
    const answered = bob.page.waitForResponse((response) => response.url().endsWith('/view'));
    release();
    await answered;
    await bob.page.reload();
    await bob.page.locator('[data-channel=off-topic][data-mentions="1"]').waitFor();
});

test('nothing on the pages broke a rule', () => {
    for (const person of [ada, bob]) {
        assert.deepEqual(person.complaints, []);
    }
});
