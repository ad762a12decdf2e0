// A new client project in half a minute: a template, its channels with a guest link, and the end of the project.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {openWindow, screenshots} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';

const {server, browser, team, ada: owner, bob} = await setUp({people: ['ada', 'bob'], windows: ['ada', 'bob']});
const {admin} = team;
await admin.api('PUT', '/config/patch', {ServiceSettings: {SiteURL: server.url}});

const openProjectDialog = async (window) => {
    await window.byTestId('add-channel').first().click();
    await window.byTestId('menu-create-channel').click();
    await window.byTestId('from-template').click();
    await window.byTestId('project-dialog').waitFor();
};

test('a project is made from a template, with a guest, and ends whole', async () => {
    await openProjectDialog(owner);
    await screenshots(owner, 'project-no-templates');
    await owner.byTestId('edit-templates').click();
    await owner.byTestId('template-new').click();
    await owner.byTestId('template-name').fill('Client project');
    await owner.byTestId('template-category').fill('Projects');
    await owner.byTestId('template-channel-message').fill('Welcome to {project}! Files are in the drive.');
    await owner.byTestId('template-add-channel').click();
    await owner.byTestId('template-channel-name').nth(1).fill('{project} internal');
    await owner.byTestId('template-people').click();
    await owner.byTestId('person').and(owner.page.locator('[data-username="bob"]')).click();
    await owner.byTestId('template-people-done').click();
    await owner.byTestId('template-people').filter({hasText: '1 person'}).waitFor();
    await screenshots(owner, 'template-form');
    await owner.byTestId('template-save').click();
    await owner.byTestId('template-row').filter({hasText: 'Client project'}).waitFor();
    await screenshots(owner, 'template-list');
    await owner.page.keyboard.press('Escape');

    await openProjectDialog(owner);
    await owner.byTestId('project-name').fill('Acme');
    await screenshots(owner, 'project-form');
    await owner.byTestId('project-submit').click();
    const link = await owner.byTestId('guest-link-address').inputValue();
    await screenshots(owner, 'project-created');
    await owner.byTestId('project-open').click();
    await owner.byTestId('channel-title').filter({hasText: 'Acme'}).waitFor();
    await owner.byTestId('channel-messages').getByTestId('post').filter({hasText: 'Welcome to Acme!'}).waitFor();
    await owner.byTestId('sidebar').getByText('Projects').waitFor();
    await screenshots(owner, 'project-channel');

    const guest = await openWindow(browser, link);
    await guest.byTestId('guest-link-name').fill('Eve van Dyke');
    await guest.byTestId('guest-link-email').fill('eve@example.org');
    await guest.byTestId('guest-link-submit').click();
    await guest.byTestId('channel-messages').getByTestId('post').filter({hasText: 'Welcome to Acme!'}).waitFor();

    await bob.byTestId('sidebar').getByText('Acme internal').waitFor();
    // Bob makes one, too, but manages no templates.
    await openProjectDialog(bob);
    await bob.byTestId('project-name').waitFor();
    assert.equal(await bob.byTestId('edit-templates').count(), 0, 'members do not change templates');
    await bob.page.keyboard.press('Escape');

    await owner.byTestId('channel-menu').click();
    await owner.byTestId('menu-archive-project').click();
    await owner.byTestId('archive-project-dialog').getByText('Acme, Acme internal').waitFor();
    await screenshots(owner, 'project-archive');
    await owner.byTestId('archive-project-confirm').click();
    await owner.byTestId('toast').filter({hasText: '1 guest is in no other channel'}).waitFor();
    const late = await openWindow(browser, link);
    await late.byTestId('form-error').filter({hasText: 'not valid'}).waitFor();
});
