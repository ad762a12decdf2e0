// A fresh database for a test, on each of the servers that `scripts/test-databases` started.

import {execFileSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';

const POSTGRES = process.env.GUILDHALL_TEST_POSTGRES_URL;
const MYSQL = process.env.GUILDHALL_TEST_MYSQL_URL;
/** Names fewer databases where that is wanted: GUILDHALL_TEST_DATABASES=sqlite. */
const WANTED = (process.env.GUILDHALL_TEST_DATABASES ?? 'sqlite,postgres,mysql').split(',');

/** [name, create() -> URL or undefined for SQLite in the data folder] of each database to test on. */
export const databases = [
    ['sqlite', () => undefined],
    ['postgres', () => fresh(POSTGRES, (url, name) => execFileSync('psql', [url.href, '--quiet', '--command', `CREATE DATABASE ${name}`]))],
    ['mysql', () => fresh(MYSQL, (url, name) => execFileSync('mariadb', [
        `--host=${url.hostname}`, `--port=${url.port}`, `--user=${decodeURIComponent(url.username)}`,
        ...(url.password ? [`--password=${decodeURIComponent(url.password)}`] : []),
        `--execute=CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
    ]))],
].filter(([name]) => WANTED.includes(name));

function fresh(server, create) {
    if (!server) {
        throw new Error('the test databases are not running: run `make test`, or scripts/test-databases');
    }
    const url = new URL(server);
    const name = `conversation_${randomBytes(6).toString('hex')}`;
    create(url, name);
    url.pathname = `/${name}`;
    return url.href;
}
