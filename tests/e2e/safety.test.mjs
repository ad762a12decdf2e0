// Nothing that people write runs: messages, names, headers, purposes and file names from a corpus of attacks.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {logIn, openWindow, postWith, screenshot} from '../lib/browser.mjs';
import {call} from '../lib/server.mjs';
import {setUp} from '../lib/setup.mjs';
import {openChannel} from '../lib/team.mjs';

const ATTACKS = [
    '<script>window.broken = 1</script>',
    '<img src=x onerror="window.broken = 2">',
    '<svg onload="window.broken = 3"></svg>',
    '<svg><script>window.broken = 4</script></svg>',
    '<iframe srcdoc="<script>parent.broken = 5</script>"></iframe>',
    '<a href="javascript:window.broken = 6">click</a>',
    '[click](javascript:window.broken=7)',
    '[click](java\u0001script:window.broken=8)',
    '[click](  JaVaScRiPt:window.broken=9)',
    '[click](data:text/html;base64,PHNjcmlwdD5wYXJlbnQuYnJva2VuPTEwPC9zY3JpcHQ+)',
    '[click](vbscript:window.broken=11)',
    '[click](&#106;avascript:window.broken=12)',
    '![x](javascript:window.broken=13)',
    '![x](x" onerror="window.broken=14)',
    '<details open ontoggle="window.broken = 15">x</details>',
    '<math><mtext><table><mglyph><style><img src=x onerror="window.broken=16">',
    '`<img src=x onerror=window.broken=17>`',
    '```html\n<img src=x onerror="window.broken=18">\n```',
    '```"><img src=x onerror="window.broken=19">\ncode\n```',
    '| a |\n|---|\n| <img src=x onerror="window.broken=20"> |',
    '> <video><source onerror="window.broken=21"></video>',
    '<https://example.com/"onmouseover="window.broken=22>',
    'https://example.com/"><img src=x onerror=window.broken=23>',
    '@ada"><img src=x onerror=window.broken=24>',
    '~town-square"><img src=x onerror=window.broken=25>',
    '#tag"><img src=x onerror=window.broken=26>',
    ':smile"><img src=x onerror=window.broken=27>:',
    '<style>@import "javascript:window.broken=28"; body { display: none }</style>',
    '<form action="javascript:window.broken=29"><button>go</button></form>',
    '<base href="https://attacker.example/">',
    '<meta http-equiv="refresh" content="0;url=https://attacker.example/">',
    '"><img src=x onerror="window.broken=30">',
    '{{constructor.constructor("window.broken=31")()}}',
    '\u202eevil\u202c <b onclick="window.broken=32">bold</b>',
];
// Input that is expensive to parse.
const HEAVY = ['> '.repeat(3000), '['.repeat(5000), '*'.repeat(5000), `${'- '.repeat(2000)}x`, `|${'a|'.repeat(2000)}\n|${'-|'.repeat(2000)}`, '`'.repeat(4001), `${'<div>'.repeat(2000)}`];

const {server, browser, team} = await setUp({people: ['ada', 'bob']});
const ada = await openWindow(browser, server.url);

const unbroken = async () => {
    assert.equal(await ada.page.evaluate(() => window.broken), undefined);
    assert.equal(new URL(ada.page.url()).origin, new URL(server.url).origin);
};

test('names, headers, purposes and nicknames are text', async () => {
    const {bob} = team.people;
    const name = '"><img src=x onerror="window.broken=90">';
    await bob.api('PUT', '/users/me/patch', {nickname: name, position: name, first_name: name.slice(0, 60), last_name: '<script>window.broken=91</script>'});
    const channel = await bob.api('POST', '/channels', {team_id: team.id, name: 'attack', display_name: name, purpose: `${name} [x](javascript:window.broken=92)`, header: `${name} [x](javascript:window.broken=93)`, type: 'O'});
    await bob.api('POST', `/channels/${channel.id}/members`, {user_id: team.admin.id});
    await team.admin.api('PUT', `/teams/${team.id}/patch`, {display_name: name, description: name});
    await logIn(ada, 'ada');
    await ada.byTestId('composer').waitFor();
    await openChannel(ada, 'onerror');
    await ada.byTestId('open-members').click();
    await ada.byTestId('members-panel').getByText('@bob').click();
    await ada.byTestId('profile-dialog').waitFor();
    await screenshot(ada, 'safety-names');
    await ada.page.keyboard.press('Escape');
    await ada.page.keyboard.press('Control+k');
    await ada.byTestId('switcher-input').fill('<img');
    await ada.byTestId('switcher-item').first().waitFor();
    await ada.page.keyboard.press('Escape');
    await unbroken();
});

