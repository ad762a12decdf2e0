// A read-only channel: members see who posts there instead of a composer, at once and while they are looking.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {postWith, screenshots, sendMessage} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';
import {openChannel} from '../lib/team.mjs';

const {team, ada, bob} = await setUp({people: ['ada', 'bob'], windows: ['ada', 'bob'], channel: 'Town Square'});
const {admin} = team;

const channel = await admin.api('GET', `/teams/${team.id}/channels/name/off-topic`);
const bobUser = await admin.api('GET', '/users/username/bob');
const moderate = (names, members) => admin.api('PUT', `/channels/${channel.id}/moderations/patch`,
    names.map((name) => ({name, roles: {members}})));

test('a channel becomes read-only while its members look at it, and back', async () => {
    await openChannel(ada, 'Off-Topic');
    await sendMessage(ada, 'Please read this');
    await openChannel(bob, 'Off-Topic');
    await bob.byTestId('composer').waitFor();
    await moderate(['create_post', 'create_reactions'], false);
    await bob.byTestId('composer-disabled').filter({hasText: 'Only administrators of this channel can post here'}).waitFor();
    await screenshots(bob, 'moderation-read-only');
    // No reactions are offered, and no replies.
    const post = postWith(bob, 'Please read this');
    await post.hover();
    await bob.byTestId('post-toolbar').waitFor();
    assert.equal(await bob.byTestId('post-react').count(), 0);
    await bob.byTestId('post-reply').click();
    await bob.page.locator('aside').getByTestId('composer-disabled').waitFor();
    assert.equal(await bob.byTestId('thread-composer').count(), 0);
    // The administrator of the server goes on.
    await sendMessage(ada, 'And this');
    await postWith(bob, 'And this').waitFor();
    // After a reload it is the same.
    await bob.page.reload();
    await bob.byTestId('channel-messages').waitFor();
    await bob.byTestId('composer-disabled').first().waitFor();
    await moderate(['create_post', 'create_reactions'], true);
    await bob.byTestId('composer').waitFor();
    await sendMessage(bob, 'Thank you');
    await postWith(ada, 'Thank you').waitFor();
});

test('who becomes an administrator of the channel can write', async () => {
    await moderate(['create_post'], false);
    await bob.byTestId('composer-disabled').first().waitFor();
    await admin.api('PUT', `/channels/${channel.id}/members/${bobUser.id}/schemeRoles`, {scheme_user: true, scheme_admin: true});
    await bob.byTestId('composer').waitFor();
    await sendMessage(bob, 'Now me');
    await postWith(ada, 'Now me').waitFor();
});

test('the administrator of a channel says who may write, in its details', async () => {
    await moderate(['create_post'], true);
    await openChannel(ada, 'Off-Topic');
    await ada.byTestId('channel-menu').click();
    await ada.byTestId('menu-channel-details').click();
    const box = ada.byTestId('moderation-create_post-members');
    await box.waitFor();
    assert.equal(await box.isChecked(), true);
    assert.equal(await ada.byTestId('moderation-manage_members-guests').count(), 0);
    await screenshots(ada, 'moderation-dialog');
    await box.click();
    await ada.page.waitForFunction(() => {
        const input = document.querySelector('[data-testid=moderation-create_post-members]');
        return !input.checked && !input.disabled;
    });
    const [{roles}] = await admin.api('GET', `/channels/${channel.id}/moderations`);
    assert.deepEqual(roles.members, {value: false, enabled: true});
    await ada.page.keyboard.press('Escape');
});
