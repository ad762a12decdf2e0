// A channel with many messages: loading older pages, new messages while reading old ones, jumping to the latest.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {postWith, screenshot, sendMessage} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';
import {openChannel, openLoggedIn} from '../lib/team.mjs';

const MESSAGES = 600;
const {server, browser, team} = await setUp({people: ['ada', 'bob']});
for (let i = 0; i < MESSAGES; i += 1) {
    const who = team.people[i % 7 < 4 ? 'ada' : 'bob'];
    const message = i % 11 === 0 ? `Number ${i}.\n\n- a list\n- that makes\n- this row taller` : `Number ${i}. ${'And some more words. '.repeat(i % 5)}`;
    await who.api('POST', '/posts', {channel_id: team.townSquare.id, message});
}
const ada = await openLoggedIn(browser, server, 'ada');

/** The first row in view, and where it stands. */
const firstInView = async ({page}) => {
    const found = await page.waitForFunction(() => {
        const list = document.querySelector('[data-testid=channel-messages]');
        const top = list.getBoundingClientRect().top;
        const post = [...list.querySelectorAll('[data-testid=post]')].find((x) => x.getBoundingClientRect().top >= top);
        return post && {id: post.dataset.postId, at: Math.round(post.getBoundingClientRect().top - top)};
    });
    return found.jsonValue();
};

/** Waits until the list stands at its end: rows are there before it has scrolled. */
const atTheEnd = ({page}) => page.waitForFunction(async () => {
    const list = document.querySelector('[data-testid=channel-messages]');
    const place = () => `${list.scrollTop} ${list.scrollHeight}`;
    const before = place();
    for (let frames = 0; frames < 3; frames += 1) {
        await new Promise((done) => requestAnimationFrame(done));
    }
    return place() === before && list.scrollHeight - list.scrollTop - list.clientHeight < 2;
});

test('scrolling right after a channel was opened is not undone', async () => {
    await openChannel(ada, 'Off-Topic');
    await openChannel(ada, 'Town Square');
    await postWith(ada, 'Number 599').waitFor();
    await ada.byTestId('channel-messages').hover();
    for (let turns = 0; turns < 5; turns += 1) {
        await ada.page.mouse.wheel(0, -400);
    }
    await ada.byTestId('jump-to-latest').click();
    await postWith(ada, 'Number 599').waitFor();
});

test('older pages are added without moving the visible messages', async () => {
    await openChannel(ada, 'Town Square');
    await postWith(ada, 'Number 599').waitFor();
    await atTheEnd(ada);
    const STEP = 500;
    let pages = 0;
    let height = 0;
    let anchor = await firstInView(ada);
    for (let steps = 0; await postWith(ada, 'Number 0.').count() === 0; steps += 1) {
        assert.ok(steps < 600, 'the beginning is never reached');
        const now = await ada.page.evaluate(async ([id, step]) => {
            const list = document.querySelector('[data-testid=channel-messages]');
            list.scrollTop -= step;
            const frame = () => new Promise((done) => requestAnimationFrame(done));
            const place = () => {
                const post = list.querySelector(`[data-post-id="${id}"]`);
                return post && Math.round(post.getBoundingClientRect().top - list.getBoundingClientRect().top);
            };
            // Rows are measured a frame after they come in; on a busy machine it may be several.
            let at;
            for (let same = 0, frames = 0; same < 2 && frames < 60; frames += 1) {
                await frame();
                const now = place();
                same = now === at ? same + 1 : 0;
                at = now;
            }
            return {at, height: list.scrollHeight};
        }, [anchor.id, STEP]);
        // Whether a page arrived or not, what was in view moves by what was scrolled, and by no more.
        assert.ok(now.at !== null && now.at >= anchor.at - 60 && now.at <= anchor.at + STEP + 60, `it stood at ${anchor.at} and is at ${now.at}`);
        pages += now.height > height + 1000 ? 1 : 0;
        height = now.height;
        anchor = await firstInView(ada);
    }
    assert.ok(pages >= 5, `${pages} pages arrived`);
    await screenshot(ada, 'history-beginning');
    const order = await ada.page.evaluate(() => [...document.querySelectorAll('[data-testid=channel-messages] [data-testid=post-message]')].map((x) => Number(/Number (\d+)/.exec(x.textContent)?.[1])));
    assert.deepEqual(order, [...order].sort((a, b) => a - b));
});

