// What messages look like: tricky Markdown, names, emoji, formulas; and which of them raise desktop notifications.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {intercept, postWith, screenshot, sendMessage, setViewport} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';
import {openChannel, openLoggedIn} from '../lib/team.mjs';

const {server, browser, team} = await setUp({people: ['ada', 'bob', '_lead', 'dot.']});
const {ada: author, bob: reader} = team.people;
const away = await author.api('POST', '/channels', {team_id: team.id, name: 'away', display_name: 'Away', type: 'O'});
const unjoined = await author.api('POST', '/channels', {team_id: team.id, name: 'elsewhere', display_name: 'Elsewhere', type: 'O'});
await author.api('POST', `/channels/${away.id}/members`, {user_id: reader.id});
const bob = await openLoggedIn(browser, server, 'bob');
// Counts notifications instead of displaying them.
await bob.page.addInitScript(() => {
    window.notes = [];
    window.Notification = class {
        static permission = 'granted';
        static requestPermission = async () => 'granted';
        constructor(title, options) {
            window.notes.push({title, ...options});
        }
        close() {}
    };
});
await bob.page.reload();
await openChannel(bob, 'Town Square');

const say = (message, channel = team.townSquare, more = {}) => author.api('POST', '/posts', {channel_id: channel.id, message, ...more});

/** The displayed message of a post. */
async function displayed(post) {
    const row = bob.page.locator(`[data-post-id="${post.id}"]`);
    await row.waitFor();
    return row.getByTestId('post-message');
}

const text = async (message) => (await (await displayed(await say(message))).innerText()).trim();
const links = async (message) => (await displayed(await say(message))).locator('a').evaluateAll((list) => list.map((a) => a.getAttribute('href')));

test('no message vanishes', async () => {
    for (const message of ['#', '-', '*', '>', '1.', '[abc]: https://x.org/', '[](..)', '<!-- -->', '|']) {
        assert.equal(await text(message), message);
    }
});

test('addresses of every kind are links', async () => {
    assert.deepEqual(await links('看 http://пример.рф/путь，(https://x.org/a_(b)) example.computer/page'), ['http://пример.рф/путь', 'https://x.org/a_(b)', 'https://example.computer/page']);
    assert.equal(await text('[note](onenote:https://x/y)'), '[note](onenote:https://x/y)');
    assert.deepEqual(await links(`~${unjoined.name} please`), [`/${'studio'}/channels/elsewhere`]);
});

test('people are marked beside marks and other scripts, and keywords are', async () => {
    const message = await displayed(await say('请@bob看 **@_lead**, @dot.. x@bob C#x деплой'));
    await message.locator('button').nth(2).waitFor();
    assert.deepEqual(await message.locator('button').allInnerTexts(), ['@bob', '@_lead', '@dot.']);
    const {notify_props: before} = await reader.api('GET', '/users/me');
    await reader.api('PUT', '/users/me/patch', {notify_props: {...before, mention_keys: 'деплой,code review'}});
    await message.locator('mark', {hasText: 'деплой'}).waitFor();
    await reader.api('PUT', '/users/me/patch', {notify_props: before});
    await message.locator('mark').waitFor({state: 'detached'});
});

test('emoji have tones; names of one emoji are one reaction', async () => {
    const post = await say(':wave_dark_skin_tone: a:b:c 1:100: :no_such_emoji:');
    const message = await displayed(post);
    assert.deepEqual(await message.getByRole('img').allInnerTexts(), ['👋🏿']);
    for (const [person, emoji_name] of [[author, '+1'], [team.people['dot.'], 'thumbsup']]) {
        await person.api('POST', '/reactions', {user_id: person.id, post_id: post.id, emoji_name});
    }
    const reactions = bob.page.locator(`[data-post-id="${post.id}"]`).getByTestId('reaction');
    await reactions.filter({hasText: '2'}).click();
    await reactions.filter({hasText: '3'}).click();
    await reactions.filter({hasText: '2'}).waitFor();
    assert.equal(await reactions.count(), 1);
});

