// One long conversation of three people with a chat server, as named steps. They are ordinary people: the account that
// administers the server was made before.

import {PASSWORD} from '../lib/server.mjs';
import {png} from './player.mjs';

export async function play(c) {
    // Before anybody has an account.
    await c.step('ping', null, 'GET', '/system/ping');
    await c.step('config.client.anonymous', null, 'GET', '/config/client?format=old');
    await c.step('license.client.anonymous', null, 'GET', '/license/client?format=old');
    await c.step('anonymous.me', null, 'GET', '/users/me');
    await c.step('unknown.route', null, 'GET', '/nothing/here');
    await c.step('user.create.bademail', null, 'POST', '/users', {json: {email: 'not-an-email', username: 'x', password: PASSWORD}});
    await c.step('user.create.shortpw', null, 'POST', '/users', {json: {email: 'short@example.com', username: 'shorty', password: 'a'}});
    const admin = await c.signup('admin', 'ada');
    const bob = await c.signup('bob', 'bob');
    const eve = await c.signup('eve', 'eve');
    await c.step('user.create.duplicate', null, 'POST', '/users', {json: {email: 'bob2@example.com', username: c.names.bob, password: PASSWORD}});
    await c.step('login.wrong', null, 'POST', '/users/login', {json: {login_id: c.names.bob, password: 'wrong-password'}});
    await c.step('login.nobody', null, 'POST', '/users/login', {json: {login_id: 'nobody-here', password: PASSWORD}});
    await c.step('login.badjson', null, 'POST', '/users/login', {raw: '{not json'});
    await c.login('admin');
    await c.login('bob');
    await c.login('eve');
    await c.step('me.admin', 'admin', 'GET', '/users/me');
    await c.step('me.bob', 'bob', 'GET', '/users/me');
    await c.step('me.eve', 'eve', 'GET', '/users/me');
    await c.step('prefs.initial', 'bob', 'GET', '/users/me/preferences');
    await c.step('sessions.me', 'bob', 'GET', '/users/me/sessions');
    await c.step('sessions.other.forbidden', 'bob', 'GET', `/users/${eve}/sessions`);
    await c.step('roles.names.wrongmethod', 'bob', 'GET', '/roles/names');
    await c.step('roles.names', 'bob', 'POST', '/roles/names', {json: ['system_user', 'team_user', 'channel_user', 'channel_admin']});
    await c.step('role.system_admin', 'admin', 'GET', '/roles/name/system_admin');

    // A team.
    const team = (await c.step('team.create', 'admin', 'POST', '/teams', {json: {name: c.slug('team'), display_name: 'Team One', type: 'O'}}))?.id;
    await c.step('team.create.duplicate', 'admin', 'POST', '/teams', {json: {name: c.slug('team'), display_name: 'Again', type: 'O'}});
    await c.step('team.create.badname', 'admin', 'POST', '/teams', {json: {name: 'A B', display_name: 'Bad', type: 'O'}});
    await c.step('team.get.outsider.open', 'bob', 'GET', `/teams/${team}`);
    await c.step('team.member.add', 'admin', 'POST', `/teams/${team}/members`, {json: {team_id: team, user_id: bob}});
    await c.step('team.member.batch', 'admin', 'POST', `/teams/${team}/members/batch`, {json: [{team_id: team, user_id: eve}]});
    await c.step('teams.me', 'bob', 'GET', '/users/me/teams');
    await c.step('teams.members.me', 'bob', 'GET', '/users/me/teams/members');
    await c.step('teams.unread.me', 'bob', 'GET', '/users/me/teams/unread');
    await c.step('team.members', 'bob', 'GET', `/teams/${team}/members?page=0&per_page=60`);
    await c.step('team.stats', 'bob', 'GET', `/teams/${team}/stats`);
    await c.step('team.patch.forbidden', 'bob', 'PUT', `/teams/${team}/patch`, {json: {display_name: 'Mine now'}});
    await c.step('team.patch', 'admin', 'PUT', `/teams/${team}/patch`, {json: {description: 'What we do'}});
    await c.step('team.byname', 'bob', 'GET', `/teams/name/${c.slug('team')}`);
    await c.step('team.exists', 'bob', 'GET', `/teams/name/${c.slug('team')}/exists`);
    await c.step('team.exists.not', 'bob', 'GET', '/teams/name/absent-team-name/exists');
    await c.step('channels.me', 'bob', 'GET', `/users/me/teams/${team}/channels`);
    await c.step('channels.members.me', 'bob', 'GET', `/users/me/teams/${team}/channels/members`);
    await c.step('categories.me', 'bob', 'GET', `/users/me/teams/${team}/channels/categories`);
    const town = (await c.step('channel.town', 'bob', 'GET', `/teams/${team}/channels/name/town-square`))?.id;

    // Live from here on.
    await c.listen('bob');
    await c.listen('eve');
    const dev = (await c.step('channel.create', 'admin', 'POST', '/channels', {json: {team_id: team, name: 'dev', display_name: 'Dev', type: 'O', purpose: 'build', header: 'see docs'}}))?.id;
    const sec = (await c.step('channel.create.private', 'admin', 'POST', '/channels', {json: {team_id: team, name: 'secret', display_name: 'Secret', type: 'P'}}))?.id;
    await c.step('channel.create.badname', 'bob', 'POST', '/channels', {json: {team_id: team, name: 'BAD NAME', display_name: 'Bad', type: 'O'}});
    await c.step('channel.create.duplicate', 'bob', 'POST', '/channels', {json: {team_id: team, name: 'dev', display_name: 'Dup', type: 'O'}});
    await c.step('channel.join', 'bob', 'POST', `/channels/${dev}/members`, {json: {user_id: bob}});
    await c.step('channel.addmember', 'bob', 'POST', `/channels/${dev}/members`, {json: {user_id: eve}});
    await c.step('channel.join.private.forbidden', 'bob', 'POST', `/channels/${sec}/members`, {json: {user_id: bob}});
    await c.step('channel.get.private.forbidden', 'bob', 'GET', `/channels/${sec}`);
    await c.step('channel.posts.private.forbidden', 'bob', 'GET', `/channels/${sec}/posts`);
    await c.step('channel.get', 'bob', 'GET', `/channels/${dev}`);
    await c.step('channel.members', 'bob', 'GET', `/channels/${dev}/members`);
    await c.step('channel.member.me', 'bob', 'GET', `/channels/${dev}/members/me`);
    await c.step('channel.stats', 'bob', 'GET', `/channels/${dev}/stats`);
    await c.step('channels.public', 'bob', 'GET', `/teams/${team}/channels?page=0&per_page=50`);
    await c.step('channels.search', 'bob', 'POST', `/teams/${team}/channels/search`, {json: {term: 'de'}});
    await c.step('channels.autocomplete', 'bob', 'GET', `/teams/${team}/channels/autocomplete?name=d`);
    await c.step('channel.patch', 'bob', 'PUT', `/channels/${dev}/patch`, {json: {header: 'new header'}});
    await c.step('channel.notifyprops', 'bob', 'PUT', `/channels/${dev}/members/${bob}/notify_props`, {json: {user_id: bob, channel_id: dev, desktop: 'all', mark_unread: 'mention'}});

    // Messages.
    const p1 = (await c.step('post.create', 'bob', 'POST', '/posts', {json: {channel_id: dev, message: 'Hello **world** #first', pending_post_id: `${bob}:1`}}))?.id;
    const p2 = (await c.step('post.create.mention', 'admin', 'POST', '/posts', {json: {channel_id: dev, message: `hi @${c.names.bob} and @channel`}}))?.id;
    const p3 = (await c.step('post.reply', 'eve', 'POST', '/posts', {json: {channel_id: dev, message: 'reply', root_id: p1}}))?.id;
    await c.step('post.reply.nested', 'eve', 'POST', '/posts', {json: {channel_id: dev, message: 'nested', root_id: p3}});
    await c.step('post.reply.wrongchannel', 'eve', 'POST', '/posts', {json: {channel_id: town, message: 'wrong', root_id: p1}});
    await c.step('post.create.empty', 'eve', 'POST', '/posts', {json: {channel_id: dev, message: ''}});
    await c.step('post.create.toolong', 'eve', 'POST', '/posts', {json: {channel_id: dev, message: 'x'.repeat(70000)}});
    await c.step('post.create.forbidden', 'eve', 'POST', '/posts', {json: {channel_id: sec, message: 'let me in'}});
    await c.step('post.create.nochannel', 'eve', 'POST', '/posts', {json: {message: 'nowhere'}});
    await c.step('post.create.props', 'eve', 'POST', '/posts', {json: {channel_id: dev, message: 'with props', props: {attachments: [{text: 'card', color: '#ff0000', fields: [{title: 'a', value: 'b', short: true}]}], from_webhook: 'true'}}});
    await c.step('post.get', 'bob', 'GET', `/posts/${p1}`);
    await c.step('post.thread', 'bob', 'GET', `/posts/${p1}/thread`);
    await c.step('channel.posts', 'bob', 'GET', `/channels/${dev}/posts?page=0&per_page=60`);
    await c.step('channel.posts.since', 'bob', 'GET', `/channels/${dev}/posts?since=1`);
    await c.step('channel.posts.before', 'bob', 'GET', `/channels/${dev}/posts?before=${p2}&per_page=1`);
    await c.step('channel.posts.after', 'bob', 'GET', `/channels/${dev}/posts?after=${p1}&per_page=2`);
    await c.step('channel.posts.unread', 'bob', 'GET', `/users/me/channels/${dev}/posts/unread?limit_after=30&limit_before=30`);
    await c.step('post.patch', 'bob', 'PUT', `/posts/${p1}/patch`, {json: {message: 'Hello edited #second'}});
    await c.step('post.patch.forbidden', 'eve', 'PUT', `/posts/${p1}/patch`, {json: {message: 'not mine'}});
    await c.step('post.pin', 'bob', 'POST', `/posts/${p1}/pin`);
    await c.step('channel.pinned', 'bob', 'GET', `/channels/${dev}/pinned`);
    await c.step('post.unpin', 'bob', 'POST', `/posts/${p1}/unpin`);
    await c.step('reaction.add', 'eve', 'POST', '/reactions', {json: {user_id: eve, post_id: p1, emoji_name: '+1'}});
    await c.step('reaction.add.forbidden', 'eve', 'POST', '/reactions', {json: {user_id: bob, post_id: p1, emoji_name: 'smile'}});
    await c.step('reactions.get', 'bob', 'GET', `/posts/${p1}/reactions`);
    await c.step('reactions.bulk', 'bob', 'POST', '/posts/ids/reactions', {json: [p1, p2]});
    await c.step('reaction.remove', 'eve', 'DELETE', `/users/me/posts/${p1}/reactions/+1`);
    await c.step('posts.ids', 'bob', 'POST', '/posts/ids', {json: [p1, p2]});
    await c.step('posts.search', 'bob', 'POST', `/teams/${team}/posts/search`, {json: {terms: 'edited', is_or_search: false}});
    await c.step('posts.search.hashtag', 'bob', 'POST', `/teams/${team}/posts/search`, {json: {terms: '#second', is_or_search: false}});
    await c.step('posts.search.from', 'bob', 'POST', `/teams/${team}/posts/search`, {json: {terms: `from:${c.names.eve} reply`, is_or_search: false}});
    await c.step('post.setunread', 'eve', 'POST', `/users/me/posts/${p1}/set_unread`, {json: {collapsed_threads_supported: true}});
    await c.step('channel.view', 'bob', 'POST', '/channels/members/me/view', {json: {channel_id: dev, prev_channel_id: ''}});
    await c.step('channel.unread', 'bob', 'GET', `/users/me/channels/${dev}/unread`);
    await c.step('post.ephemeral.forbidden', 'bob', 'POST', '/posts/ephemeral', {json: {user_id: eve, post: {channel_id: dev, message: 'psst'}}});
    await c.step('post.ephemeral', 'admin', 'POST', '/posts/ephemeral', {json: {user_id: bob, post: {channel_id: dev, message: 'psst'}}});

    // Threads.
    await c.step('threads.me', 'bob', 'GET', `/users/me/teams/${team}/threads?extended=true`);
    await c.step('thread.follow', 'bob', 'PUT', `/users/me/teams/${team}/threads/${p1}/following`);
    await c.step('thread.read', 'bob', 'PUT', `/users/me/teams/${team}/threads/${p1}/read/${Date.now()}`);
    await c.step('thread.unfollow', 'bob', 'DELETE', `/users/me/teams/${team}/threads/${p1}/following`);

    // Direct and group messages.
    const dm = (await c.step('dm.create', 'bob', 'POST', '/channels/direct', {json: [bob, eve]}))?.id;
    await c.step('dm.create.forbidden', 'bob', 'POST', '/channels/direct', {json: [admin, eve]});
    await c.step('dm.post', 'bob', 'POST', '/posts', {json: {channel_id: dm, message: 'just us'}});
    await c.step('dm.posts.admin', 'admin', 'GET', `/channels/${dm}/posts`);
    const gm = (await c.step('gm.create', 'bob', 'POST', '/channels/group', {json: [bob, eve, admin]}))?.id;
    await c.step('gm.post', 'eve', 'POST', '/posts', {json: {channel_id: gm, message: 'three of us'}});
    await c.step('channels.me.allteams', 'eve', 'GET', '/users/me/channels');

    // Files.
    const up = await c.step('file.upload', 'bob', 'POST', '/files', {files: {files: ['shot.png', png(), 'image/png']}, fields: {channel_id: dm, client_ids: 'c1'}});
    const fid = up?.file_infos?.[0]?.id ?? 'x';
    await c.step('file.upload.simple', 'bob', 'POST', '/files?channel_id=' + dm + '&filename=raw.txt', {raw: Buffer.from('plain text body'), headers: {'Content-Type': 'text/plain'}});
    await c.step('post.withfile', 'bob', 'POST', '/posts', {json: {channel_id: dm, message: 'look', file_ids: [fid]}});
    await c.step('file.info', 'eve', 'GET', `/files/${fid}/info`);
    await c.step('file.get', 'eve', 'GET', `/files/${fid}`);
    await c.step('file.get.range', 'eve', 'GET', `/files/${fid}`, {headers: {Range: 'bytes=0-7'}});
    await c.step('file.thumbnail', 'eve', 'GET', `/files/${fid}/thumbnail`);
    await c.step('file.preview', 'eve', 'GET', `/files/${fid}/preview`);
    await c.step('file.get.notmember', 'admin', 'GET', `/files/${fid}`);
    const us = (await c.step('upload.create', 'bob', 'POST', '/uploads', {json: {channel_id: dm, filename: 'big.bin', file_size: 12582912}}))?.id;
    await c.step('upload.part1', 'bob', 'POST', `/uploads/${us}`, {raw: Buffer.alloc(6291456, 'a'), headers: {'Content-Type': 'application/octet-stream'}});
    await c.step('upload.get', 'bob', 'GET', `/uploads/${us}`);
    await c.step('upload.part2', 'bob', 'POST', `/uploads/${us}`, {raw: Buffer.alloc(6291456, 'b'), headers: {'Content-Type': 'application/octet-stream'}});

    // People.
    await c.step('users.ids', 'bob', 'POST', '/users/ids', {json: [bob, eve]});
    await c.step('users.usernames', 'bob', 'POST', '/users/usernames', {json: [c.names.eve]});
    await c.step('users.search', 'bob', 'POST', '/users/search', {json: {term: c.names.eve.slice(0, 4), team_id: team}});
    await c.step('users.autocomplete', 'bob', 'GET', `/users/autocomplete?in_team=${team}&in_channel=${dev}&name=${c.names.eve.slice(0, 3)}`);
    await c.step('users.inteam', 'bob', 'GET', `/users?in_team=${team}&page=0&per_page=10`);
    await c.step('user.byusername', 'bob', 'GET', `/users/username/${c.names.eve}`);
    await c.step('user.image', 'bob', 'GET', `/users/${eve}/image`);
    await c.step('user.patch', 'bob', 'PUT', '/users/me/patch', {json: {nickname: 'Bobby', position: 'builder'}});
    await c.step('user.patch.forbidden', 'bob', 'PUT', `/users/${eve}/patch`, {json: {nickname: 'Evil'}});
    await c.step('user.image.set', 'bob', 'POST', '/users/me/image', {files: {image: ['me.png', png(128, 128), 'image/png']}});
    await c.step('status.set', 'bob', 'PUT', `/users/${bob}/status`, {json: {user_id: bob, status: 'dnd'}});
    await c.step('status.ids', 'bob', 'POST', '/users/status/ids', {json: [bob, eve]});
    await c.step('status.custom', 'bob', 'PUT', `/users/${bob}/status/custom`, {json: {emoji: 'calendar', text: 'In a meeting'}});
    await c.step('prefs.save', 'bob', 'PUT', `/users/${bob}/preferences`, {json: [{user_id: bob, category: 'display_settings', name: 'use_military_time', value: 'true'}]});
    await c.step('prefs.category', 'bob', 'GET', `/users/${bob}/preferences/display_settings`);
    await c.step('prefs.category.absent', 'bob', 'GET', `/users/${bob}/preferences/absent_category`);
    await c.step('typing.rest', 'bob', 'POST', `/users/${bob}/typing`, {json: {channel_id: dev, parent_id: ''}});
    await c.step('password.wrong', 'bob', 'PUT', `/users/${bob}/password`, {json: {current_password: 'bad', new_password: PASSWORD + '2'}});
    const cats = await c.step('category.create', 'bob', 'POST', `/users/${bob}/teams/${team}/channels/categories`, {json: {user_id: bob, team_id: team, display_name: 'Projects', channel_ids: [dev], sorting: 'manual', type: 'custom'}});
    await c.step('category.order', 'bob', 'GET', `/users/${bob}/teams/${team}/channels/categories/order`);
    await c.step('category.delete', 'bob', 'DELETE', `/users/${bob}/teams/${team}/channels/categories/${cats?.id}`);

    // Emoji, integrations.
    const em = (await c.step('emoji.create', 'bob', 'POST', '/emoji', {files: {image: ['e.png', png(32, 32), 'image/png']}, fields: {emoji: JSON.stringify({name: c.slug('emo'), creator_id: bob})}}))?.id;
    await c.step('emoji.list', 'bob', 'GET', '/emoji?page=0&per_page=10');
    await c.step('emoji.byname', 'bob', 'GET', `/emoji/name/${c.slug('emo')}`);
    await c.step('emoji.image', 'bob', 'GET', `/emoji/${em}/image`);
    const hook = (await c.step('hook.in.create', 'admin', 'POST', '/hooks/incoming', {json: {channel_id: dev, display_name: 'CI', description: 'builds'}}))?.id;
    await c.step('hook.in.post', null, 'POST', `/hooks/${hook}`, {json: {text: 'build **ok**', username: 'ci-bot'}, absolute: true});
    await c.step('hook.in.post.empty', null, 'POST', `/hooks/${hook}`, {json: {}, absolute: true});
    await c.step('hook.in.post.absent', null, 'POST', `/hooks/absentabsentabsentabsent00`, {json: {text: 'x'}, absolute: true});
    await c.step('hook.in.list', 'admin', 'GET', `/hooks/incoming?team_id=${team}`);
    await c.step('hook.out.create', 'admin', 'POST', '/hooks/outgoing', {json: {team_id: team, channel_id: dev, display_name: 'out', trigger_words: ['zap'], callback_urls: ['http://127.0.0.1:9/none']}});
    const cmd = (await c.step('command.create', 'admin', 'POST', '/commands', {json: {team_id: team, trigger: 'deploy', method: 'P', url: 'http://127.0.0.1:9/none', display_name: 'Deploy'}}))?.id;
    await c.step('command.list', 'bob', 'GET', `/commands?team_id=${team}`);
    await c.step('command.me', 'bob', 'POST', '/commands/execute', {json: {channel_id: dev, team_id: team, command: '/me waves'}});
    await c.step('command.unknown', 'bob', 'POST', '/commands/execute', {json: {channel_id: dev, team_id: team, command: '/nosuchcommand'}});
    await c.step('command.header', 'bob', 'POST', '/commands/execute', {json: {channel_id: dev, team_id: team, command: '/header via command'}});
    const bot = (await c.step('bot.create', 'admin', 'POST', '/bots', {json: {username: c.slug('bot'), display_name: 'Bot', description: 'beeps'}}))?.user_id;
    const tok = (await c.step('bot.token', 'admin', 'POST', `/users/${bot}/tokens`, {json: {description: 't'}}))?.token;
    c.tokens.bot = tok;
    await c.step('bot.me', 'bot', 'GET', '/users/me');
    await c.step('bot.list', 'admin', 'GET', '/bots');
    await c.step('bot.create.forbidden', 'bob', 'POST', '/bots', {json: {username: 'nope-bot'}});
    await c.step('oauth.app.create', 'admin', 'POST', '/oauth/apps', {json: {name: 'app', description: 'd', callback_urls: ['https://example.com/cb'], homepage: 'https://example.com'}});

    // Leaving, deleting.
    await c.step('channel.leave', 'eve', 'DELETE', `/channels/${dev}/members/${eve}`);
    await c.step('channel.leave.default', 'eve', 'DELETE', `/channels/${town}/members/${eve}`);
    await c.step('channel.posts.afterleave', 'eve', 'GET', `/channels/${dev}/posts`);
    await c.step('post.delete.forbidden', 'eve', 'DELETE', `/posts/${p1}`);
    await c.step('post.delete', 'bob', 'DELETE', `/posts/${p1}`);
    await c.step('post.get.deleted', 'bob', 'GET', `/posts/${p1}`);
    await c.step('channel.delete', 'admin', 'DELETE', `/channels/${dev}`);
    await c.step('post.create.archived', 'bob', 'POST', '/posts', {json: {channel_id: dev, message: 'to the archive'}});
    await c.step('channel.restore', 'admin', 'POST', `/channels/${dev}/restore`);
    await c.step('channel.privacy', 'admin', 'PUT', `/channels/${dev}/privacy`, {json: {privacy: 'P'}});

    // Admin.
    await c.step('config.get.forbidden', 'bob', 'GET', '/config');
    await c.step('config.get', 'admin', 'GET', '/config');
    await c.step('config.client', 'bob', 'GET', '/config/client?format=old');
    await c.step('analytics', 'admin', 'GET', '/analytics/old?name=standard');
    await c.step('audits', 'admin', 'GET', '/audits?page=0&per_page=5');
    await c.step('users.stats', 'admin', 'GET', '/users/stats');
    await c.step('user.deactivate', 'admin', 'PUT', `/users/${eve}/active`, {json: {active: false}});
    await c.step('deactivated.me', 'eve', 'GET', '/users/me');
    await c.step('user.reactivate', 'admin', 'PUT', `/users/${eve}/active`, {json: {active: true}});
    await c.step('user.roles', 'admin', 'PUT', `/users/${eve}/roles`, {json: {roles: 'system_user system_admin'}});
    const s = await c.step('sessions.before', 'bob', 'GET', '/users/me/sessions');
    await c.step('session.revoke', 'bob', 'POST', '/users/me/sessions/revoke', {json: {session_id: s?.[0]?.id ?? 'x'}});
    await c.step('revoked.me', 'bob', 'GET', '/users/me');
    await c.step('logout', 'admin', 'POST', '/users/logout');
    await c.step('loggedout.me', 'admin', 'GET', '/users/me');
}
