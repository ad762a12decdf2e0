// Real proxies in front of the real binary, from the files that are shipped in packaging/proxy: only ports and paths differ.

import {execFileSync, spawn} from 'node:child_process';
import {randomInt} from 'node:crypto';
import {existsSync} from 'node:fs';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import net from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';

import {until} from './until.mjs';

// A file of tests starts several proxies and servers, each of which is killed at its end.
process.setMaxListeners(50);

const FILES = new URL('../../packaging/proxy/', import.meta.url);

/** The proxies to test: GUILDHALL_TEST_PROXIES=nginx,haproxy,haproxy-tcp,caddy,apache; those that Debian's tests have by default. */
export const proxies = (process.env.GUILDHALL_TEST_PROXIES ?? 'nginx,haproxy,haproxy-tcp').split(',');

/** Which of them have a file for a site below a path. */
export const pathProxies = proxies.filter((name) => name !== 'haproxy-tcp').map((name) => `${name}-path`);

/** A port that was free a moment ago, and that the system gives to nobody who asks for any: those begin at 32768. */
export async function freePort() {
    for (;;) {
        const port = randomInt(10_000, 32_768);
        const server = net.createServer();
        const isFree = await new Promise((resolve) => server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)));
        if (isFree) {
            await new Promise((resolve) => server.close(resolve));
            return port;
        }
    }
}

/** The text with each of the pairs replaced, all of which it must have: a shipped file that has changed is not half adapted. */
function adapt(text, pairs) {
    return pairs.reduce((adapted, [from, to]) => {
        if (!adapted.includes(from)) {
            throw new Error(`the shipped file does not have ${JSON.stringify(from)}`);
        }
        return adapted.replaceAll(from, to);
    }, text);
}

/** The host in a shipped file. */
const hostIn = (file) => (file.includes('-path') ? 'example.com' : 'chat.example.com');

const shipped = (name) => readFile(new URL(name, FILES), 'utf8');

/** Writes a certificate for 127.0.0.1 and its key. */
function createCertificate(folder) {
    const [certificate, key] = ['site.crt', 'site.key'].map((name) => path.join(folder, name));
    execFileSync('openssl', [
        'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1',
        '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate,
    ], {stdio: ['ignore', 'ignore', 'pipe']});
    return {certificate, key};
}

async function nginx(file, {folder, certificate, key, http, https, upstream}) {
    const host = hostIn(file);
    const site = adapt(await shipped(file), [
        ['listen 80;', `listen 127.0.0.1:${http};`], ['listen [::]:80;', ''],
        ['listen 443 ssl http2;', `listen 127.0.0.1:${https} ssl http2;`], ['listen [::]:443 ssl http2;', ''],
        [`server_name ${host};`, 'server_name _;'], ['https://$host$request_uri', `https://$host:${https}$request_uri`],
        [`/etc/letsencrypt/live/${host}/fullchain.pem`, certificate], [`/etc/letsencrypt/live/${host}/privkey.pem`, key],
        ['127.0.0.1:8065', upstream],
    ]);
    await writeFile(path.join(folder, 'site.conf'), site);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`);
    await writeFile(path.join(folder, 'nginx.conf'), `
        daemon off; ${process.getuid() === 0 ? 'user root;' : ''} pid ${folder}/nginx.pid; error_log ${folder}/error.log info; worker_processes 2;
        events { worker_connections 2048; }
        http { access_log ${folder}/access.log; ${temporary.join(' ')} include ${folder}/site.conf; }
    `);
    return ['/usr/sbin/nginx', ['-p', folder, '-c', path.join(folder, 'nginx.conf'), '-e', `${folder}/start.log`]];
}

async function haproxy(file, {folder, certificate, key, http, https, upstream}) {
    const pem = path.join(folder, 'site.pem');
    await writeFile(pem, (await readFile(certificate, 'utf8')) + (await readFile(key, 'utf8')));
    const config = adapt(await shipped(file), [
        ['log /dev/log local0', 'log stdout format raw local0'],
        ['bind :80\n', `bind 127.0.0.1:${http}\n`], ['redirect scheme https code 301', `redirect prefix https://127.0.0.1:${https} code 301`],
        [`bind :443 ssl crt /etc/haproxy/certs/${hostIn(file)}.pem`, `bind 127.0.0.1:${https} ssl crt ${pem}`],
        ['127.0.0.1:8065', upstream],
    ]);
    await writeFile(path.join(folder, 'haproxy.cfg'), config);
    return ['/usr/sbin/haproxy', ['-db', '-f', path.join(folder, 'haproxy.cfg')]];
}

