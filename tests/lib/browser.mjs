// Windows of a real browser: each user has a context, so that cookies and storage are separate.

import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import {afterEach} from 'node:test';

import {chromium} from 'playwright-core';

import {restoreAfterTest} from './restore.mjs';
import {PASSWORD} from './server.mjs';

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Errors and broken content policies of every page since the last test ended. */
let pageErrors = [];

afterEach(() => {
    const errors = pageErrors;
    pageErrors = [];
    assert.deepEqual(errors, [], 'errors on a page');
});

export async function launch() {
    if (!existsSync(EXECUTABLE)) {
        throw new Error('there is no Chromium: run scripts/install-test-tools');
    }
    return chromium.launch({executablePath: EXECUTABLE, args: ARGUMENTS});
}

/** A window of its own. One that a test opens is closed with the test. */
export async function openWindow(browser, url, options = {}) {
    const context = await browser.newContext({viewport: {width: 1280, height: 800}, ...options});
    restoreAfterTest(() => context.close());
    const page = await context.newPage();
    // The limit is only met when a test fails, on a busy machine too.
    page.setDefaultTimeout(90_000);
    page.on('pageerror', (error) => pageErrors.push(String(error)));
    page.on('console', (message) => {
        if (/Content Security Policy|Refused to/.test(message.text())) {
            pageErrors.push(message.text());
        }
    });
    await page.goto(url);
    return {context, page, byTestId: (id) => page.getByTestId(id), url};
}

export async function logIn({page, byTestId, url}, username) {
    await page.goto(`${url}/login`);
    await byTestId('login-id').fill(username);
    await byTestId('login-password').fill(PASSWORD);
    await byTestId('login-submit').click();
    // On a phone it is there, but hidden.
    await byTestId('sidebar').waitFor({state: 'attached'});
}

/** Types into the composer and sends. */
export async function sendMessage({byTestId}, message) {
    await byTestId('composer').fill(message);
    await byTestId('composer').press('Enter');
}

/** The row of a message in the channel. */
export const postWith = ({byTestId}, text) => byTestId('channel-messages').getByTestId('post').filter({hasText: text});

/** The same once the server has it. */
export const storedPostWith = (window, text) => postWith(window, text).and(window.page.locator(':not([data-pending])'));

/** Resizes the window until the test ends, or until it is resized again. */
export async function setViewport({page}, size) {
    const before = page.viewportSize();
    restoreAfterTest(() => page.isClosed() || page.setViewportSize(before));
    await page.setViewportSize(size);
    await page.waitForFunction(({width, height}) => innerWidth === width && innerHeight === height, size);
}

/** Zooms the page as the browser's menu does: what fits shrinks, and everything is laid out again. */
export async function setZoom({page}, factor) {
    const size = page.viewportSize();
    const client = await page.context().newCDPSession(page);
    restoreAfterTest(() => page.isClosed() || client.send('Emulation.clearDeviceMetricsOverride').then(() => page.setViewportSize(size)));
    const [width, height] = [Math.round(size.width / factor), Math.round(size.height / factor)];
    await client.send('Emulation.setDeviceMetricsOverride', {width, height, deviceScaleFactor: factor, mobile: false});
    await page.waitForFunction((wanted) => innerWidth === wanted, width);
}

/** Makes the page's processor slower by a factor until the test ends. */
export async function slowDown({page}, factor) {
    const client = await page.context().newCDPSession(page);
    restoreAfterTest(() => page.isClosed() || client.send('Emulation.setCPUThrottlingRate', {rate: 1}));
    await client.send('Emulation.setCPUThrottlingRate', {rate: factor});
}

/** Answers matching requests by `handler` until the test ends, or until what it returns is called. */
export async function intercept({page}, pattern, handler, options) {
    const stop = () => page.isClosed() || page.unroute(pattern, handler);
    restoreAfterTest(stop);
    await page.route(pattern, handler, options);
    return stop;
}

/** Keeps a screenshot where GUILDHALL_SCREENSHOTS names a folder. */
export async function screenshot({page}, name) {
    const folder = process.env.GUILDHALL_SCREENSHOTS;
    if (folder) {
        await mkdir(folder, {recursive: true});
        await page.screenshot({path: path.join(folder, `${name}.png`), animations: 'disabled'});
    }
}
