// Mattermost's own client library, unchanged, against the real binary.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import mattermost from '@mattermost/client';

import {codeOf} from '../lib/authenticator.mjs';
import {PASSWORD, startServer} from '../lib/server.mjs';

const {Client4} = mattermost;

let server;
let ada;
let bob;

async function client(username) {
    const client = new Client4();
    client.setUrl(server.url);
    const user = await client.createUser({email: `${username}@example.com`, username, password: PASSWORD}, '', '');
    await client.login(username, PASSWORD);
    return Object.assign(client, {user});
}

before(async () => {
    server = await startServer();
    ada = await client('ada');
    bob = await client('bob');
});
after(() => server.stop());

test('the first account is the administrator, the second is not', async () => {
    assert.match((await ada.getMe()).roles, /system_admin/);
    assert.doesNotMatch((await bob.getMe()).roles, /system_admin/);
});

test('the client configuration and the licence are read without a session', async () => {
    const stranger = new Client4();
    stranger.setUrl(server.url);
    const config = await stranger.getClientConfig();
    assert.equal(config.Version, '11.9.0');
    assert.equal(config.NoAccounts, 'false');
    assert.ok(await stranger.getClientLicenseOld());
});

test('teams, channels and people', async () => {
    const team = await ada.createTeam({name: 'studio', display_name: 'Studio', type: 'O'});
    await ada.addToTeam(team.id, bob.user.id);
    const channel = await ada.createChannel({team_id: team.id, name: 'film', display_name: 'Film', type: 'O'});
    await bob.addToChannel(bob.user.id, channel.id);
    assert.deepEqual((await bob.getMyTeams()).map((t) => t.name), ['studio']);
    const names = (await bob.getMyChannels(team.id)).map((c) => c.name).sort();
    assert.deepEqual(names, ['film', 'off-topic', 'town-square']);
    assert.equal((await bob.getChannelStats(channel.id)).member_count, 2);
    assert.deepEqual((await bob.getProfilesInChannel(channel.id)).map((u) => u.username).sort(), ['ada', 'bob']);
    assert.equal((await bob.getChannelByName(team.id, 'film')).id, channel.id);
    assert.equal((await bob.autocompleteChannels(team.id, 'fi')).length, 1);
    assert.equal((await bob.autocompleteUsers('ad', team.id, channel.id)).users[0].username, 'ada');
});

test('posts, threads, reactions, pins, search', async () => {
    const team = (await ada.getMyTeams())[0];
    const channel = await ada.getChannelByName(team.id, 'film');
    const first = await ada.createPost({channel_id: channel.id, message: 'The **first** cut is up, @bob', pending_post_id: `${ada.user.id}:1`});
    const again = await ada.createPost({channel_id: channel.id, message: 'The **first** cut is up, @bob', pending_post_id: `${ada.user.id}:1`});
    assert.equal(again.id, first.id);
    const reply = await bob.createPost({channel_id: channel.id, message: 'Marvellous', root_id: first.id});
    assert.deepEqual(Object.keys((await ada.getPostThread(first.id)).posts).sort(), [first.id, reply.id].sort());
    await bob.addReaction(bob.user.id, first.id, 'clapper');
    assert.equal((await ada.getReactionsForPost(first.id))[0].emoji_name, 'clapper');
    await bob.pinPost(first.id);
    assert.ok((await ada.getPinnedPosts(channel.id)).posts[first.id]);
    const edited = await ada.patchPost({id: first.id, message: 'The second cut is up, @bob'});
    assert.ok(edited.edit_at > 0);
    assert.deepEqual((await bob.searchPosts(team.id, 'second cut', false)).order, [first.id]);
    assert.equal((await bob.getMyChannelMember(channel.id)).mention_count, 1);
    await bob.viewMyChannel(channel.id);
    assert.equal((await bob.getMyChannelMember(channel.id)).mention_count, 0);
    const threads = await ada.getUserThreads('me', team.id, {extended: true});
    assert.equal(threads.threads[0].id, first.id);
    await ada.deletePost(first.id);
    await assert.rejects(bob.getPost(first.id), (error) => error.server_error_id === 'app.post.get.app_error' && error.status_code === 404);
});

test('direct messages are their two people\'s', async () => {
    const direct = await bob.createDirectChannel([bob.user.id, ada.user.id]);
    await bob.createPost({channel_id: direct.id, message: 'just us'});
    const eve = await client('eve');
    await assert.rejects(eve.getPosts(direct.id), (error) => error.server_error_id === 'api.context.permissions.app_error');
    assert.equal(Object.values((await ada.getPosts(direct.id)).posts).length, 1);
});

test('files travel whole', async () => {
    const team = (await ada.getMyTeams())[0];
    const channel = await ada.getChannelByName(team.id, 'film');
    const bytes = new Uint8Array(300_000).map((_, i) => i * 7);
    const form = new FormData();
    form.append('channel_id', channel.id);
    form.append('client_ids', 'c1');
    form.append('files', new Blob([bytes]), 'Takes – día 1.bin');
    const {file_infos: [info], client_ids: [clientId]} = await bob.uploadFile(form);
    assert.equal(clientId, 'c1');
    assert.equal(info.size, bytes.length);
    const post = await bob.createPost({channel_id: channel.id, message: '', file_ids: [info.id]});
    assert.equal(post.metadata.files[0].name, 'Takes – día 1.bin');
    const answer = await fetch(ada.getFileUrl(info.id, 0), {headers: {Authorization: `Bearer ${ada.getToken()}`}});
    assert.deepEqual(new Uint8Array(await answer.arrayBuffer()), bytes);
});

