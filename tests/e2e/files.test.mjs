// Files: pasted, dropped, uploaded in chunks, removed before they are sent, and the image viewer.

import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {mkdtemp, open as openFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';

import {intercept, postWith, screenshot, sendMessage, setViewport, storedPostWith} from '../lib/browser.mjs';
import {setUp} from '../lib/setup.mjs';
import {png} from '../compat/player.mjs';

const {server, team, ada, bob} = await setUp({people: ['ada', 'bob'], windows: ['ada', 'bob'], channel: 'Town Square'});

const folder = await mkdtemp(path.join(tmpdir(), 'guildhall-files-'));
after(() => rm(folder, {recursive: true, force: true}));

const uploaded = ({page}, count = 1) => page.waitForFunction((n) => document.querySelectorAll('[data-testid=upload][data-done=true]').length === n, count);

/** Hands the page a clipboard or drag event that carries files, as the browser would. */
async function give({page}, selector, kind, files) {
    await page.evaluate(([where, type, list]) => {
        const data = new DataTransfer();
        for (const {name, mime, base64} of list) {
            data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, {type: mime}));
        }
        const target = document.querySelector(where);
        const fire = (event) => target.dispatchEvent(event);
        if (type === 'paste') {
            fire(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
        } else {
            for (const name of type === 'drag' ? ['dragenter', 'dragover'] : ['drop']) {
                fire(new DragEvent(name, {dataTransfer: data, bubbles: true, cancelable: true}));
            }
        }
    }, [selector, kind, files.map(({name, mime, bytes}) => ({name, mime, base64: bytes.toString('base64')}))]);
}

test('a pasted image becomes an attachment', async () => {
    await give(ada, '[data-testid=composer]', 'paste', [{name: 'image.png', mime: 'image/png', bytes: png(320, 200, [180, 90, 60])}]);
    await uploaded(ada);
    await screenshot(ada, 'files-pasted');
    await sendMessage(ada, 'From the clipboard');
    const image = postWith(bob, 'From the clipboard').getByTestId('image-attachment').locator('img');
    await image.waitFor();
    assert.match(await image.getAttribute('alt'), /^Pasted /);
});

test('files dropped on the conversation are attached, several at once', async () => {
    const files = [
        {name: 'one.png', mime: 'image/png', bytes: png(300, 200, [60, 90, 180])},
        {name: 'two.png', mime: 'image/png', bytes: png(200, 300, [60, 150, 90])},
        {name: 'Shot list.csv', mime: 'text/csv', bytes: Buffer.from('scene,shot\n1,a\n')},
    ];
    await give(ada, '[data-testid=channel-messages]', 'drag', files);
    await ada.page.getByText(/drop/i).waitFor();
    await screenshot(ada, 'files-dragging');
    await give(ada, '[data-testid=channel-messages]', 'drop', files);
    await uploaded(ada, 3);
    await screenshot(ada, 'files-dropped');
    await ada.byTestId('composer').press('Enter');
    await bob.byTestId('image-attachment').nth(2).waitFor();
    assert.equal(await bob.byTestId('file-attachment').filter({hasText: 'Shot list.csv'}).count(), 1);
    await bob.page.waitForFunction(() => [...document.querySelectorAll('[data-testid=image-attachment] img')].every((x) => x.naturalWidth > 0));
    await screenshot(bob, 'files-received');
});

test('a large file is uploaded in chunks with its progress displayed, and can be downloaded', async () => {
    const name = path.join(folder, 'dailies.mov.bin');
    const size = 60 * 1024 * 1024;
    const file = await openFile(name, 'w');
    await file.truncate(size);
    await file.write('the end', size - 7);
    await file.close();
    const pieces = [];
    ada.page.on('request', (request) => { if (/\/uploads\/[a-z0-9]{26}$/.test(request.url())) pieces.push(request.url()); });
    await ada.byTestId('file-input').setInputFiles(name);
    await ada.page.waitForFunction(() => {
        const bar = document.querySelector('[data-testid=upload] progress');
        return bar && bar.value > 0.05 && bar.value < 1;
    });
    await screenshot(ada, 'files-progress');
    // What is sent meanwhile waits for the file.
    await ada.byTestId('composer').fill('All of Tuesday');
    await ada.byTestId('composer').press('Enter');
    const card = postWith(bob, 'All of Tuesday').getByTestId('file-attachment');
    await card.waitFor();
    assert.ok(pieces.length >= 12, `in ${pieces.length} pieces`);
    const href = await card.getAttribute('href');
    const tail = await bob.page.evaluate(async (url) => {
        const answer = await fetch(url, {headers: {Range: 'bytes=-7'}});
        return [answer.status, answer.headers.get('content-range'), await answer.text()];
    }, href);
    assert.deepEqual(tail, [206, `bytes ${size - 7}-${size - 1}/${size}`, 'the end']);
});