async function caddy(file, {folder, certificate, key, http, https, upstream}) {
    const host = hostIn(file);
    const config = adapt(await shipped(file), [
        ['{\n\tservers {', `{\n\tadmin off\n\tskip_install_trust\n\thttp_port ${http}\n\thttps_port ${https}\n\tservers {`],
        [`\n${host} {`, `\nhttps://127.0.0.1:${https} {`],
        [`# tls /etc/caddy/certs/${host}.pem /etc/caddy/certs/${host}.key`, `tls ${certificate} ${key}`],
        ['\treverse_proxy 127.0.0.1:8065', `\treverse_proxy ${upstream}`],
    ]);
    await writeFile(path.join(folder, 'Caddyfile'), config);
    return ['/usr/bin/caddy', ['run', '--adapter', 'caddyfile', '--config', path.join(folder, 'Caddyfile')]];
}

async function apache(file, {folder, certificate, key, http, https, upstream}) {
    const host = hostIn(file);
    const site = adapt(await shipped(file), [
        ['<VirtualHost *:80>', `<VirtualHost 127.0.0.1:${http}>`], ['<VirtualHost *:443>', `<VirtualHost 127.0.0.1:${https}>`],
        [`ServerName ${host}`, 'ServerName 127.0.0.1'], [`https://${host}/\n`, `https://127.0.0.1:${https}/\n`],
        [`/etc/letsencrypt/live/${host}/fullchain.pem`, certificate], [`/etc/letsencrypt/live/${host}/privkey.pem`, key],
        ['http://127.0.0.1:8065/', `http://${upstream}/`],
    ]);
    await writeFile(path.join(folder, 'site.conf'), site);
    const modules = ['mpm_event', 'authz_core', 'socache_shmcb', 'ssl', 'http2', 'headers', 'proxy', 'proxy_http', 'reqtimeout', 'alias'];
    await writeFile(path.join(folder, 'apache.conf'), [
        ...modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
        `ServerRoot ${folder}`, `PidFile ${folder}/apache.pid`, `DefaultRuntimeDir ${folder}`, `ErrorLog ${folder}/error.log`, 'ServerName 127.0.0.1',
        'User www-data', 'Group www-data', `Listen 127.0.0.1:${http}`, `Listen 127.0.0.1:${https}`, `Include ${folder}/site.conf`, '',
    ].join('\n'));
    return ['/usr/sbin/apache2', ['-D', 'FOREGROUND', '-f', path.join(folder, 'apache.conf')]];
}

const STARTS = {
    nginx: [nginx, 'nginx.conf'],
    'nginx-path': [nginx, 'nginx-path.conf'],
    haproxy: [haproxy, 'haproxy.cfg'],
    'haproxy-tcp': [haproxy, 'haproxy-tcp.cfg'],
    'haproxy-path': [haproxy, 'haproxy-path.cfg'],
    caddy: [caddy, 'Caddyfile'],
    'caddy-path': [caddy, 'Caddyfile-path'],
    apache: [apache, 'apache.conf'],
    'apache-path': [apache, 'apache-path.conf'],
};

/** Resolves once something listens at the port. */
const listens = (port) => until(`port ${port} is open`, () => new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('connect', () => {
        socket.destroy();
        resolve(true);
    });
    socket.on('error', () => resolve(false));
}));

/** The two ports of a proxy, which the server has to know before it starts. */
export async function choosePorts() {
    return {http: await freePort(), https: await freePort()};
}

/** A running proxy in front of `upstream` ("127.0.0.1:port"): `url`, `httpUrl`, `pid`, `stop()`. */
export async function startProxyServer(kind, upstream, ports) {
    const folder = await mkdtemp(path.join(tmpdir(), `guildhall-${kind}-`));
    const [prepare, file] = STARTS[kind];
    const [program, args] = await prepare(file, {folder, ...createCertificate(folder), ...ports, upstream});
    if (!existsSync(program)) {
        throw new Error(`there is no ${program}: run scripts/install-test-tools, or \`make test-proxies\` for Caddy and Apache`);
    }
    const child = spawn(program, args, {stdio: ['ignore', 'pipe', 'pipe'], env: {...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder}});
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (output += text));
    for (const event of ['exit', 'uncaughtExceptionMonitor']) {
        process.once(event, () => child.kill('SIGTERM'));
    }
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const early = ended.then((code) => {
        throw new Error(`${kind} ended with ${code}: ${output}`);
    });
    early.catch(() => undefined);
    await Promise.race([Promise.all([listens(ports.http), listens(ports.https)]), early]);
    return {
        kind,
        folder,
        url: `https://127.0.0.1:${ports.https}`,
        httpUrl: `http://127.0.0.1:${ports.http}`,
        pid: child.pid,
        log: () => output,
        async stop() {
            child.kill('SIGTERM');
            await ended;
            await rm(folder, {recursive: true, force: true});
        },
    };
}
