// Custom emoji: in messages, as reactions, in the picker and among the suggestions.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {postWith, screenshot, sendMessage} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';
import {openChannel, openLoggedIn} from '../lib/team.mjs';
import {png} from '../compat/player.mjs';

const {server, browser, team} = await setUp({people: ['ada', 'bob']});
await addEmoji('slate_take', [200, 60, 60]);
const [ada, bob] = await Promise.all(['ada', 'bob'].map((username) => openLoggedIn(browser, server, username)));
await Promise.all([ada, bob].map((window) => openChannel(window, 'Town Square')));

async function addEmoji(name, colour) {
    const form = new FormData();
    form.append('emoji', JSON.stringify({name, creator_id: team.admin.id}));
    form.append('image', new Blob([png(64, 64, colour)], {type: 'image/png'}), 'emoji.png');
    const answer = await fetch(`${server.url}/api/v4/emoji`, {method: 'POST', headers: {Authorization: `Bearer ${team.admin.token}`}, body: form});
    assert.ok(answer.ok, `${answer.status} ${await answer.text()}`);
}

test('a custom emoji is suggested, and displayed as its image', async () => {
    await ada.byTestId('composer').pressSequentially('Rolling :slate');
    await ada.byTestId('suggestion').filter({hasText: 'slate_take'}).locator('img').waitFor();
    await screenshot(ada, 'emoji-suggestion');
    await ada.byTestId('composer').press('Enter');
    assert.equal(await ada.byTestId('composer').inputValue(), 'Rolling :slate_take: ');
    await ada.byTestId('composer').press('Enter');
    await postWith(bob, 'Rolling').locator('img[alt=":slate_take:"]').waitFor();
});

test('a custom emoji is in the picker, and can be a reaction', async () => {
    await postWith(bob, 'Rolling').hover();
    await postWith(bob, 'Rolling').getByTestId('post-react').click();
    await bob.byTestId('emoji-picker').getByRole('button', {name: 'slate_take'}).waitFor();
    await screenshot(bob, 'emoji-picker');
    await bob.byTestId('emoji-picker').getByRole('button', {name: 'slate_take'}).click();
    await postWith(ada, 'Rolling').locator('[data-emoji=slate_take] img').waitFor();
});

test('a custom emoji can be used as soon as it is added', async () => {
    await addEmoji('thats_a_wrap', [60, 60, 200]);
    await ada.byTestId('composer').pressSequentially('And :thats');
    await ada.byTestId('suggestion').filter({hasText: 'thats_a_wrap'}).waitFor();
    await ada.byTestId('composer').fill('');
    await sendMessage(ada, ':thats_a_wrap:');
    await bob.byTestId('channel-messages').locator('img[alt=":thats_a_wrap:"]').waitFor();
});
