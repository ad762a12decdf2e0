// A person at a real browser: one context each, so that cookies and storage are their own.

import {existsSync} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import path from 'node:path';

import {chromium} from 'playwright-core';

import {PASSWORD} from './server.mjs';

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';

export async function launch() {
    if (!existsSync(EXECUTABLE)) {
        throw new Error('there is no Chromium: run scripts/install-test-tools');
    }
    return chromium.launch({executablePath: EXECUTABLE, args: ARGUMENTS});
}

/** A new person's window. What the page complains of is kept in `complaints`. */
export async function open(browser, url, options = {}) {
    const context = await browser.newContext({viewport: {width: 1280, height: 800}, ...options});
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
        if (/Content Security Policy|Refused to/.test(message.text())) {
            complaints.push(message.text());
        }
    });
    await page.goto(url);
    const by = (id) => page.getByTestId(id);
    return {context, page, by, complaints, url};
}

export async function logIn({page, by, url}, username) {
    await page.goto(`${url}/login`);
    await by('login-id').fill(username);
    await by('login-password').fill(PASSWORD);
    await by('login-submit').click();
    // On a phone it is there, but hidden.
    await by('sidebar').waitFor({state: 'attached'});
}

/** Types into the composer and sends. */
export async function say({by}, message) {
    await by('composer').fill(message);
    await by('composer').press('Enter');
}

/** The row of a message in the channel. */
export const row = ({by}, message) => by('channel-messages').getByTestId('post').filter({hasText: message});

/** Keeps a picture where GUILDHALL_SCREENSHOTS names a folder. */
export async function picture({page}, name) {
    const folder = process.env.GUILDHALL_SCREENSHOTS;
    if (folder) {
        await mkdir(folder, {recursive: true});
        await page.screenshot({path: path.join(folder, `${name}.png`), animations: 'disabled'});
    }
}
