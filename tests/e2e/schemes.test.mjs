// The page of schemes: a team gets roles of its own, and the built-in ones back.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {screenshots} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';

const {server, team, ada} = await setUp({people: ['ada', 'bob'], windows: ['ada']});
const {admin} = team;

test('a scheme is made, changed, given to a team and deleted', async () => {
    await ada.page.goto(`${server.url}/admin_console/people/schemes`);
    await ada.byTestId('schemes-none').waitFor();
    await ada.byTestId('scheme-new-name').fill('Clients');
    await ada.byTestId('scheme-make').click();
    await ada.byTestId('scheme').filter({hasText: 'Clients'}).waitFor();
    const permission = ada.page.locator('[data-testid=permission][data-name=create_public_channel] input');
    await permission.uncheck();
    await screenshots(ada, 'schemes');
    await ada.byTestId('role-save').click();
    await ada.byTestId('role-changes').filter({hasText: 'No changes'}).waitFor();
    await ada.byTestId('scheme-give').selectOption({label: 'Studio North'});
    await ada.byTestId('scheme-team').waitFor();
    const [scheme] = await admin.api('GET', '/schemes?scope=team');
    assert.equal((await admin.api('GET', `/teams/${team.id}`)).scheme_id, scheme.id);
    const role = await admin.api('GET', `/roles/name/${scheme.default_team_user_role}`);
    assert.ok(!role.permissions.includes('create_public_channel') && role.permissions.includes('view_team'));
    await ada.byTestId('scheme-delete').click();
    await ada.byTestId('scheme-delete-confirm').click();
    await ada.byTestId('schemes-none').waitFor();
    assert.equal((await admin.api('GET', `/teams/${team.id}`)).scheme_id, null);
});
