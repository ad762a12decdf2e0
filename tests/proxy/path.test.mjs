// The whole product below a path of a host, through the files for it: with the path passed on, with the path removed, and
// after the path has changed.

import assert from 'node:assert/strict';
import {after, describe, test} from 'node:test';

import {intercept, launch, logIn, openWindow, postWith, screenshot, sendMessage, storedPostWith} from '../lib/browser.mjs';
import {send} from '../lib/https.mjs';
import {pathProxies} from '../lib/proxies.mjs';
import {createTeam, openChannel} from '../lib/team.mjs';
import {png} from '../compat/player.mjs';
import {startSite} from './site.mjs';

const browser = await launch();
after(() => browser.close());

for (const kind of pathProxies) {
    describe(kind, async () => {
        const {url, server, proxy, setupCode} = await startSite(kind, {path: '/chat'});
        const team = await createTeam({url: `${server.url}/chat`, setupCode}, ['ada', 'bob']);

        async function openSite(username) {
            const window = await openWindow(browser, `${url}/`, {ignoreHTTPSErrors: true});
            window.url = url;
            await logIn(window, username);
            await window.byTestId('composer').waitFor();
            return window;
        }

        const ada = await openSite('ada');
        const bob = await openSite('bob');
        const pathOf = ({page}) => new URL(page.url()).pathname;

        test('people log in, and every address is below the path', async () => {
            await openChannel(ada, 'Town Square');
            assert.equal(pathOf(ada), '/chat/studio/channels/town-square');
            const cookies = await ada.context.cookies();
            assert.deepEqual(cookies.map(({path, secure}) => [path, secure]), Array(4).fill(['/chat', true]));
            const outside = await ada.page.evaluate(() => performance.getEntriesByType('resource').map(({name}) => new URL(name).pathname).filter((path) => !path.startsWith('/chat/')));
            assert.deepEqual(outside, []);
            await screenshot(ada, kind);
        });

        test('posts arrive over the WebSocket', async () => {
            const opened = bob.page.waitForEvent('websocket');
            await bob.page.reload();
            const socket = await opened;
            assert.match(socket.url(), /^wss:\/\/127\.0\.0\.1:\d+\/chat\/api\/v4\/websocket/);
            await bob.byTestId('composer').waitFor();
            await openChannel(bob, 'Town Square');
            await sendMessage(ada, 'through the side door');
            await postWith(bob, 'through the side door').waitFor();
            assert.equal(socket.isClosed(), false);
        });

        test('a picture is uploaded and shown', async () => {
            await ada.page.locator('input[type=file]').first().setInputFiles({name: 'still.png', mimeType: 'image/png', buffer: png(320, 200, [180, 90, 60])});
            await ada.page.waitForFunction(() => document.querySelectorAll('[data-testid=upload][data-done=true]').length === 1);
            await sendMessage(ada, 'A still');
            const image = postWith(bob, 'A still').getByTestId('image-attachment').locator('img');
            await image.waitFor();
            await bob.page.waitForFunction((element) => element.complete && element.naturalWidth > 0, await image.elementHandle());
            assert.match(await image.getAttribute('src'), /^\/chat\/api\/v4\/files\//);
        });

        test('a help link of the console leads below the path', async () => {
            const finding = {id: 'disks.raid_none', severity: 'info', summary: 'Two disks.', remedy: 'Mirror them.', subject: '', details: [], muted: false, title: 'Two disks', meaning: '', node_id: '', since: 1};
            const list = {examination: {is_running: false, done: 1, total: 1}, nodes: [{id: 'a', name: 'a', version: '1', examined_at: 1, thorough_at: 1}], findings: [finding]};
            const window = await openSite('ada');
            await intercept(window, '**/api/v4/findings', (route) => route.fulfill({json: list}));
            await window.page.goto(`${url}/admin_console/reporting/findings`);
            const opened = window.page.context().waitForEvent('page');
            await window.byTestId('finding-help').click();
            const help = await opened;
            assert.equal(help.url(), `${url}/help/troubleshooting#disks.raid_none`);
            await help.locator('h3[id="disks.raid_none"]').waitFor();
        });

        test('a deep link opens after a reload, and a link in a message stays in the page', async () => {
            await sendMessage(ada, 'a message to link to');
            await storedPostWith(ada, 'a message to link to').waitFor();
            const posts = await team.admin.api('GET', `/channels/${team.townSquare.id}/posts`);
            const post = Object.values(posts.posts).find(({message}) => message === 'a message to link to');
            const link = `${url}/studio/pl/${post.id}`;
            await bob.page.goto(link);
            await postWith(bob, 'a message to link to').waitFor();
            await bob.page.reload();
            await postWith(bob, 'a message to link to').waitFor();
            assert.equal(pathOf(bob), `/chat/studio/pl/${post.id}`);

            await openChannel(bob, 'Off-Topic');
            await sendMessage(bob, `see ${link} and ${new URL(url).origin}/wiki/page`);
            await bob.page.evaluate(() => Object.assign(window, {isSamePage: true}));
            const message = postWith(bob, 'see ');
            assert.equal(await message.getByRole('link', {name: '/wiki/page'}).getAttribute('target'), '_blank', 'another site of the host');
            await message.getByRole('link', {name: link}).click();
            await postWith(bob, 'a message to link to').waitFor();
            assert.equal(await bob.page.evaluate(() => window.isSamePage), true);
        });

        test('links for others have the path', async () => {
            const {page, byTestId} = ada;
            await postWith(ada, 'a message to link to').hover();
            await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
            await postWith(ada, 'a message to link to').getByTestId('post-menu').click();
            await page.getByRole('menuitem', {name: 'Copy link'}).click();
            assert.match(await page.evaluate(() => navigator.clipboard.readText()), new RegExp(`^${url}/studio/pl/\\w{26}$`));
            await byTestId('composer').waitFor();
            assert.equal((await team.admin.api('GET', '/config/client?format=old')).SiteURL, url);
        });

        test('logging out and in again stays below the path', async () => {
            await bob.page.goto(`${url}/studio/channels/off-topic`);
            await bob.context.clearCookies();
            await bob.page.reload();
            await bob.byTestId('login-id').waitFor();
            assert.equal(pathOf(bob), '/chat/login');
            await logIn(bob, 'bob');
            assert.ok(pathOf(bob).startsWith('/chat/studio/'));
        });

        test('what is not below the path is not served', async () => {
            const direct = (path, headers) => send(`${server.url}${path}`, {headers});
            const found = await direct('/');
            assert.deepEqual([found.status, found.headers.location], [302, '/chat/']);
            assert.equal((await direct('/chat')).headers.location, '/chat/');
            assert.equal((await direct('/studio/channels/town-square')).status, 404);
            assert.equal((await direct('/api/v4/users/me')).status, 404);
            assert.equal((await direct('/api/v4/system/ping')).status, 200);
            assert.equal((await send(`${url}`)).headers.location?.endsWith('/chat/'), true);
            assert.equal((await send(new URL('/elsewhere', proxy.url).href)).status, 404);
        });

        test('a trusted proxy may remove the path, if it says so', async () => {
            const removed = {'X-Forwarded-Prefix': '/chat'};
            const page = await send(`${server.url}/studio/channels/town-square`, {headers: removed});
            assert.equal(page.status, 200);
            assert.match(String(page.body), /src="\/chat\/assets\//);
            const token = team.admin.token;
            assert.equal((await send(`${server.url}/api/v4/users/me`, {token, headers: removed})).status, 200);
            assert.equal((await send(`${server.url}/api/v4/users/me`, {token, headers: removed, localAddress: '127.0.0.3'})).status, 404, 'not trusted');
        });

        test('the page is revalidated, and its policy has no exceptions for the path', async () => {
            const page = await send(`${url}/studio`);
            const again = await send(`${url}/studio`, {headers: {'If-None-Match': page.headers.etag}});
            assert.equal(again.status, 304);
            assert.match(page.headers['content-security-policy'], /script-src 'self'; .*base-uri 'none'/);
            assert.match(String(page.body), /<meta name="base-path" content="\/chat" \/>/);
        });
    });
}
