// The page of findings: what is wrong, what to do, muting, and the way to the help page.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {intercept, screenshot} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';
import {openLoggedIn} from '../lib/team.mjs';

const {server, browser, ada} = await setUp({people: ['ada'], windows: ['ada']});

const finding = (id, severity, summary, remedy, more = {}) => ({
    id, severity, summary, remedy, subject: '', details: [], muted: false, title: 'A heading', meaning: 'What it means for people.',
    node_id: 'a'.repeat(26), since: Date.now() - 7_200_000, ...more,
});

const LIST = {
    examination: {is_running: false, done: 37, total: 37},
    nodes: [{id: 'a'.repeat(26), name: 'studio', version: '0.1.0', examined_at: Date.now() - 180_000, thorough_at: Date.now() - 3_600_000}],
    findings: [
        finding('disks.raid_degraded', 'critical', 'The array md0 works with 1 of 2 disks.', 'Make a backup now, and replace the failed disk (the help page `RAID and disks` says how, step by step).', {subject: 'md0', details: ['md0 : active raid1 sda1[0]', '[2/1] [U_]']}),
        finding('network.proxy_not_trusted', 'warning', 'A proxy at 192.168.0.2 forwards requests, and is not trusted.', 'Add its address to the setting `limits.trusted_proxies`, if it is a proxy of yours.'),
        finding('backup.none', 'info', 'No backup is configured.', 'Copy the data folder every night while the server is stopped.', {node_id: ''}),
        finding('disks.smart', 'ok', '2 disks in good health: sda, sdb.', '', {title: '', meaning: ''}),
    ],
};

async function openFindings(window) {
    await intercept(window, '**/api/v4/findings', (route) => route.fulfill({json: LIST}));
    await window.page.goto(`${server.url}/admin_console/reporting/findings`);
    await window.byTestId('finding').first().waitFor();
}

test('each finding leads to its part of the help', async () => {
    await openFindings(ada);
    const links = ada.byTestId('finding-help');
    assert.equal(await links.count(), 3, 'what passed needs no help');
    await screenshot(ada, 'findings');
    for (let index = 0; index < 3; index += 1) {
        const opened = ada.page.context().waitForEvent('page');
        await links.nth(index).click();
        const help = await opened;
        await help.waitForLoadState();
        const {id} = LIST.findings[index];
        assert.equal(help.url(), `${server.url}/help/troubleshooting#${id}`);
        await help.locator(`h3[id="${id}"]`).waitFor();
        assert.ok(await help.evaluate((id) => document.getElementById(id).getBoundingClientRect().top < innerHeight, id), `${id} is in view`);
        await help.close();
    }
});

test('the page is readable in the dark and on a phone', async () => {
    const dark = await openLoggedIn(browser, server, 'ada', {colorScheme: 'dark', viewport: {width: 1440, height: 1000}});
    await openFindings(dark);
    await screenshot(dark, 'findings-dark');
    const phone = await openLoggedIn(browser, server, 'ada', {viewport: {width: 390, height: 844}, isMobile: true, hasTouch: true});
    await openFindings(phone);
    assert.ok(await phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await screenshot(phone, 'findings-phone');
});
