// A program with an AI, by the protocol's own SDK: it finds out where to register, is authorized by the person, and calls tools.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {Client} from '@modelcontextprotocol/sdk/client/index.js';
import {StreamableHTTPClientTransport} from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {UnauthorizedError} from '@modelcontextprotocol/sdk/client/auth.js';

import {call, signUp, startServer} from '../lib/server.mjs';

const REDIRECT = 'http://127.0.0.1:51005/back';

let server;
let ada;
let bob;
let team;
let channel;

before(async () => {
    server = await startServer();
    ada = await signUp(server.url, 'ada', server.setupCode);
    bob = await signUp(server.url, 'bob');
    const settings = {
        ServiceSettings: {SiteURL: server.url, EnableDynamicClientRegistration: true},
        McpSettings: {Enable: true, Posting: 'after_approval'},
    };
    await call(server.url, ada.token, 'PUT', '/config/patch', settings);
    ({body: team} = await call(server.url, ada.token, 'POST', '/teams', {name: 'studio', display_name: 'Studio', type: 'O'}));
    await call(server.url, ada.token, 'POST', `/teams/${team.id}/members`, {team_id: team.id, user_id: bob.id});
    ({body: channel} = await call(server.url, ada.token, 'POST', '/channels', {team_id: team.id, name: 'reviews', display_name: 'Reviews', type: 'O'}));
    await call(server.url, ada.token, 'POST', `/channels/${channel.id}/members`, {user_id: bob.id});
    await call(server.url, ada.token, 'POST', '/posts', {channel_id: channel.id, message: 'The first cut is ready, @bob'});
});
after(() => server.stop());

/** What the SDK asks of a program: where it keeps what it was given, and how it sends the person to the page. */
class Memory {
    redirectUrl = REDIRECT;
    clientMetadata = {client_name: 'Assistant', redirect_uris: [REDIRECT], grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], token_endpoint_auth_method: 'none'};
    clientInformation() { return this.client; }
    saveClientInformation(client) { this.client = client; }
    tokens() { return this.saved; }
    saveTokens(tokens) { this.saved = tokens; }
    codeVerifier() { return this.verifier; }
    saveCodeVerifier(verifier) { this.verifier = verifier; }
    redirectToAuthorization(address) { this.address = address; }
}

/** The person allows it on the page. */
async function allow(address, person) {
    const body = Object.fromEntries(new URL(address).searchParams);
    const answer = await fetch(new URL('/oauth/authorize', address), {method: 'POST', headers: {authorization: `Bearer ${person.token}`}, body: JSON.stringify(body)});
    assert.equal(answer.status, 200, await answer.clone().text());
    return new URL((await answer.json()).redirect).searchParams.get('code');
}

const address = () => new URL(`${server.url}/mcp`);

async function connect(options) {
    const client = new Client({name: 'assistant', version: '1.0.0'});
    const problems = [];
    client.onerror = (error) => problems.push(error);
    await client.connect(new StreamableHTTPClientTransport(address(), options));
    return {client, problems};
}

async function told(client, name, args = {}) {
    const answer = await client.callTool({name, arguments: args});
    assert.ok(!answer.isError, JSON.stringify(answer));
    return JSON.parse(answer.content[0].text);
}

test('a program registers, is authorized, reads and asks to post', async () => {
    const memory = new Memory();
    const transport = new StreamableHTTPClientTransport(address(), {authProvider: memory});
    await assert.rejects(new Client({name: 'assistant', version: '1.0.0'}).connect(transport), UnauthorizedError);
    assert.equal(memory.address.searchParams.get('resource'), `${server.url}/mcp`);
    await transport.finishAuth(await allow(memory.address, bob));

    const {client, problems} = await connect({authProvider: memory});
    assert.equal(client.getServerVersion().name, 'guildhall');
    const {tools} = await client.listTools();
    assert.ok(tools.some((tool) => tool.name === 'catch_up' && tool.annotations.readOnlyHint));
    assert.equal((await told(client, 'whoami')).username, 'bob');
    const unread = await told(client, 'catch_up');
    assert.equal(unread.channels.find((found) => found.title === 'Reviews').messages[0].text, 'The first cut is ready, @bob');
    assert.equal((await told(client, 'search_messages', {terms: 'cut'})).messages.length, 1);
    const sent = await told(client, 'send_message', {channel_id: channel.id, text: 'Thank you'});
    assert.equal(sent.state, 'waits_for_approval');
    const missing = await client.callTool({name: 'read_channel', arguments: {channel_id: 'x'.repeat(26)}});
    assert.ok(missing.isError);

    // The token is for the protocol alone.
    const elsewhere = await fetch(`${server.url}/api/v4/users/me`, {headers: {authorization: `Bearer ${memory.saved.access_token}`}});
    assert.equal(elsewhere.status, 403);

    // An expired token is replaced by the SDK with its refresh token.
    memory.saved = {...memory.saved, access_token: 'expired'};
    const refreshed = await connect({authProvider: memory});
    assert.equal((await told(refreshed.client, 'whoami')).username, 'bob');
    await refreshed.client.close();
    await client.close();
    assert.deepEqual(problems, []);
});

test('a program with a session of its own needs no app', async () => {
    const {client} = await connect({requestInit: {headers: {authorization: `Bearer ${ada.token}`}}});
    assert.equal((await told(client, 'whoami')).username, 'ada');
    await client.close();
    await assert.rejects(connect({requestInit: {headers: {authorization: 'Bearer guessed'}}}));
});
