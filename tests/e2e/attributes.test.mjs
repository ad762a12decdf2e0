// Custom profile attributes: administrators define them, people fill them in, and profiles show them.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {screenshots, sendMessage, storedPostWith} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';

const {server, ada, bob} = await setUp({people: ['ada', 'bob'], windows: ['ada', 'bob']});

async function addField({name, type, options = [], managed = false, visibility}) {
    await ada.byTestId('field-add').click();
    await ada.byTestId('field-name').fill(name);
    await ada.byTestId('field-type').selectOption(type);
    for (const [index, option] of options.entries()) {
        await ada.byTestId('field-option-add').click();
        await ada.byTestId('field-option').nth(index).fill(option);
    }
    if (visibility) {
        await ada.byTestId('field-visibility').selectOption(visibility);
    }
    if (managed) {
        await ada.page.locator('[data-testid=field-managed]').check();
    }
    if (options.length > 0) {
        await screenshots(ada, 'attributes-field');
    }
    await ada.byTestId('field-save').click();
    await ada.byTestId('field-dialog').waitFor({state: 'detached'});
}

const untilRowsAre = (names) =>
    ada.page.waitForFunction(
        (expected) => [...document.querySelectorAll('[data-testid=field-row]')].map((row) => row.dataset.name).join() === expected,
        names.join(),
    );

test('an administrator defines fields and puts them in order', async () => {
    await ada.page.goto(`${server.url}/admin_console/people/attributes`);
    await ada.page.getByText('There are no attributes yet').waitFor();
    await addField({name: 'Phone', type: 'text'});
    await addField({name: 'Team', type: 'select', options: ['Red', 'Blue'], visibility: 'always'});
    await addField({name: 'Skills', type: 'multiselect', options: ['Rust', 'Sewing', 'Chess']});
    await addField({name: 'Started', type: 'date'});
    await addField({name: 'Staff number', type: 'text', managed: true});
    await untilRowsAre(['Phone', 'Team', 'Skills', 'Started', 'Staff number']);
    await ada.byTestId('field-up').nth(1).click();
    await ada.page.waitForFunction(() => document.querySelector('[data-testid=field-row]')?.dataset.name === 'Team');
    await screenshots(ada, 'attributes-console');

    await ada.byTestId('field-edit').nth(1).click();
    await ada.byTestId('field-name').fill('Desk phone');
    await ada.byTestId('field-text-type').selectOption('phone');
    await ada.byTestId('field-save').click();
    await ada.byTestId('field-dialog').waitFor({state: 'detached'});
    await untilRowsAre(['Team', 'Desk phone', 'Skills', 'Started', 'Staff number']);
});

test('people fill them in, and others see them in the profile', async () => {
    await bob.byTestId('composer').waitFor();
    await sendMessage(bob, 'Who sits where?');
    await bob.byTestId('user-menu').click();
    await bob.byTestId('menu-settings').click();
    await bob.byTestId('attribute-settings').waitFor();
    await bob.byTestId('attribute-Desk phone').fill('+49 30 1234');
    await bob.byTestId('attribute-Team').selectOption({label: 'Blue'});
    await bob.page.locator('[data-testid="attribute-Skills-Rust"]').check();
    await bob.page.locator('[data-testid="attribute-Skills-Chess"]').check();
    await bob.byTestId('attribute-Started').fill('2026-11-30');
    await bob.byTestId('attribute-settings').getByText('is filled in by administrators').waitFor();
    await screenshots(bob, 'attributes-settings');
    await bob.byTestId('attributes-save').click();
    await bob.page.getByText('Saved').first().waitFor();

    await ada.byTestId('admin-back').click();
    const post = storedPostWith(ada, 'Who sits where?');
    await post.getByRole('button', {name: 'bob', exact: true}).first().click();
    const shown = ada.byTestId('profile-attributes');
    await shown.getByText('Rust').waitFor();
    assert.deepEqual(await shown.locator('dt').allTextContents(), ['Team', 'Desk phone', 'Skills', 'Started']);
    assert.equal(await shown.getByRole('link', {name: '+49 30 1234'}).getAttribute('href'), 'tel:+49301234');
    await screenshots(ada, 'attributes-profile');
    await ada.page.keyboard.press('Escape');
});

test('a field is deleted after a question, and is gone from open profiles', async () => {
    await bob.page.keyboard.press('Escape');
    const post = storedPostWith(bob, 'Who sits where?');
    await post.getByRole('button', {name: 'bob', exact: true}).first().click();
    await bob.byTestId('profile-attributes').getByText('Started').waitFor();
    await ada.page.goto(`${server.url}/admin_console/people/attributes`);
    await ada.byTestId('field-delete').nth(3).click();
    await ada.byTestId('field-delete-dialog').getByText('What people have entered is deleted as well').waitFor();
    await ada.byTestId('field-delete-confirm').click();
    await bob.byTestId('profile-attributes').getByText('Started').waitFor({state: 'detached'});
    await untilRowsAre(['Team', 'Desk phone', 'Skills', 'Staff number']);
});