test('a removed upload is not sent', async () => {
    await ada.byTestId('file-input').setInputFiles({name: 'mistake.txt', mimeType: 'text/plain', buffer: Buffer.from('oops')});
    await uploaded(ada);
    await ada.byTestId('upload').getByRole('button', {name: /remove/i}).click();
    await ada.byTestId('upload').waitFor({state: 'detached'});
    await sendMessage(ada, 'Words alone');
    await postWith(bob, 'Words alone').waitFor();
    assert.equal(await postWith(bob, 'Words alone').getByTestId('file-attachment').count(), 0);
});

test('a file that is too large is rejected with the reason', async () => {
    const limit = await ada.page.evaluate(async () => Number((await (await fetch('/api/v4/config/client?format=old', {headers: {'X-Requested-With': 'XMLHttpRequest'}})).json()).MaxFileSize));
    const name = path.join(folder, 'huge.bin');
    const file = await openFile(name, 'w');
    await file.truncate(limit + 1);
    await file.close();
    await ada.byTestId('file-input').setInputFiles(name);
    await ada.byTestId('toast').waitFor();
    assert.match(await ada.byTestId('toast').textContent(), /huge\.bin/);
    assert.equal(await ada.byTestId('upload').count(), 0);
    await screenshot(ada, 'files-too-large');
});

test('the end stays in view when the window or the composer takes its room', async () => {
    await give(ada, '[data-testid=composer]', 'paste', [400, 500, 600].map((width) => ({name: `Board ${width}.png`, mime: 'image/png', bytes: png(width, 400, [90, 90, 160])})));
    await uploaded(ada, 3);
    await sendMessage(ada, 'Three boards');
    await storedPostWith(ada, 'Three boards').waitFor();
    // At the end, and at rest: while the list still moves, it would set itself right again.
    const atEnd = () => ada.page.waitForFunction(() => {
        const list = document.querySelector('[data-testid=channel-messages]');
        const moves = [...list.children].some((part) => part.style.pointerEvents === 'none');
        return !moves && list.scrollHeight - list.scrollTop - list.clientHeight < 2;
    });
    await atEnd();
    for (let line = 0; line < 12; line += 1) {
        await ada.byTestId('composer').press('Shift+Enter');
    }
    await atEnd();
    await ada.byTestId('composer').fill('');
    await atEnd();
    const size = ada.page.viewportSize();
    for (const other of [{width: 700, height: 500}, size, {width: 500, height: 420}, size]) {
        await setViewport(ada, other);
        await atEnd();
    }
});

test('a very small image is not enlarged', async () => {
    await give(ada, '[data-testid=composer]', 'paste', [
        {name: 'dot.png', mime: 'image/png', bytes: png(8, 8, [200, 30, 30])},
        {name: 'large.png', mime: 'image/png', bytes: png(900, 700, [30, 120, 60])},
    ]);
    await uploaded(ada, 2);
    await sendMessage(ada, 'A dot and a large one');
    const dot = postWith(ada, 'A dot and').getByTestId('image-attachment').first();
    await dot.waitFor();
    const {width, height} = await dot.boundingBox();
    assert.ok(width <= 52 && height <= 52, `it is ${width} by ${height}`);
    await postWith(ada, 'A dot and').locator('img').last().evaluate((image) => image.decode());
    await screenshot(ada, 'files-dot');
});

