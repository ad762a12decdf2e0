// A mail server for tests: tests/lib/smtp_server.py.

import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import {setTimeout} from 'node:timers/promises';

const TESTS = path.join(import.meta.dirname, '..');

/** A mail server without encryption: `port`, `nextMail()`, `stop()`. */
export async function startMailServer() {
    const child = spawn(path.join(TESTS, '.venv/bin/python'), [path.join(TESTS, 'lib/smtp_server.py')], {stdio: ['pipe', 'pipe', 'inherit']});
    process.once('exit', () => child.kill('SIGKILL'));
    const lines = readline.createInterface({input: child.stdout})[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await lines.next()).value);
    const {plain: port} = await next();
    // The limit is only met when a test fails.
    const nextMail = async () => {
        const {mail} = await Promise.race([next(), setTimeout(90_000, undefined, {ref: false}).then(() => ({}))]);
        assert.ok(mail, 'no mail arrived');
        return mail;
    };
    return {port, nextMail, stop: () => child.kill()};
}
