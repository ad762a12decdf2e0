// Starts the real binary on a port and folder of its own, and stops it again.

import {execFileSync, spawn} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import readline from 'node:readline';

const BINARY = process.env.GUILDHALL_BIN;
export const PASSWORD = 'Passw0rd!longer';

/** A running server: `url`, `stop()` for a clean end, `kill()` for a power cut, `restart()` on the same data and port. */
export async function startServer({env = {}, databaseUrl} = {}) {
    if (!BINARY) {
        throw new Error('GUILDHALL_BIN must name the binary: run `make test`');
    }
    const folder = await mkdtemp(path.join(tmpdir(), 'guildhall-'));
    const server = {folder, url: null, process: null};

    const start = async (listen) => {
        const args = ['serve', '--data-dir', folder, '--listen', listen];
        if (databaseUrl) {
            args.push('--database-url', databaseUrl);
        }
        const child = spawn(BINARY, args, {
            stdio: ['ignore', 'pipe', 'inherit'],
            env: {...process.env, GUILDHALL_SIGNUP_OPEN: 'true', GUILDHALL_LIMITS_ENABLED: 'false', GUILDHALL_SERVER_PASSWORD_MEMORY_KIB: '1024', ...env},
        });
        server.process = child;
        // A test file that fails before it could stop its server would wait for it for ever.
        for (const event of ['exit', 'uncaughtExceptionMonitor']) {
            process.once(event, () => child.kill('SIGKILL'));
        }
        server.url = await new Promise((resolve, reject) => {
            child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready`)));
            readline.createInterface({input: child.stdout}).on('line', (line) => {
                const ready = line.match(/ready at (http:\/\/\S+)/);
                if (ready) {
                    resolve(ready[1]);
                }
            });
        });
        child.removeAllListeners('exit');
    };

    server.isRunning = () => server.process.exitCode === null && server.process.signalCode === null;

    const end = async (signal) => {
        const child = server.process;
        if (!server.isRunning()) {
            return;
        }
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill(signal);
        await ended;
    };

    /** The address of the set-up page, with the code that the first account takes from other machines and through proxies. */
    server.setupLink = () => execFileSync(BINARY, ['setup', '--link', '--data-dir', folder, '--listen', new URL(server.url).host], {encoding: 'utf8', env: {...process.env, ...env}}).trim();

    server.kill = () => end('SIGKILL');
    server.restart = async () => {
        await end('SIGTERM');
        await start(new URL(server.url).host);
    };
    server.stop = async () => {
        await end('SIGTERM');
        await rm(folder, {recursive: true, force: true});
    };
    await start('127.0.0.1:0');
    return server;
}

/** One call to the API; throws where the answer is no success. */
export async function call(url, token, method, route, body) {
    const answer = await fetch(`${url}/api/v4${route}`, {
        method,
        headers: {...(token && {Authorization: `Bearer ${token}`}), ...(body && {'Content-Type': 'application/json'})},
        body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) {
        throw new Error(`${method} ${route}: ${answer.status} ${text}`);
    }
    return {body: text ? JSON.parse(text) : null, headers: answer.headers};
}

/** A new account, logged in; the first one of a server is its administrator. */
export async function signUp(url, username, setupCode = '') {
    await call(url, null, 'POST', `/users?setup_code=${setupCode}`, {email: `${username.replace(/\W/g, '')}@example.com`, username, password: PASSWORD});
    const {body, headers} = await call(url, null, 'POST', '/users/login', {login_id: username, password: PASSWORD});
    return {...body, token: headers.get('token')};
}