test('messages are text', async () => {
    const {bob} = team.people;
    await openChannel(ada, 'Town Square');
    for (const message of ATTACKS) {
        await bob.api('POST', '/posts', {channel_id: team.townSquare.id, message});
    }
    await bob.api('POST', '/posts', {channel_id: team.townSquare.id, message: 'The last attack'});
    await postWith(ada, 'The last attack').waitFor();
    await screenshot(ada, 'safety-messages');
    const links = await ada.byTestId('channel-messages').evaluate((list) => [...list.querySelectorAll('a[href], img[src], iframe, script, form, base, meta, style')].map((x) => `${x.tagName} ${x.getAttribute('href') ?? x.getAttribute('src') ?? ''}`));
    for (const link of links) {
        assert.match(link, /^(A (https?:|mailto:|\/)|IMG (https?:|\/|blob:))/, link);
    }
    // What is a link is clicked, what is a button pressed.
    for (const click of await ada.byTestId('channel-messages').getByText('click', {exact: true}).all()) {
        await click.click();
    }
    await unbroken();
});

test('messages that are expensive to parse do not block the page', async () => {
    const {bob} = team.people;
    await openChannel(ada, 'Off-Topic');
    for (const message of HEAVY) {
        await bob.api('POST', '/posts', {channel_id: team.townSquare.id, message});
    }
    await bob.api('POST', '/posts', {channel_id: team.townSquare.id, message: 'The last heavy one'});
    await ada.page.reload();
    await openChannel(ada, 'Town Square');
    // It opens at the first message that was not seen yet.
    await ada.byTestId('jump-to-latest').click();
    await postWith(ada, 'The last heavy one').waitFor();
    await unbroken();
});

test('attachments and file names are text, and files never run on this origin', async () => {
    const {bob} = team.people;
    const evil = '<!doctype html><script>parent.broken=50;window.broken=50</script>';
    const send = async (name, type, body) => {
        const form = new FormData();
        form.append('channel_id', team.offTopic.id);
        form.append('files', new Blob([body], {type}), name);
        const answer = await fetch(`${server.url}/api/v4/files`, {method: 'POST', headers: {Authorization: `Bearer ${bob.token}`}, body: form});
        return (await answer.json()).file_infos[0].id;
    };
    const ids = [
        await send('"><img src=x onerror=window.broken=51>.txt', 'text/plain', 'x'),
        await send('page.html', 'text/html', evil),
        await send('drawing.svg', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"><script>window.broken=52</script></svg>'),
        await send('not-a-picture.png', 'image/png', evil),
    ];
    await bob.api('POST', '/posts', {
        channel_id: team.offTopic.id, message: 'With files', file_ids: ids,
        props: {attachments: [{title: '<img src=x onerror=window.broken=53>', title_link: 'javascript:window.broken=54', text: '[x](javascript:window.broken=55)', color: 'red;background:url(javascript:window.broken=56)', image_url: 'javascript:window.broken=57', author_name: '<script>window.broken=58</script>', fields: [{title: '<b>', value: {toString: 'x'}}, {title: 'n', value: '<img src=x onerror=window.broken=59>'}]}]},
    });
    await openChannel(ada, 'Off-Topic');
    await postWith(ada, 'With files').waitFor();
    await screenshot(ada, 'safety-files');
    await unbroken();
    for (const id of ids) {
        const answer = await fetch(`${server.url}/api/v4/files/${id}`, {headers: {Authorization: `Bearer ${bob.token}`}});
        assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
        // Opened as a page of its own, a file either downloads or runs nothing.
        const disposition = answer.headers.get('content-disposition') ?? '';
        const policy = answer.headers.get('content-security-policy') ?? '';
        assert.ok(disposition.startsWith('attachment') || /default-src 'none'|sandbox/.test(policy), `${disposition} ${policy}`);
    }
});

test('a URL with an attack has no effect', async () => {
    for (const path of ['/login?redirect_to=javascript:window.broken=70', '/login?redirect_to=//attacker.example', '/studio/pl/%22%3E%3Cimg%20src=x%20onerror=window.broken=71%3E', '/studio/channels/%3Cscript%3Ewindow.broken=72%3C%2Fscript%3E', '/studio/channels/town-square?thread=%3Cimg%20src=x%3E&search=%3Cimg%20src=x%20onerror=window.broken=73%3E', '/%E0%A4%A', '/studio/channels/%E0%A4%A', '/api/v4/%3Cscript%3E']) {
        await ada.page.goto(server.url + path);
        await ada.page.waitForFunction(() => document.body.innerText.trim() !== '');
        assert.doesNotMatch(await ada.page.evaluate(() => document.body.innerText), /Something went wrong/);
        await unbroken();
    }
    await call(server.url, team.admin.token, 'GET', '/users/me');
});
