// A mail server for tests: tests/lib/smtp_server.py.

import {spawn} from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';

const TESTS = path.join(import.meta.dirname, '..');

/** A mail server without encryption: `port`, `nextMail()`, `stop()`. */
export async function startMailServer() {
    const child = spawn(path.join(TESTS, '.venv/bin/python'), [path.join(TESTS, 'lib/smtp_server.py')], {stdio: ['pipe', 'pipe', 'inherit']});
    process.once('exit', () => child.kill('SIGKILL'));
    const lines = readline.createInterface({input: child.stdout})[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await lines.next()).value);
    const {plain: port} = await next();
    return {port, nextMail: async () => (await next()).mail, stop: () => child.kill()};
}