test('preferences, statuses and the sidebar', async () => {
    const team = (await bob.getMyTeams())[0];
    await bob.savePreferences(bob.user.id, [{user_id: bob.user.id, category: 'theme', name: team.id, value: '{}'}]);
    assert.ok((await bob.getMyPreferences()).some((p) => p.category === 'theme' && p.name === team.id));
    await bob.updateStatus({user_id: bob.user.id, status: 'dnd'});
    assert.equal((await ada.getStatusesByIds([bob.user.id]))[0].status, 'dnd');
    const {categories, order} = await bob.getChannelCategories(bob.user.id, team.id);
    assert.equal(categories.length, order.length);
    assert.deepEqual(categories.map((c) => c.type), ['favorites', 'channels', 'direct_messages']);
});

test('groups are made, mentioned, changed and archived', async () => {
    const channel = await ada.getChannelByName((await ada.getMyTeams())[0].id, 'film');
    const group = await bob.createGroupWithUserIds({
        name: 'camera', display_name: 'Camera crew', source: 'custom', allow_reference: true, user_ids: [bob.user.id],
    });
    assert.deepEqual([group.name, group.source, group.member_count], ['camera', 'custom', 1]);
    const unread = async () => (await bob.getMyChannelMember(channel.id)).mention_count;
    const before = await unread();
    await ada.createPost({channel_id: channel.id, message: '@camera, are you ready?'});
    assert.equal(await unread(), before + 1);
    assert.equal((await ada.getChannelMemberCountsByGroup(channel.id, true))[0].channel_member_count, 1);

    assert.equal((await ada.addUsersToGroup(group.id, [ada.user.id])).length, 1);
    assert.deepEqual((await bob.getProfilesInGroup(group.id)).map((user) => user.username), ['ada', 'bob']);
    assert.ok((await bob.getProfilesNotInGroup(group.id)).every((user) => !['ada', 'bob'].includes(user.username)));
    assert.equal((await ada.removeUsersFromGroup(group.id, [ada.user.id])).length, 1);
    assert.equal((await bob.getGroup(group.id, true)).member_count, 1);
    assert.equal((await ada.getGroupStats(group.id)).total_member_count, 1);
    const search = {q: 'cam', filter_allow_reference: true, page: 0, per_page: 60, include_member_count: true};
    assert.deepEqual((await ada.searchGroups(search)).map((found) => found.id), [group.id]);
    assert.deepEqual((await ada.getGroupsByNames(['camera', 'bob'])).map((found) => found.id), [group.id]);

    assert.equal((await bob.patchGroup(group.id, {name: 'lenses'})).name, 'lenses');
    const taken = {status_code: 400, server_error_id: 'app.group.username_conflict'};
    await assert.rejects(bob.patchGroup(group.id, {name: 'ada'}), taken);
    assert.ok((await bob.archiveGroup(group.id)).delete_at > 0);
    assert.deepEqual(await bob.getGroups({include_archived: false}), []);
    assert.equal((await bob.restoreGroup(group.id)).delete_at, 0);
    assert.deepEqual((await bob.getGroupsByUserId('me')).map((found) => found.name), ['lenses']);
});

test('webhooks, bots and access tokens', async () => {
    const team = (await ada.getMyTeams())[0];
    const channel = await ada.getChannelByName(team.id, 'film');
    const hook = await ada.createIncomingWebhook({channel_id: channel.id, display_name: 'CI', description: ''});
    const answer = await fetch(`${server.url}/hooks/${hook.id}`, {method: 'POST', body: JSON.stringify({text: 'built'}), headers: {'Content-Type': 'application/json'}});
    assert.equal(await answer.text(), 'ok');
    const newest = Object.values((await ada.getPosts(channel.id)).posts).find((p) => p.message === 'built');
    assert.equal(newest.props.from_webhook, 'true');

    const bot = await ada.createBot({username: 'beeper', display_name: 'Beeper', description: ''});
    const {token} = await ada.createUserAccessToken(bot.user_id, 'for the test');
    const asBot = new Client4();
    asBot.setUrl(server.url);
    asBot.setToken(token);
    assert.equal((await asBot.getMe()).username, 'beeper');
});

test('a session that is revoked is over', async () => {
    const eve = new Client4();
    eve.setUrl(server.url);
    await eve.login('eve', PASSWORD);
    const [session] = await eve.getSessions('me');
    await eve.revokeSession('me', session.id);
    await assert.rejects(eve.getMe(), (error) => error.status_code === 401);
});

test('a second factor is set up, asked for, and removed by an administrator', async () => {
    const dan = await client('dan');
    const {secret, qr_code: picture} = await dan.generateMfaSecret('me');
    assert.match(picture, /^iVBORw0KGgo/);
    await dan.updateUserMfa('me', true, codeOf(secret));
    assert.equal((await dan.getMe()).mfa_active, true);
    const missing = {status_code: 401, server_error_id: 'mfa.validate_token.authenticate.app_error'};
    await assert.rejects(dan.login('dan', PASSWORD), missing);
    const wrong = {status_code: 401, server_error_id: 'api.user.check_user_mfa.bad_code.app_error'};
    await assert.rejects(dan.login('dan', PASSWORD, 'yyyy-yyyy-yyyy-yyyy'), wrong);
    assert.equal((await dan.login('dan', PASSWORD, codeOf(secret, 1))).username, 'dan');
    await ada.updateUserMfa(dan.user.id, false, '');
    assert.equal((await dan.login('dan', PASSWORD)).username, 'dan');
});