test('unknown emoji are asked for in few requests', async () => {
    const asked = [];
    await intercept(bob, '**/api/v4/emoji/name**', (route) => {
        asked.push(route.request().postDataJSON() ?? route.request().url());
        return route.continue();
    });
    const answered = bob.page.waitForResponse(/emoji\/names/);
    const post = await say(Array.from({length: 700}, (_, i) => `:u${i}x:`).join(' '));
    await displayed(post);
    await answered;
    assert.deepEqual(asked.map((names) => names.length), [50]);
    assert.match(await (await displayed(post)).innerText(), /:u699x:/);
});

test('Enter sends what is no open code block', async () => {
    await sendMessage(bob, '```ls``` please');
    await postWith(bob, 'please').filter({hasText: 'ls'}).waitFor();
    await bob.byTestId('composer').fill('- ```\n  ls');
    await bob.byTestId('composer').press('Enter');
    assert.equal(await bob.byTestId('composer').inputValue(), '- ```\n  ls\n');
    await bob.byTestId('composer').fill('');
});

test('formulas are displayed for those who want them', async () => {
    const post = await say('The root $$\\sqrt{x^2 + 1}$$ is $$\\color{red}{y}$$ and\n\n```latex\n\\int_0^\\infty e^{-x} \\, dx = 1\n```\n\n$$\\invalid{$$');
    await displayed(post);
    const formula = bob.page.locator(`[data-post-id="${post.id}"]`).getByTestId('formula').filter({visible: true});
    assert.equal(await formula.count(), 0);
    await reader.api('PUT', '/users/me/preferences', [{user_id: reader.id, category: 'display_settings', name: 'render_latex', value: 'true'}]);
    await formula.nth(2).waitFor();
    assert.equal(await formula.count(), 3);
    await screenshot(bob, 'messages-formulas');
});

test('attachments have emoji and marks everywhere', async () => {
    const {id} = await author.api('POST', '/hooks/incoming', {channel_id: team.townSquare.id, display_name: 'ci'});
    await fetch(`${server.url}/hooks/${id}`, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({
        text: '', icon_emoji: ':ghost:', username: 'Zed', attachments: [{
            color: '#36a64f', author_name: 'Build :robot:', author_link: 'https://x.org', title: '**Failed** :warning:', title_link: 'https://x.org/1', text: 'On `main`',
            fields: [{title: 'Stage :gear:', value: '_tests_', short: true}, {title: 'Time', value: '12:30:45', short: true}], footer: 'ci :clock1:',
        }],
    })});
    const card = bob.byTestId('attachment').last();
    await card.waitFor();
    assert.doesNotMatch(await card.innerText(), /:[a-z]+:/);
    assert.equal(await card.locator('a a, a button').count(), 0);
    await bob.byTestId('post').filter({hasText: 'Zed'}).getByRole('img', {includeHidden: true}).filter({hasText: '👻'}).first().waitFor();
});

test('a hostile message does not stop the page', async () => {
    const {MaxPostSize: length} = await author.api('GET', '/config/client?format=old');
    for (const part of ['[', '*a ', '>', '@bob ', '![', '|a', '- ']) {
        await displayed(await say(part.repeat(Math.floor(Number(length) / part.length))));
    }
    await bob.byTestId('composer').fill('still here');
    await bob.byTestId('composer').fill('');
});

