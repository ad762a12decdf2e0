// The page of roles, and the system console of an administrator of a part of the server.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {screenshot} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';

const {server, team, ada, bob} = await setUp({people: ['ada', 'bob'], windows: ['ada', 'bob']});
const root = team.people.ada;
const permission = (window, name) => window.page.locator(`[data-testid=permission][data-name=${name}]`);

test('a role is searched, changed and reset', async () => {
    await ada.page.goto(`${server.url}/admin_console/people/roles`);
    await ada.page.locator('[data-testid=role][data-name=team_user]').click();
    await ada.byTestId('role-search').fill('create channel');
    await permission(ada, 'create_public_channel').locator('input').uncheck();
    await ada.byTestId('role-changes').getByText('Removed: create_public_channel.').waitFor();
    await screenshot(ada, 'roles-change');
    await ada.byTestId('role-save').click();
    await ada.page.locator('[data-testid=role][data-name=team_user]').getByText('Changed').waitFor();
    assert.ok(!(await root.api('GET', '/roles/name/team_user')).permissions.includes('create_public_channel'));
    await screenshot(ada, 'roles-changed');
    await ada.byTestId('role-reset').click();
    await ada.page.locator('[data-testid=role][data-name=team_user]').getByText('Changed').waitFor({state: 'detached'});
    assert.ok((await root.api('GET', '/roles/name/team_user')).permissions.includes('create_public_channel'));
});

test('an auditor sees the pages that their role gives, and changes nothing', async () => {
    await ada.page.locator('[data-testid=role][data-name=system_read_only_admin]').click();
    await ada.byTestId('role-username').fill('bob');
    await ada.byTestId('role-give').click();
    await ada.page.locator('[data-testid=role-person][data-username=bob]').waitFor();
    await screenshot(ada, 'roles-people');

    await bob.page.goto(`${server.url}/admin_console`);
    await bob.byTestId('admin-console').waitFor();
    const links = bob.byTestId('admin-page-link');
    await links.filter({hasText: 'Roles'}).waitFor();
    assert.equal(await links.filter({hasText: 'Backups'}).count(), 0);
    await links.filter({hasText: 'Roles'}).click();
    await bob.page.locator('[data-testid=role][data-name=team_user]').click();
    assert.equal(await permission(bob, 'view_team').locator('input').isDisabled(), true);
    assert.equal(await bob.byTestId('role-save').count(), 0);
    await screenshot(bob, 'roles-auditor');

    await ada.byTestId('role-take').click();
    await ada.page.getByText('Nobody has this role.').waitFor();
    await bob.page.reload();
    await bob.page.getByText('For system administrators').waitFor();
});
