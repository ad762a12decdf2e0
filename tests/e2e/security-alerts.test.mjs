// The page of security alerts: what was found, acknowledging it, and how it looks.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {intercept, screenshot} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';
import {openLoggedIn} from '../lib/team.mjs';

const {server, browser, ada} = await setUp({people: ['ada'], windows: ['ada']});

const alert = (id, rule, summary, more = {}) => ({
    id: id.repeat(26), rule, summary, subject: '203.0.113.0/24', user_id: '', first_at: Date.now() - 7_200_000, last_at: Date.now() - 180_000,
    count: 12, evidence: ['b'.repeat(26), 'c'.repeat(26)], revoked_at: 0, acknowledged_at: 0, acknowledged_by: '', ...more,
});

const ALERTS = [
    alert('a', 'credential_stuffing', 'Log-ins with the names of 25 accounts have failed from 203.0.113.0/24; 1 accounts have logged in from there meanwhile.', {revoked_at: Date.now() - 170_000}),
    alert('d', 'new_administrator', '@ben has become an administrator.'),
    alert('e', 'mass_download', '@eve has downloaded 500 files within 10 minutes.', {acknowledged_at: Date.now() - 60_000}),
];

async function openAlerts(window) {
    let acknowledged = [];
    await intercept(window, '**/api/v4/security_alerts?*', (route) => route.fulfill({json: ALERTS.map((one) => (acknowledged.includes(one.id) ? {...one, acknowledged_at: Date.now()} : one))}));
    await intercept(window, '**/api/v4/security_alerts/*/acknowledge', (route) => {
        acknowledged = [...acknowledged, route.request().url().split('/').at(-2)];
        return route.fulfill({json: {status: 'OK'}});
    });
    await window.page.goto(`${server.url}/admin_console/reporting/security-alerts`);
    await window.byTestId('security-alert').first().waitFor();
}

test('an alert that is acknowledged is not open any more', async () => {
    await openAlerts(ada);
    await screenshot(ada, 'security-alerts');
    assert.equal(await ada.byTestId('acknowledge-alert').count(), 2);
    await ada.byTestId('acknowledge-alert').first().click();
    await ada.page.waitForFunction(() => document.querySelectorAll('[data-testid="acknowledge-alert"]').length === 1);
    assert.equal(await ada.byTestId('security-alert').count(), 3);
});

test('a channel is chosen, in which alerts are told', async () => {
    await openAlerts(ada);
    await ada.page.getByTestId('limits-search').fill('Off-Topic');
    await ada.byTestId('limits-found').first().click();
    await ada.byTestId('alert-channel').waitFor();
    await ada.byTestId('alert-channel').getByText('Off-Topic').waitFor();
    await ada.byTestId('alert-channel-problem').getByText('public').waitFor();
    await screenshot(ada, 'security-alerts-channel');
    await ada.byTestId('alert-channel-remove').click();
    await ada.byTestId('limits-search').waitFor();
});

test('the page is readable in the dark and on a phone', async () => {
    const dark = await openLoggedIn(browser, server, 'ada', {colorScheme: 'dark', viewport: {width: 1440, height: 1000}});
    await openAlerts(dark);
    await screenshot(dark, 'security-alerts-dark');
    const phone = await openLoggedIn(browser, server, 'ada', {viewport: {width: 390, height: 844}, isMobile: true, hasTouch: true});
    await openAlerts(phone);
    assert.ok(await phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await screenshot(phone, 'security-alerts-phone');
});
