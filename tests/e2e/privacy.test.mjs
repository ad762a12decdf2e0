// What the server stores about somebody: exported in the settings, and readable by other programs.

import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {test} from 'node:test';

import {screenshots} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';

const {ada} = await setUp({people: ['ada', 'bob'], windows: ['ada']});

test('everybody exports their own data in the settings', async () => {
    await ada.byTestId('composer').fill('The lighthouse opens at noon');
    await ada.page.keyboard.press('Enter');
    await ada.byTestId('user-menu').click();
    await ada.byTestId('menu-settings').click();
    await ada.page.getByRole('tab', {name: 'Security'}).click();
    await ada.byTestId('data-export-request').click();
    await ada.byTestId('data-export-download').waitFor();
    await ada.byTestId('data-export-settings').scrollIntoViewIfNeeded();
    await screenshots(ada, 'data-export');
    const [download] = await Promise.all([ada.page.waitForEvent('download'), ada.byTestId('data-export-download').click()]);
    const archive = await download.path();
    const python = (...args) => execFileSync('python3', args, {encoding: 'utf8'});
    python('-m', 'zipfile', '-t', archive);
    const messages = python('-c', 'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read("messages.json").decode())', archive);
    assert.ok(JSON.parse(messages).some(({message}) => message === 'The lighthouse opens at noon'), messages);
});
