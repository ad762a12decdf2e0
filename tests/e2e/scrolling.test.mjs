// A list of messages keeps its end in view while it is at its end, whatever changes its height; elsewhere it keeps its position.

import assert from 'node:assert/strict';
import {after, test} from 'node:test';

import {sendMessage, setViewport, setZoom, slowDown, storedPostWith} from '../lib/browser.mjs';
import {startProxy} from '../lib/proxy.mjs';
import {restoreAfterTest} from '../lib/restore.mjs';
import {setUp} from '../lib/setup.mjs';
import {openChannel, openLoggedIn} from '../lib/team.mjs';

const MESSAGES = 80;
const {server, browser, team} = await setUp({people: ['ada', 'bob']});
const proxy = await startProxy(server.url);
after(() => proxy.close());
for (let i = 0; i < MESSAGES; i += 1) {
    await team.people[i % 5 < 2 ? 'ada' : 'bob'].api('POST', '/posts', {channel_id: team.townSquare.id, message: `Number ${i}. ${'Some more words. '.repeat((i % 4) * 6)}`});
}
const ada = await openLoggedIn(browser, proxy, 'ada');
await openChannel(ada, 'Town Square');
await storedPostWith(ada, `Number ${MESSAGES - 1}.`).waitFor();

const atEnd = ({page}) => page.waitForFunction(() => {
    const list = document.querySelector('[data-testid=channel-messages]');
    return list.scrollTop > 0 && list.scrollHeight - list.scrollTop - list.clientHeight < 2;
});

/** Makes all text larger until the test ends, as late fonts do. */
async function enlargeText({page}) {
    const set = (size) => page.evaluate((value) => { document.documentElement.style.fontSize = value; }, size);
    restoreAfterTest(() => set(''));
    await set('21px');
}

/** Makes a message higher, as late images do: the first or the last of those that are rendered. */
const growMessage = ({page}, index) => page.evaluate((at) => {
    const posts = [...document.querySelectorAll('[data-testid=channel-messages] [data-testid=post]')];
    posts.at(at).style.paddingBottom = '140px';
}, index);

/** Changes of a list's height or of its content, one after the other. */
const CHANGES = {
    'a smaller window': (window) => setViewport(window, {width: 700, height: 500}),
    'a larger window': (window) => setViewport(window, {width: 1500, height: 1000}),
    'a tall composer': (window) => window.byTestId('composer').fill('\n'.repeat(12)),
    'an empty composer': (window) => window.byTestId('composer').fill(''),
    'a panel beside it': (window) => window.byTestId('open-members').click(),
    'no panel beside it': (window) => window.byTestId('members-panel').getByRole('button', {name: 'Close'}).click(),
    'a zoomed page': (window) => setZoom(window, 1.5),
    'larger text': enlargeText,
    'a last message that grows': (window) => growMessage(window, -1),
    'a message that grows further up': (window) => growMessage(window, 0),
};

/** The first message in view, and its distance from the top of the list. */
const firstInView = ({page}) => page.evaluate(() => {
    const list = document.querySelector('[data-testid=channel-messages]').getBoundingClientRect();
    const post = [...document.querySelectorAll('[data-testid=channel-messages] [data-testid=post]')].find((one) => one.getBoundingClientRect().top >= list.top);
    return [post.dataset.postId, Math.round(post.getBoundingClientRect().top - list.top)];
});

for (const [name, change] of Object.entries(CHANGES)) {
    test(`the end stays in view with ${name}`, async () => {
        await atEnd(ada);
        await change(ada);
        await atEnd(ada);
    });
}

test('the end stays in view with a banner above it', async () => {
    await atEnd(ada);
    restoreAfterTest(() => proxy.reconnect());
    proxy.disconnect();
    await ada.byTestId('offline-banner').waitFor();
    await atEnd(ada);
    proxy.reconnect();
    await ada.byTestId('offline-banner').waitFor({state: 'detached'});
    await atEnd(ada);
});