test('the image viewer zooms to the clicked point, and steps through the images with arrow keys', async () => {
    await give(ada, '[data-testid=channel-messages]', 'drop', [
        {name: 'wide.png', mime: 'image/png', bytes: png(3200, 1600, [90, 60, 160])},
        {name: 'tall.png', mime: 'image/png', bytes: png(300, 500, [160, 60, 90])},
    ]);
    await uploaded(ada, 2);
    await sendMessage(ada, 'Two to look at');
    await postWith(ada, 'Two to look at').getByTestId('image-attachment').first().click();
    const image = ada.byTestId('image-viewer').locator('img');
    await ada.page.waitForFunction(() => document.querySelector('[data-testid=image-viewer] img')?.naturalWidth === 3200);
    const fitted = await image.boundingBox();
    assert.ok(fitted.width <= 1280 && Math.abs(fitted.width / fitted.height - 2) < 0.02, JSON.stringify(fitted));
    await screenshot(ada, 'files-viewer');
    // Near its right edge: that is what one sees then.
    await image.click({position: {x: fitted.width - 20, y: fitted.height * 0.8}});
    const large = await image.boundingBox();
    assert.equal(Math.round(large.width), 3200);
    assert.ok(large.x + large.width >= 1270 && large.x + large.width <= 1290, JSON.stringify(large));
    await screenshot(ada, 'files-viewer-enlarged');
    await image.click();
    assert.deepEqual(await image.boundingBox(), fitted);
    await ada.page.keyboard.press('ArrowRight');
    await ada.page.waitForFunction(() => document.querySelector('[data-testid=image-viewer] img')?.alt === 'tall.png');
    await ada.page.keyboard.press('Escape');
    await ada.byTestId('image-viewer').waitFor({state: 'detached'});
});

test('the image viewer stays open when the server confirms the message, and closes when the message is deleted', async () => {
    await give(ada, '[data-testid=channel-messages]', 'drop', [{name: 'early.png', mime: 'image/png', bytes: png(640, 320, [30, 90, 60])}]);
    await uploaded(ada);
    let release;
    const held = new Promise((done) => { release = done; });
    await intercept(ada, '**/api/v4/posts', async (route) => {
        await held;
        await route.continue();
    });
    await sendMessage(ada, 'Looked at before it is stored');
    await postWith(ada, 'Looked at before').and(ada.page.locator('[data-pending]')).getByTestId('image-attachment').click();
    const image = ada.byTestId('image-viewer').locator('img');
    await image.waitFor();
    const stored = storedPostWith(ada, 'Looked at before');
    release();
    await stored.waitFor({state: 'attached'});
    assert.equal(await image.getAttribute('alt'), 'early.png');
    const file = new URL(await image.getAttribute('src'), server.url).pathname.replace('/api/v4', '');
    const {post_id: id} = await team.admin.api('GET', `${file}/info`);
    await team.admin.api('DELETE', `/posts/${id}`);
    await ada.byTestId('image-viewer').waitFor({state: 'detached'});
});

test('an uploaded video can be played and sought', async () => {
    const recorded = await ada.page.evaluate(async () => {
        const canvas = document.createElement('canvas');
        const recorder = new MediaRecorder(canvas.captureStream(), {mimeType: 'video/webm'});
        const parts = [];
        recorder.ondataavailable = (event) => parts.push(event.data);
        const stopped = new Promise((done) => { recorder.onstop = done; });
        recorder.start();
        for (let frame = 0; frame < 40; frame += 1) {
            canvas.getContext('2d').fillText(String(frame), 20, frame * 3);
            await new Promise((done) => requestAnimationFrame(done));
        }
        recorder.stop();
        await stopped;
        return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
    });
    await ada.byTestId('file-input').setInputFiles({name: 'take.webm', mimeType: 'video/webm', buffer: Buffer.from(recorded)});
    await uploaded(ada);
    const answers = [];
    bob.page.on('response', (response) => answers.push([new URL(response.url()).pathname, response.status()]));
    await sendMessage(ada, 'Take one');
    const post = postWith(bob, 'Take one');
    await post.getByTestId('file-attachment').waitFor();
    await post.locator('video').evaluate(async (video) => {
        video.muted = true;
        await video.play();
        video.pause();
        await new Promise((done) => {
            video.onseeked = done;
            video.currentTime = 0.1;
        });
    });
    assert.ok(answers.some(([address, status]) => address.startsWith('/api/v4/files/') && status === 206), JSON.stringify(answers));
    await screenshot(bob, 'files-video');
});
