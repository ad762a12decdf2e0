// How the server presents itself: the page where people log in, and the classification banner.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {openWindow, screenshots} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';

const {server, browser, ada, bob} = await setUp({people: ['ada', 'bob'], windows: ['ada', 'bob']});

async function drawPicture() {
    const page = await browser.newPage({viewport: {width: 900, height: 600}});
    await page.setContent('<body style="margin:0;background:linear-gradient(120deg,#0b5345,#f2a93b);color:#fff;font:700 96px sans-serif;display:grid;place-items:center">The studio');
    const picture = await page.screenshot();
    await page.context().close();
    return picture;
}

test('the page where people log in has a picture and a text', async () => {
    await ada.page.goto(`${server.url}/admin_console/site/brand`);
    await ada.byTestId('brand-no-image').waitFor();
    await ada.byTestId('brand-file').setInputFiles({name: 'logo.png', mimeType: 'image/png', buffer: await drawPicture()});
    await ada.byTestId('brand-preview').waitFor();
    await ada.byTestId('brand-description').fill('Chat of the studio and its clients');
    await ada.page.locator('[data-testid=brand-enabled]').check();
    await ada.byTestId('brand-custom-text').fill('Need **help**, @ada? [Call us](https://example.com/help)');
    await screenshots(ada, 'brand-console');
    await ada.byTestId('brand-save').click();
    await ada.page.getByText('The name and the brand were saved.').waitFor();

    const visitor = await openWindow(browser, server.url);
    await visitor.byTestId('login-form').waitFor();
    await visitor.page.getByText('Chat of the studio and its clients').waitFor();
    await visitor.byTestId('brand-text').getByText('Need help, @ada? Call us').waitFor();
    await visitor.page.waitForFunction(() => document.querySelector('[data-testid=brand-image]')?.naturalWidth > 0);
    await screenshots(visitor, 'brand-log-in');

    await ada.byTestId('brand-remove').click();
    await ada.byTestId('brand-no-image').waitFor();
    await visitor.page.reload();
    await visitor.byTestId('brand-image').waitFor({state: 'detached'});
    await visitor.byTestId('brand-text').waitFor();
});

test('how confidential the server is stands on every page', async () => {
    await ada.page.goto(`${server.url}/admin_console/site/classification`);
    await ada.page.locator('[data-testid=classification-enabled]').check();
    await ada.byTestId('classification-form').getByText('Enter a level to show the banner.').waitFor();
    await ada.byTestId('classification-level').fill('CONFIDENTIAL');
    await ada.byTestId('classification-text').fill('Project staff only');
    await ada.page.getByText('At the top and at the bottom').click();
    await ada.byTestId('classification-save').click();
    for (const window of [ada, bob]) {
        for (const position of ['top', 'bottom']) {
            await window.byTestId(`classification-${position}`).getByText('CONFIDENTIAL').waitFor();
        }
    }
    await screenshots(ada, 'classification-console');
    const top = bob.byTestId('classification-top');
    assert.equal(await top.evaluate((element) => getComputedStyle(element).backgroundColor), 'rgb(200, 16, 46)');
    await bob.byTestId('composer').waitFor();
    await screenshots(bob, 'classification');

    const visitor = await openWindow(browser, server.url);
    await visitor.byTestId('login-form').waitFor();
    await visitor.byTestId('classification-bottom').getByText('Project staff only').waitFor();
    await screenshots(visitor, 'classification-log-in');

    await ada.page.locator('[data-testid=classification-enabled]').uncheck();
    await ada.byTestId('classification-save').click();
    await top.waitFor({state: 'detached'});
    assert.equal(await bob.byTestId('classification-bottom').count(), 0);
});