test('an own message is scrolled into view while reading old ones', async () => {
    await sendMessage(ada, 'Back to the present');
    await postWith(ada, 'Back to the present').waitFor();
    await ada.page.waitForFunction(() => {
        const post = [...document.querySelectorAll('[data-testid=post]')].find((x) => x.textContent.includes('Back to the present'));
        const box = post?.getBoundingClientRect();
        return box && box.bottom <= document.querySelector('[data-testid=channel-messages]').getBoundingClientRect().bottom;
    });
});

test('messages of others do not scroll while reading old ones', async () => {
    // The list has scrolled to its end, and no longer moves.
    await ada.byTestId('jump-to-latest').waitFor({state: 'detached'});
    await ada.page.waitForFunction(() => {
        const list = document.querySelector('[data-testid=channel-messages]');
        const place = `${list.scrollTop} ${list.scrollHeight}`;
        if (window.lastPlace !== place) {
            window.lastPlace = place;
            window.lastMove = performance.now();
        }
        // The list goes on measuring for a while after it has come to its end.
        return performance.now() - window.lastMove > 300 && list.scrollHeight - list.scrollTop - list.clientHeight < 2;
    });
    await ada.byTestId('channel-messages').hover();
    await ada.page.mouse.wheel(0, -3000);
    await ada.byTestId('jump-to-latest').waitFor();
    const before = await firstInView(ada);
    const post = await team.people.bob.api('POST', '/posts', {channel_id: team.townSquare.id, message: 'Meanwhile'});
    await ada.page.waitForFunction(() => /new/i.test(document.querySelector('[data-testid=jump-to-latest]')?.textContent ?? ''));
    assert.deepEqual(await firstInView(ada), before);
    await screenshot(ada, 'history-new-below');
    await ada.byTestId('jump-to-latest').click();
    await ada.page.waitForFunction((id) => document.querySelector(`[data-post-id="${id}"]`)?.getBoundingClientRect().top < innerHeight, post.id);
});

test('a channel with many new messages opens at the first of them', async () => {
    await openChannel(ada, 'Off-Topic');
    for (let i = 0; i < 90; i += 1) {
        const message = `News ${i} of the day${i === 89 ? ', @ada' : ''}`;
        await team.people.bob.api('POST', '/posts', {channel_id: team.townSquare.id, message});
    }
    // The last one has come: messages that come to an open channel move it.
    await ada.page.locator('[data-channel=town-square][data-mentions="1"]').waitFor();
    await openChannel(ada, 'Town Square');
    await ada.byTestId('new-messages-line').waitFor();
    await postWith(ada, 'News 0 of the day').waitFor();
    await ada.page.waitForFunction(() => {
        const line = document.querySelector('[data-testid=new-messages-line]').getBoundingClientRect();
        return line.top > 0 && line.bottom < innerHeight;
    });
    await screenshot(ada, 'history-many-new');
    await ada.byTestId('jump-to-latest').click();
    await postWith(ada, 'News 89 of the day').waitFor();
    await ada.page.waitForFunction(() => [...document.querySelectorAll('[data-testid=channel-item]')].every((x) => x.dataset.unread === 'false'));
    await screenshot(ada, 'history-caught-up');
});

test('the user\'s last message is scrolled into view for editing', async () => {
    await sendMessage(ada, 'Mine, long ago');
    await postWith(ada, 'Mine, long ago').waitFor();
    await ada.page.locator('[data-testid=post][data-pending=true]').waitFor({state: 'detached'});
    for (let i = 0; i < 70; i += 1) {
        await team.people.bob.api('POST', '/posts', {channel_id: team.townSquare.id, message: `Bob goes on ${i}`});
    }
    await postWith(ada, 'Bob goes on 69').waitFor();
    await postWith(ada, 'Mine, long ago').waitFor({state: 'detached'});
    await ada.byTestId('composer').focus();
    await ada.page.keyboard.press('ArrowUp');
    await ada.byTestId('edit-input').waitFor();
    await ada.page.waitForFunction(() => {
        const box = document.querySelector('[data-testid=edit-input]').getBoundingClientRect();
        return document.activeElement.dataset.testid === 'edit-input' && box.top > 0 && box.bottom < innerHeight;
    });
    await screenshot(ada, 'history-edit-far-up');
    await ada.byTestId('edit-input').fill('Mine, put right');
    await ada.page.keyboard.press('Enter');
    await postWith(ada, 'Mine, put right').waitFor();
});
