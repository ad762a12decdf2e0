// The administrators' page of backups, with real ones: adding a target, backing up, checking, restoring as a test, and what fails.

import assert from 'node:assert/strict';
import {mkdir, readdir, rename, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {after, test} from 'node:test';

import {intercept, screenshot, setViewport} from '../lib/browser.mjs';
import {restoreAfterTest} from '../lib/restore.mjs';
import {setUp} from '../lib/setup.mjs';

const {server, ada, team} = await setUp({people: ['ada'], windows: ['ada']});
const root = team.people.ada;
const folder = `${server.folder}-backups`;
after(() => rm(folder, {recursive: true, force: true}));

const {page, byTestId} = ada;
const dialog = byTestId('target-dialog');
const field = (name) => dialog.getByTestId(`target-${name}`);
const card = (name) => page.locator(`[data-testid=target][data-name="${name}"]`);
const toast = (text) => byTestId('toast').filter({hasText: text});

const openBackups = async () => {
    await page.goto(`${server.url}/admin_console/environment/backups`);
    await byTestId('add-target').waitFor();
};

/** Waits until the element with that test id has the focus. */
const focused = (id) => page.waitForFunction((wanted) => document.activeElement?.dataset.testid === wanted, id);

test('a target is added, after what was wrong with it was named at its field', async () => {
    await mkdir(folder);
    await openBackups();
    await page.getByText('An array of disks (RAID) is no backup').waitFor();
    await screenshot(ada, 'backups-empty');
    await byTestId('add-target').click();
    await dialog.waitFor();
    await screenshot(ada, 'backups-form');
    await field('submit').click();
    await dialog.getByText('Enter the folder with its whole path').waitFor();
    await dialog.getByText('Use at least 12 characters.').waitFor();
    await focused('target-folder');
    await screenshot(ada, 'backups-form-wrong');

    // What only the server can know.
    await writeFile(path.join(folder, 'file'), '');
    await field('folder').fill(path.join(folder, 'file'));
    await field('generate').click();
    const password = await field('password').inputValue();
    assert.match(password, /^(?:[a-z2-9]{5}-){4}[a-z2-9]{5}$/);
    // As over plain HTTP, where browsers have no clipboard for scripts.
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', {value: undefined}));
    await field('copy').click();
    await field('copy').getByText('Copied').waitFor();
    await field('name').focus();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.press('ControlOrMeta+V');
    assert.equal(await field('name').inputValue(), password);
    await field('name').fill('usb');
    await field('interval').selectOption('0');
    await field('submit').click();
    await dialog.getByText(/file cannot be used: /).waitFor();
    await focused('target-folder');
    await screenshot(ada, 'backups-form-unusable');

    await field('folder').fill(path.join(folder, 'usb'));
    await field('submit').press('Enter');
    await card('usb').getByText('New', {exact: true}).waitFor();
    await toast('Backups are made to usb when you ask for one.').waitFor();
    await focused('add-target');
    const [target] = await root.api('GET', '/backups/targets');
    assert.deepEqual([target.location, target.interval_hours, target.keep.daily], [path.join(folder, 'usb'), 0, 7]);
});

test('a backup is made, listed, checked, and restored as a test', async () => {
    const usb = card('usb');
    assert.equal(await usb.getByTestId('target-start-drill').getAttribute('aria-disabled'), 'true', 'there is nothing to restore');
    await usb.getByTestId('target-start-backup').click();
    await usb.getByTestId('target-running').waitFor();
    await toast(/The backup to usb was made: .* are new\./).waitFor();
    await usb.getByTestId('target-backup').getByText('Took').waitFor();
    await usb.getByTestId('target-running').waitFor({state: 'detached'});
    await focused('target-start-backup');

    await usb.getByTestId('target-start-check').click();
    await toast('Everything at usb was read, and is whole.').waitFor();
    await usb.getByTestId('target-check').getByText('Whole').waitFor();
    await usb.getByTestId('target-start-drill').click();
    await toast(/The newest backup at usb was restored as a test: .* are as they were\./).waitFor();
    await usb.getByTestId('target-drill').getByText('All was as before').waitFor();
    assert.equal(await usb.getAttribute('data-state'), 'good');

    await usb.getByTestId('target-list').getByText('Backups at this target').click();
    await usb.getByTestId('backup-row').waitFor();
    const [backup] = await root.api('GET', `/backups/targets/${(await root.api('GET', '/backups/targets'))[0].id}/backups`);
    await usb.getByTestId('backup-row').getByText(backup.snapshot.slice(0, 10)).waitFor();
});

test('a target is changed, and a backup that is slow shows its progress and is canceled', async () => {
    await card('usb').getByTestId('target-edit').click();
    await field('password').fill('another long password');
    await field('name').fill('USB disk');
    await field('interval').selectOption('168');
    await field('options').getByText('What is kept, and bandwidth').click();
    await field('keep-yearly').fill('0');
    await field('rate').fill('0.02');
    await dialog.getByText('Keeps the newest 3, and the newest of each of the last 7 days, 5 weeks, and 12 months; 20 KB per second.').waitFor();
    await screenshot(ada, 'backups-form-edit');
    await field('submit').click();
    await dialog.getByText('The password does not open the repository').waitFor();
    await focused('target-password');
    await field('password').fill('');
    await field('submit').click();
    const usb = card('USB disk');
    await usb.getByTestId('target-settings').getByText('Every week · Keeps the newest 3').waitFor();
    await focused('target-edit');

    // So much is new that it takes a minute.
    const upload = new FormData();
    upload.append('files', new Blob([crypto.getRandomValues(new Uint8Array(60_000)), ...Array.from({length: 20}, () => crypto.getRandomValues(new Uint8Array(60_000)))]), 'large.bin');
    const sent = await fetch(`${server.url}/api/v4/files?channel_id=${team.townSquare.id}`, {method: 'POST', headers: {Authorization: `Bearer ${root.token}`}, body: upload});
    const [{id}] = (await sent.json()).file_infos;
    await root.api('POST', '/posts', {channel_id: team.townSquare.id, message: 'A large file', file_ids: [id]});
    await usb.getByTestId('target-start-backup').click();
    await usb.getByTestId('target-running').getByText(/^[1-9]\d* %$/).waitFor();
    await screenshot(ada, 'backups-running');
    await usb.getByTestId('target-cancel').click();
    await toast('The backup to USB disk was canceled.').waitFor();
    await usb.getByTestId('target-running').waitFor({state: 'detached'});
    assert.equal(await usb.getByTestId('target-problem').count(), 0, 'what was canceled has not failed');
});

test('a backup that fails says why, is tried again, and succeeds when the disk is back', async () => {
    const usb = card('USB disk');
    const place = path.join(folder, 'usb');
    await root.api('PUT', `/backups/targets/${(await root.api('GET', '/backups/targets'))[0].id}`, {location: place, bytes_per_second: 0});
    const parked = path.join(folder, 'unplugged');
    await rename(place, parked);
    await writeFile(place, '');
    await usb.getByTestId('target-start-backup').click();
    await usb.getByTestId('target-problem').getByText(/^The last backup failed: .* cannot be used: /).waitFor();
    await usb.getByText('The last attempt failed. The server tries again soon.').waitFor();
    assert.equal(await usb.getAttribute('data-state'), 'failed');
    await screenshot(ada, 'backups-failed');
    await rm(place);
    await rename(parked, place);
    await usb.getByTestId('target-run-now').click();
    await toast('The backup to USB disk was made').waitFor();
    await usb.getByTestId('target-problem').waitFor({state: 'detached'});
    assert.equal(await usb.getAttribute('data-state'), 'good');
    // The list, which is open, is that of now.
    await usb.getByTestId('chart').nth(1).waitFor();
    assert.equal(await usb.getByTestId('backup-row').count(), 2);
});

test('the addresses of other kinds of targets are composed of their parts', async () => {
    const requests = [];
    const stop = await intercept(ada, '**/api/v4/backups/targets', (route) => {
        if (route.request().method() !== 'POST') {
            return route.fallback();
        }
        requests.push(route.request().postDataJSON());
        return route.fulfill({status: 400, json: {id: 'api.backups.target.unusable.app_error', message: 'The storage denied access.', status_code: 400}});
    });
    await byTestId('add-target').click();
    await dialog.getByRole('radio', {name: /^SFTP/}).check();
    await field('sftpHost').fill('nas.example.com');
    await field('sftpUser').fill('backup');
    await field('sftpPath').fill('/srv/guildhall');
    await field('generate').click();
    await screenshot(ada, 'backups-form-sftp');
    await field('submit').click();
    await field('problem').getByText('The storage denied access.').waitFor();
    await focused('target-sftpHost');
    await dialog.getByRole('radio', {name: /^S3/}).check();
    await field('problem').waitFor({state: 'detached'});
    await field('s3Endpoint').fill('s3.example.com');
    await field('s3Bucket').fill('studio');
    await field('s3Prefix').fill('chat');
    await field('accessKey').fill('KEY');
    await field('secretKey').fill('secret');
    await screenshot(ada, 'backups-form-s3');
    await field('submit').click();
    await field('problem').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({state: 'detached'});
    await stop();
    assert.deepEqual(requests.map((request) => [request.name, request.location, request.access_key, request.secret_key]), [
        ['nas.example.com', 'sftp:backup@nas.example.com:/srv/guildhall', '', ''],
        ['studio', 's3:https://s3.example.com/studio/chat', 'KEY', 'secret'],
    ]);
});

test('a target gets each change within seconds', async () => {
    await card('USB disk').getByTestId('target-edit').click();
    await field('continuous').check();
    await screenshot(ada, 'backups-form-continuous');
    await field('submit').click();
    await dialog.waitFor({state: 'detached'});
    await card('USB disk').getByTestId('target-continuous').getByText('Everything of before can be restored').waitFor();
    await screenshot(ada, 'backups-continuous');
    await card('USB disk').getByTestId('target-edit').click();
    await field('continuous').uncheck();
    await field('submit').click();
    await card('USB disk').getByTestId('target-continuous').waitFor({state: 'detached'});
});

/** Answers with four targets: one in order with a year of backups, one that runs, one that is new, and one that has failed. */
async function withExample(window) {
    const hour = 3_600_000;
    const day = 24 * hour;
    const now = Date.now();
    const target = (id, name, location, more) => ({
        id, name, location, create_at: now - 400 * day, update_at: now, access_key: '', interval_hours: 24, keep: {last: 3, daily: 7, weekly: 5, monthly: 12, yearly: 3}, bytes_per_second: 0,
        last_start_at: now - 5 * hour, last_success_at: now - 5 * hour, last_snapshot: id, last_duration_ms: 43_000, last_bytes: 31.4e9, last_bytes_added: 87e6, last_error: '',
        last_check_at: now - 3 * day, last_check_error: '', last_drill_at: now - 2 * day, last_drill_error: '', last_drill_duration_ms: 412_000, ...more,
    });
    const drillError = 'The table posts of the restored database differs from the backup: 120034 rows in place of 120035.';
    const targets = [
        target('cellar', 'Cellar', 'sftp:backup@nas.example.com:/srv/backup/guildhall', {last_error: 'sftp:backup@nas.example.com:/srv/backup/guildhall did not answer in time.', last_drill_error: drillError, last_success_at: now - 30 * hour}),
        target('cloud', 'Cloud', 's3:https://s3.example.com/studio/guildhall', {bytes_per_second: 2 * 1024 * 1024}),
        target('new', 'Second disk', '/mnt/second/guildhall', {create_at: now - 60_000, interval_hours: 1, last_success_at: 0, last_check_at: 0, last_drill_at: 0}),
        target('usb', 'USB disk', '/mnt/usb/guildhall', {}),
    ];
    const job = {id: 'j'.repeat(26), type: 'backup', create_at: now - 90_000, start_at: now - 90_000, last_activity_at: now, status: 'in_progress', progress: 34, data: {target_id: 'cloud'}};
    const backups = Array.from({length: 28}, (_, index) => ({
        snapshot: (0x9e3779b97f4a7 * (index + 1)).toString(16).padEnd(64, '0'), create_at: now - 5 * hour - day * (index < 10 ? index : 10 + (index - 10) * 7), host: 'studio',
        files: 48_211 - 310 * index, bytes: 31.4e9 * 0.97 ** index, bytes_added: 60e6 + 50e6 * Math.abs(Math.sin(index * 2.1)) * (index < 10 ? 1 : 4),
    }));
    await intercept(window, '**/api/v4/backups/targets', (route) => route.fulfill({json: targets}));
    await intercept(window, '**/api/v4/backups/targets/*/backups', (route) => route.fulfill({json: backups}));
    await intercept(window, '**/api/v4/jobs/type/*', (route) => route.fulfill({json: route.request().url().includes('/backup?') ? [job] : []}));
}

test('several targets are readable in the dark and on a phone', async () => {
    await withExample(ada);
    restoreAfterTest(() => page.emulateMedia({colorScheme: null}));
    /** Keeps a screenshot of each appearance, in which nothing is wider than the window. */
    const look = async (what) => {
        for (const [name, colorScheme, viewport] of [['dark', 'dark', {width: 1440, height: 1000}], ['phone', 'light', {width: 390, height: 844}]]) {
            await page.emulateMedia({colorScheme});
            await setViewport(ada, viewport);
            assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${what}, ${name}`);
            await screenshot(ada, `backups-${what}-${name}`);
        }
    };
    await openBackups();
    await card('Cloud').getByText('34 %').waitFor();
    const states = await byTestId('target').evaluateAll((cards) => cards.map((each) => `${each.dataset.name}: ${each.dataset.state}`));
    assert.deepEqual(states, ['Cellar: failed', 'Cloud: good', 'Second disk: new', 'USB disk: good']);
    await look('several');
    await card('USB disk').getByText('Backups at this target').click();
    await card('USB disk').getByTestId('chart').nth(1).waitFor();
    assert.equal(await card('USB disk').getByTestId('backup-row').count(), 28);
    await look('list');
    await byTestId('add-target').click();
    await field('generate').click();
    await look('add');
});

test('a restored server says that its backups are paused, until they are resumed', async () => {
    const at = Date.now() - 3_600_000;
    let isPaused = true;
    await intercept(ada, '**/api/v4/backups/pause', (route) => {
        if (route.request().method() === 'DELETE') {
            isPaused = false;
            return route.fulfill({json: {status: 'OK'}});
        }
        return route.fulfill({json: isPaused ? {is_paused: true, restored_at: at, restored_from: '/mnt/backup/guildhall', state_at: at - 60_000} : {is_paused: false, restored_at: 0, restored_from: '', state_at: 0}});
    });
    restoreAfterTest(() => page.emulateMedia({colorScheme: null}));
    await openBackups();
    const notice = byTestId('backups-paused');
    await notice.getByText('from /mnt/backup/guildhall').waitFor();
    assert.equal(await card('USB disk').getAttribute('data-state'), 'paused');
    assert.equal(await card('USB disk').getByTestId('target-start-backup').getAttribute('aria-disabled'), 'true');
    for (const [name, colorScheme, viewport] of [['dark', 'dark', {width: 1440, height: 1000}], ['phone', 'light', {width: 390, height: 844}]]) {
        await page.emulateMedia({colorScheme});
        await setViewport(ada, viewport);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name);
        await screenshot(ada, `backups-paused-${name}`);
    }
    await notice.getByTestId('backups-resume').click();
    await toast('Backups are made again.').waitFor();
    await notice.waitFor({state: 'detached'});
    assert.equal(await card('USB disk').getAttribute('data-state'), 'good');
});

test('a target is removed after a question, and its backups stay', async () => {
    await openBackups();
    await card('USB disk').getByTestId('target-remove').click();
    const question = byTestId('remove-target-dialog');
    await question.getByText(`The backups that are at ${path.join(folder, 'usb')} stay`).waitFor();
    await screenshot(ada, 'backups-remove');
    await question.getByTestId('remove-target-confirm').click();
    await card('USB disk').waitFor({state: 'detached'});
    await page.getByText('There is no backup yet').waitFor();
    await focused('add-target');
    assert.ok((await readdir(path.join(folder, 'usb'))).includes('config'));
});
