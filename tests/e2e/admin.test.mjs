// The system console: for administrators only, with charts of what the server has measured.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {intercept, screenshot} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';
import {openLoggedIn} from '../lib/team.mjs';

const {server, browser, ada, bob} = await setUp({people: ['ada', 'bob'], windows: ['ada', 'bob']});

/** An answer with a day of a busy office, and a second node that was started at noon. */
function exampleSeries(range) {
    const interval = range === 'day' ? 60_000 : 1_800_000;
    const until = Date.now();
    const since = until - (range === 'day' ? 86_400_000 : 30 * 86_400_000);
    const node = (nodeId, from) => {
        const time = [];
        // One gap, as after a restart.
        for (let at = from; at <= until; at += interval) {
            if (at < until - 9 * 3_600_000 || at > until - 8.5 * 3_600_000) {
                time.push(at);
            }
        }
        const busy = (at) => Math.max(0.04, Math.sin(((at / 3_600_000) % 24) / 24 * 2 * Math.PI - 1.4)) * (1 + 0.12 * Math.sin(at / 700_000));
        const values = (figure) => time.map((at) => Number(figure(busy(at), at).toFixed(2)));
        return {
            node_id: nodeId, time, disk_forecast: 'filling', disk_full_at: until + 9.5 * 86_400_000,
            requests_per_second: values((b) => 46 * b), posts_per_minute: values((b) => 31 * b), users_online: values((b) => Math.round(240 * b)), connections: values((b) => Math.round(310 * b)),
            request_p50_ms: values((b) => 0.9 + b), request_p95_ms: values((b) => 3 + 9 * b), request_p99_ms: values((b) => 8 + 31 * b),
            cpu_percent: values((b) => 1 + 22 * b), memory_bytes: values((b) => 48e6 + 90e6 * b), disk_used_bytes: values((_, at) => 212e9 + (at - since) * 60), disk_free_bytes: values((_, at) => 288e9 - (at - since) * 60),
            database_bytes: values((_, at) => 1.9e9 + (at - since) * 1.4), queue_length: values((b) => Math.round(b * 3)), failed_deliveries: values((b, at) => (at % 7_200_000 < interval ? 2 : 0)),
        };
    };
    const nodes = [node('a'.repeat(26), since), node('bbbbbbbbbbbbbbbbbbbbbq7k3f', until - 12 * 3_600_000)];
    return {interval_ms: interval, since, until, collecting_since: since, node_id: 'a'.repeat(26), nodes};
}

const withExample = (window, nodes = 1) => intercept(window, '**/api/v4/system/statistics/series*', (route) => {
    const series = exampleSeries(new URL(route.request().url()).searchParams.get('range'));
    return route.fulfill({json: {...series, nodes: series.nodes.slice(0, nodes)}});
});

test('administrators reach the console from the menu, others do not', async () => {
    await bob.byTestId('team-menu').click();
    await bob.byTestId('menu-invite').waitFor();
    assert.equal(await bob.byTestId('menu-system-console').count(), 0);
    await bob.page.goto(`${server.url}/admin_console/reporting/monitoring`);
    await bob.page.getByText('For system administrators').waitFor();
    assert.equal(await bob.byTestId('admin-console').count(), 0);

    await ada.byTestId('team-menu').click();
    await screenshot(ada, 'admin-menu');
    await ada.byTestId('menu-system-console').click();
    await ada.byTestId('admin-console').waitFor();
    await ada.page.waitForURL('**/admin_console/reporting/monitoring');
    await ada.page.getByText('The charts begin now').waitFor();
    await screenshot(ada, 'admin-empty');
    await ada.byTestId('admin-page-link').filter({hasText: 'Site statistics'}).click();
    const users = ada.page.locator('section', {has: ada.page.getByText('Users', {exact: true})});
    await users.getByText('2', {exact: true}).first().waitFor();
    await screenshot(ada, 'admin-statistics');
    await ada.byTestId('admin-back').click();
    await ada.byTestId('composer').waitFor();
});

test('charts show values by pointer and by keys, and as a table', async () => {
    await withExample(ada);
    await ada.page.goto(`${server.url}/admin_console/reporting/monitoring`);
    const chart = ada.byTestId('chart').first();
    await chart.waitFor();
    await chart.hover({position: {x: 300, y: 90}});
    const tip = ada.page.getByRole('status').filter({hasText: 'People online'});
    await tip.waitFor();
    await screenshot(ada, 'admin-charts');
    await ada.page.mouse.move(0, 0);
    await tip.waitFor({state: 'detached'});
    await chart.focus();
    await ada.page.keyboard.press('ArrowLeft');
    const last = await tip.innerText();
    await ada.page.keyboard.press('PageUp');
    assert.notEqual(await tip.innerText(), last);
    await ada.page.keyboard.press('Escape');
    await tip.waitFor({state: 'detached'});
    await ada.page.getByText('Table', {exact: true}).first().click();
    const rows = ada.page.getByRole('table').first().getByRole('row');
    // An hour each.
    await rows.nth(22).waitFor();
    await screenshot(ada, 'admin-table');
    await ada.byTestId('disk-forecast').getByText(/^At the rate of the last days, the disk is full in 9 days, on /).waitFor();
    await ada.byTestId('disk-forecast').scrollIntoViewIfNeeded();
    await screenshot(ada, 'admin-disk');
    const month = ada.page.waitForResponse((response) => response.url().includes('range=month'));
    await ada.page.getByRole('button', {name: '30 days'}).click();
    await month;
    await chart.waitFor();
    await screenshot(ada, 'admin-month');
});

test('several nodes have a line each, in both themes and on a phone', async () => {
    const dark = await openLoggedIn(browser, server, 'ada', {colorScheme: 'dark', viewport: {width: 1440, height: 1000}});
    await withExample(dark, 2);
    await dark.page.goto(`${server.url}/admin_console/reporting/monitoring`);
    await dark.byTestId('chart').first().waitFor();
    await dark.page.getByRole('button', {name: 'All nodes', pressed: true}).waitFor();
    await screenshot(dark, 'admin-nodes-dark');
    await dark.page.getByRole('button', {name: 'This node'}).click();
    await dark.page.getByText('Half of the requests').first().waitFor();
    await screenshot(dark, 'admin-node-dark');

    const phone = await openLoggedIn(browser, server, 'ada', {viewport: {width: 390, height: 844}, isMobile: true, hasTouch: true});
    await withExample(phone);
    await phone.page.goto(`${server.url}/admin_console/reporting/monitoring`);
    await phone.byTestId('chart').first().waitFor();
    assert.ok(await phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await screenshot(phone, 'admin-phone');
    await phone.byTestId('admin-open-menu').tap();
    await screenshot(phone, 'admin-phone-menu');
    await phone.byTestId('admin-page-link').filter({hasText: 'Site statistics'}).tap();
    await phone.page.getByText('Messages', {exact: true}).first().waitFor();
    await screenshot(phone, 'admin-phone-statistics');
});