test('a channel of tricky messages, in both themes, wide and on a phone', async () => {
    const channel = await author.api('POST', '/channels', {team_id: team.id, name: 'gallery', display_name: 'Gallery', type: 'O'});
    await author.api('POST', `/channels/${channel.id}/members`, {user_id: reader.id});
    const {notify_props: before} = await reader.api('GET', '/users/me');
    await reader.api('PUT', '/users/me/patch', {notify_props: {...before, mention_keys: 'деплой,c++,code review'}});
    for (const message of [
        'Marks: **bold** _italic_ ~~gone~~ `code` ``a ` b`` and **「重点」**内容, @bob, @_lead @dot. @channel #release ~elsewhere ~away',
        'Keywords: идёт деплой, we love C++ and do a Code Review.',
        '1. one\n    - @bob nested\n        - deeper\n\n2. two\n- [ ] open\n- [x] done\n> quoted @ada\n> > twice',
        '| left | centre | right |\n|:-----|:------:|------:|\n| a | **b** | 1 |\n| :tada: | `x` | 22 |',
        '```rust\nfn main() { println!("hi"); }\n```\n````\n```\nfence in a fence\n```\n````',
        'https://x.org/a_b_c?q=(1) http://пример.рф/путь，谢谢 mail bob@example.com or example.computer/page',
        '[note](onenote:https://x/y) <std::vector> AT&T it&#39;s &copy; a:b:c 1:100: :) <3 :wave_dark_skin_tone: :woman-heart-man: :england:',
        '#', '-', '[abc]: https://x.org/', ':tada: 👩‍💻 :+1:',
        '# Heading\n## Smaller\nText\n***\n$$\\frac{a}{b}$$',
        `${'> '.repeat(40)}deep`,
        `long${'word'.repeat(60)} and ${'`'.repeat(3)}inline${'`'.repeat(3)}`,
    ]) {
        await say(message, channel);
    }
    await openChannel(bob, 'Gallery');
    await postWith(bob, 'inline').waitFor();
    for (const theme of ['light', 'dark']) {
        await bob.page.evaluate((value) => localStorage.setItem('theme', value), theme);
        await bob.page.emulateMedia({colorScheme: theme});
        await setViewport(bob, {width: 1280, height: 1500});
        await screenshot(bob, `messages-${theme}-wide`);
        await setViewport(bob, {width: 390, height: 1700});
        const overflow = await bob.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `the page is ${overflow} px too wide`);
        await screenshot(bob, `messages-${theme}-phone`);
    }
    await bob.page.emulateMedia({colorScheme: null});
    await setViewport(bob, {width: 1280, height: 800});
    await reader.api('PUT', '/users/me/patch', {notify_props: before});
});

test('notifications obey the settings of account, channel and thread', async () => {
    await openChannel(bob, 'Away');
    /** How many notifications the messages raise; a direct message after them tells that all have arrived. */
    const direct = await author.api('POST', '/channels/direct', [author.id, reader.id]);
    let marker = 0;
    const raised = async (...posts) => {
        await bob.page.evaluate(() => window.notes.splice(0));
        for (const post of posts) {
            await post();
        }
        marker += 1;
        await say(`marker ${marker}`, direct);
        await bob.page.waitForFunction((body) => window.notes.some((note) => note.body === body), `marker ${marker}`);
        return bob.page.evaluate(() => window.notes.splice(0).length - 1);
    };
    const setChannel = (props) => reader.api('PUT', `/channels/${team.townSquare.id}/members/${reader.id}/notify_props`, {channel_id: team.townSquare.id, user_id: reader.id, ...props});
    assert.equal(await raised(() => say('hi')), 0);
    assert.equal(await raised(() => say('@bob hi')), 1);
    assert.equal(await raised(() => say('@bob here', away)), 0);
    await setChannel({mark_unread: 'mention'});
    assert.equal(await raised(() => say('@bob muted')), 0);
    await setChannel({mark_unread: 'all', desktop: 'none'});
    assert.equal(await raised(() => say('@bob none')), 0);
    await setChannel({desktop: 'all'});
    assert.equal(await raised(() => say('anything')), 1);
    await setChannel({desktop: 'default'});
    const setStatus = (status) => reader.api('PUT', `/users/${reader.id}/status`, {user_id: reader.id, status});
    assert.equal(await raised(() => setStatus('dnd'), () => say('@bob quiet'), () => setStatus('online')), 0);
    const own = await reader.api('POST', '/posts', {channel_id: team.townSquare.id, message: 'my thread'});
    assert.equal(await raised(() => say('a reply', team.townSquare, {root_id: own.id})), 1);
    const other = await say('another thread');
    assert.equal(await raised(() => say('not mine', team.townSquare, {root_id: other.id})), 0);
});
