// What administrators say to everybody: the announcement banner and the terms of service.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {screenshots} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';

const {server, ada, bob} = await setUp({people: ['ada', 'bob'], windows: ['ada', 'bob']});

test('the banner is above everything for everybody until it is closed', async () => {
    await ada.page.goto(`${server.url}/admin_console/site/announcement`);
    await ada.byTestId('announcement-text').fill('Maintenance on **Sunday**, [details](https://example.com/it)');
    await ada.page.locator('[data-testid=announcement-enabled]').check();
    await ada.byTestId('announcement-background').fill('#333333');
    await ada.byTestId('announcement-low-contrast').waitFor();
    await ada.byTestId('announcement-background').fill('#f2a93b');
    await ada.byTestId('announcement-low-contrast').waitFor({state: 'detached'});
    await screenshots(ada, 'announcement-console');
    await ada.byTestId('announcement-save').click();

    const banner = bob.byTestId('announcement');
    await banner.getByText('Maintenance on Sunday, details').waitFor();
    assert.equal(await banner.getByRole('link', {name: 'details'}).getAttribute('href'), 'https://example.com/it');
    assert.equal(await banner.evaluate((element) => getComputedStyle(element).backgroundColor), 'rgb(242, 169, 59)');
    await screenshots(bob, 'announcement');
    await bob.byTestId('dismiss-announcement').click();
    await banner.waitFor({state: 'detached'});
    await bob.page.reload();
    await bob.byTestId('composer').waitFor();
    assert.equal(await banner.count(), 0);

    await ada.byTestId('announcement-text').fill('Confidential');
    await ada.page.locator('[data-testid=announcement-dismiss]').uncheck();
    await ada.byTestId('announcement-save').click();
    await banner.getByText('Confidential').waitFor();
    assert.equal(await bob.byTestId('dismiss-announcement').count(), 0);
    await ada.page.locator('[data-testid=announcement-enabled]').uncheck();
    await ada.byTestId('announcement-save').click();
    await banner.waitFor({state: 'detached'});
});

test('who does not agree to the terms of service is logged out', async () => {
    await ada.page.goto(`${server.url}/admin_console/site/terms-of-service`);
    await ada.page.locator('[data-testid=terms-enabled]').check();
    await ada.byTestId('terms-form').getByText('Enter the text of the terms of service.').waitFor();
    await ada.byTestId('terms-text').fill('# House rules\n\n1. Be **kind**.\n2. What is written here stays here.');
    await screenshots(ada, 'terms-console');
    await ada.byTestId('terms-save').click();
    // Administrators agree as well.
    await ada.byTestId('terms').waitFor();

    await bob.byTestId('terms').getByText('House rules').waitFor();
    assert.equal(await bob.byTestId('composer').count(), 0);
    await screenshots(bob, 'terms');
    await bob.byTestId('terms-decline').click();
    await bob.page.waitForURL('**/login*');
    await bob.page.getByText('You have been logged out').waitFor();

    await ada.byTestId('terms-accept').click();
    await ada.byTestId('terms-form').waitFor();
    await ada.page.reload();
    await ada.byTestId('terms-form').waitFor();
    assert.equal(await ada.byTestId('terms').count(), 0);
    await ada.byTestId('terms-text').fill('# House rules\n\nBe kind and brief.');
    await ada.byTestId('terms-save').click();
    await ada.byTestId('terms').getByText('Be kind and brief.').waitFor();
    await ada.byTestId('terms-accept').click();
    await ada.byTestId('terms-form').waitFor();
});
