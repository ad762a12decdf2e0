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

/**
 * Resizes the page by `change`, and waits for a frame of that size. A size that is changed again before its frame, while a
 * script reads the layout, moves what is scrolled unseen: no window of a person does that.
 */
async function resize({page}, width, height, change) {
    await change();
    await page.waitForFunction((size) => innerWidth === size.width && innerHeight === size.height, {width, height});
    await page.evaluate(() => new Promise((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(resolve));
    }));
}

/** Resizes the window until the test ends, or until it is resized again. */
export async function setViewport(window, size) {
    const {page} = window;
    const before = page.viewportSize();
    const set = (to) => resize(window, to.width, to.height, () => page.setViewportSize(to));
    restoreAfterTest(() => page.isClosed() || set(before));
    await set(size);
}

/** Zooms the page as the browser's menu does: what fits shrinks, and everything is laid out again. */
export async function setZoom(window, factor) {
    const {page} = window;
    const size = page.viewportSize();
    const client = await page.context().newCDPSession(page);
    // The page's own size is an override too: without one, the page has another size.
    const set = (width, height, deviceScaleFactor) => resize(window, width, height, () => client.send('Emulation.setDeviceMetricsOverride', {width, height, deviceScaleFactor, mobile: false}));
    restoreAfterTest(() => page.isClosed() || set(size.width, size.height, 1));
    await set(Math.round(size.width / factor), Math.round(size.height / factor), factor);
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

/** In light and dark, wide and on a phone, without anything beside the page. */
export async function screenshots(window, name) {
    for (const [size, viewport] of [['wide', {width: 1280, height: 1000}], ['phone', {width: 390, height: 844}]]) {
        await setViewport(window, viewport);
        for (const colorScheme of ['light', 'dark']) {
            await window.page.emulateMedia({colorScheme});
            assert.ok(await window.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} ${size}`);
            await screenshot(window, `${name}-${size}-${colorScheme}`);
        }
    }
    await window.page.emulateMedia({colorScheme: null});
    await setViewport(window, {width: 1280, height: 1000});
}
