// Emoji a team has made for itself: in text, as reactions, in the picker and among the completions.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {launch, picture, row, say} from '../lib/browser.mjs';
import {startServer} from '../lib/server.mjs';
import {enter, studio, visit} from '../lib/studio.mjs';
import {png} from '../compat/player.mjs';

let server;
let browser;
let place;
let ada;
let bob;

before(async () => {
    server = await startServer();
    browser = await launch();
    place = await studio(server, ['ada', 'bob']);
    await addEmoji('slate_take', [200, 60, 60]);
    [ada, bob] = await Promise.all([enter(browser, server, 'ada'), enter(browser, server, 'bob')]);
    await Promise.all([visit(ada, 'Town Square'), visit(bob, 'Town Square')]);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

async function addEmoji(name, colour) {
    const form = new FormData();
    form.append('emoji', JSON.stringify({name, creator_id: place.admin.id}));
    form.append('image', new Blob([png(64, 64, colour)], {type: 'image/png'}), 'emoji.png');
    const answer = await fetch(`${server.url}/api/v4/emoji`, {method: 'POST', headers: {Authorization: `Bearer ${place.admin.token}`}, body: form});
    assert.ok(answer.ok, `${answer.status} ${await answer.text()}`);
}

test('it is completed like any other, and shown as its image', async () => {
    await ada.by('composer').pressSequentially('Rolling :slate');
    await ada.by('suggestion').filter({hasText: 'slate_take'}).locator('img').waitFor();
    await picture(ada, 'emoji-suggestion');
    await ada.by('composer').press('Enter');
    assert.equal(await ada.by('composer').inputValue(), 'Rolling :slate_take: ');
    await ada.by('composer').press('Enter');
    await row(bob, 'Rolling').locator('img[alt=":slate_take:"]').waitFor();
});

test('it stands in the picker, and is a reaction that both see', async () => {
    await row(bob, 'Rolling').hover();
    await row(bob, 'Rolling').getByTestId('post-react').click();
    await bob.by('emoji-picker').getByRole('button', {name: 'slate_take'}).waitFor();
    await picture(bob, 'emoji-picker');
    await bob.by('emoji-picker').getByRole('button', {name: 'slate_take'}).click();
    await row(ada, 'Rolling').locator('[data-emoji=slate_take] img').waitFor();
});

test('one that is added now can be used at once', async () => {
    await addEmoji('thats_a_wrap', [60, 60, 200]);
    await ada.by('composer').pressSequentially('And :thats');
    await ada.by('suggestion').filter({hasText: 'thats_a_wrap'}).waitFor();
    await ada.by('composer').fill('');
    await say(ada, ':thats_a_wrap:');
    await bob.by('channel-messages').locator('img[alt=":thats_a_wrap:"]').waitFor();
});

test('nothing on the pages broke a rule', () => {
    for (const person of [ada, bob]) {
        assert.deepEqual(person.complaints, []);
    }
});