test('the end stays in view on a phone whose keyboard opens and closes', async () => {
    const phone = await openLoggedIn(browser, server, 'ada', {viewport: {width: 390, height: 844}, isMobile: true, hasTouch: true});
    await storedPostWith(phone, `Number ${MESSAGES - 1}.`).waitFor();
    await atEnd(phone);
    await phone.byTestId('composer').tap();
    for (const height of [480, 844, 480, 844, 480, 844]) {
        await setViewport(phone, {width: 390, height});
        await atEnd(phone);
    }
});

test('the end stays in view when its height changes twice before the next frame', async () => {
    await ada.byTestId('composer').fill('\n'.repeat(12));
    restoreAfterTest(() => ada.byTestId('composer').fill(''));
    await atEnd(ada);
    restoreAfterTest(() => ada.page.evaluate(() => {
        document.querySelector('#root').style.height = '';
        document.querySelector('[data-testid=composer]').style.height = '';
    }));
    await ada.page.evaluate(() => {
        document.querySelector('[data-testid=composer]').style.height = '42px';
        // Reading lays the page out: the list is higher now, and the browser scrolls it.
        document.querySelector('[data-testid=channel-messages]').scrollTop.toFixed();
        document.querySelector('#root').style.height = '500px';
    });
    await atEnd(ada);
});

test('the end stays in view while a message is written in a browser without field-sizing', async () => {
    const other = await openLoggedIn(browser, server, 'ada');
    await other.page.addInitScript(() => {
        const {supports} = CSS;
        CSS.supports = (...query) => query[0] !== 'field-sizing' && supports.apply(CSS, query);
        const sheet = new CSSStyleSheet();
        sheet.replaceSync('textarea { field-sizing: fixed !important; }');
        document.adoptedStyleSheets.push(sheet);
    });
    await other.page.reload();
    await storedPostWith(other, `Number ${MESSAGES - 1}.`).waitFor();
    await atEnd(other);
    await other.byTestId('composer').fill('one\ntwo\nthree\nfour\nfive\nsix\nseven');
    await atEnd(other);
    assert.ok((await other.byTestId('composer').boundingBox()).height > 120);
    await other.byTestId('composer').press('End');
    await other.byTestId('composer').pressSequentially('teen');
    await atEnd(other);
    await other.byTestId('composer').fill('');
    await atEnd(other);
});

test('the end stays in view on a slow computer while the window is resized again and again', async () => {
    await slowDown(ada, 6);
    for (let round = 0; round < 2; round += 1) {
        for (const size of [{width: 700, height: 500}, {width: 1280, height: 800}, {width: 500, height: 420}, {width: 900, height: 900}]) {
            await setViewport(ada, size);
        }
        await sendMessage(ada, `Round ${round}\n\nof windows`);
        await setViewport(ada, {width: 700, height: 500});
        await atEnd(ada);
    }
    await storedPostWith(ada, 'Round 1').waitFor();
    await atEnd(ada);
});

test('a reader of older messages keeps the position', async () => {
    await atEnd(ada);
    await ada.byTestId('channel-messages').hover();
    await ada.page.mouse.wheel(0, -1500);
    await ada.byTestId('jump-to-latest').waitFor();
    await ada.page.waitForFunction(() => {
        const {scrollTop} = document.querySelector('[data-testid=channel-messages]');
        const same = window.lastScrollTop === scrollTop;
        window.lastScrollTop = scrollTop;
        return same && scrollTop > 0;
    }, undefined, {polling: 300});
    const before = await firstInView(ada);
    restoreAfterTest(() => ada.byTestId('composer').fill(''));
    for (const change of ['a tall composer', 'an empty composer']) {
        await CHANGES[change](ada);
        assert.deepEqual(await firstInView(ada), before);
    }
    await setViewport(ada, {width: 1280, height: 600});
    await setViewport(ada, {width: 1280, height: 800});
    assert.deepEqual(await firstInView(ada), before);
    await ada.byTestId('jump-to-latest').click();
    await atEnd(ada);
});
