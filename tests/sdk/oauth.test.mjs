// An app with a real OAuth library (oauth4webapi): it finds the server's description, registers itself, is authorized, and keeps its tokens.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import * as oauth from 'oauth4webapi';

import {call, signUp, startServer} from '../lib/server.mjs';

const REDIRECT = 'http://127.0.0.1:51004/back';
const insecure = {[oauth.allowInsecureRequests]: true};

let server;
let ada;

before(async () => {
    server = await startServer();
    ada = await signUp(server.url, 'ada', server.setupCode);
    const settings = {ServiceSettings: {SiteURL: server.url, EnableDynamicClientRegistration: true}};
    await call(server.url, ada.token, 'PUT', '/config/patch', settings);
});
after(() => server.stop());

async function discover() {
    // RFC 8414; the issuer in the answer must be the address that was asked.
    const url = new URL(server.url);
    return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, {algorithm: 'oauth2', ...insecure}));
}

/** What the person's browser does when they allow it: the page, and the answer of the web client. */
async function allow(address) {
    const page = await fetch(address, {redirect: 'manual'});
    assert.equal(page.status, 200);
    const body = Object.fromEntries(new URL(address).searchParams);
    const answer = await fetch(new URL('/oauth/authorize', address), {method: 'POST', headers: {authorization: `Bearer ${ada.token}`}, body: JSON.stringify(body)});
    assert.equal(answer.status, 200, await answer.clone().text());
    return new URL((await answer.json()).redirect);
}

async function authorize(as, client) {
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const address = new URL(as.authorization_endpoint);
    const challenge = await oauth.calculatePKCECodeChallenge(verifier);
    const asked = {client_id: client.client_id, redirect_uri: REDIRECT, response_type: 'code', scope: 'user', code_challenge: challenge, code_challenge_method: 'S256', state};
    address.search = new URLSearchParams(asked).toString();
    const params = oauth.validateAuthResponse(as, client, await allow(address), state);
    return {params, verifier};
}

for (const method of ['none', 'client_secret_basic', 'client_secret_post']) {
    test(`an app is authorized, and its tokens rotate (${method})`, async () => {
        const as = await discover();
        const registration = {redirect_uris: ['http://127.0.0.1/back'], client_name: `Helper ${method}`, token_endpoint_auth_method: method};
        const client = await oauth.processDynamicClientRegistrationResponse(await oauth.dynamicClientRegistrationRequest(as, registration, insecure));
        const authentication = {
            none: () => oauth.None(),
            client_secret_basic: () => oauth.ClientSecretBasic(client.client_secret),
            client_secret_post: () => oauth.ClientSecretPost(client.client_secret),
        }[method]();

        const {params, verifier} = await authorize(as, client);
        const first = await oauth.processAuthorizationCodeResponse(as, client, await oauth.authorizationCodeGrantRequest(as, client, authentication, params, REDIRECT, verifier, insecure));
        assert.equal(first.token_type, 'bearer');
        assert.equal(first.scope, 'user');
        const me = await oauth.protectedResourceRequest(first.access_token, 'GET', new URL(`${server.url}/api/v4/users/me`), undefined, undefined, insecure);
        assert.equal((await me.json()).username, 'ada');

        const refresh = async (token) => oauth.processRefreshTokenResponse(as, client, await oauth.refreshTokenGrantRequest(as, client, authentication, token, insecure));
        const second = await refresh(first.refresh_token);
        assert.notEqual(second.refresh_token, first.refresh_token);
        const isInvalid = (error) => error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant';
        await assert.rejects(refresh(first.refresh_token), isInvalid);
        await assert.rejects(refresh(second.refresh_token), isInvalid);
    });
}
