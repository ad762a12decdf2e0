// A team with people in it, made through the API, for tests that begin where a studio already works.

import {logIn, open} from './browser.mjs';
import {call, signUp} from './server.mjs';

/** A team of `names`; the first is its administrator. Each person has `id`, `username`, `token` and `api()`. */
export async function studio(server, names, {name = 'studio', title = 'Studio North'} = {}) {
    const people = {};
    for (const username of names) {
        const person = await signUp(server.url, username);
        person.api = (method, route, body) => call(server.url, person.token, method, route, body).then((answer) => answer.body);
        people[username] = person;
    }
    const [admin, ...others] = Object.values(people);
    const team = await admin.api('POST', '/teams', {name, display_name: title, type: 'O', allow_open_invite: true});
    for (const other of others) {
        await admin.api('POST', `/teams/${team.id}/members`, {team_id: team.id, user_id: other.id});
    }
    const channel = (channelName) => admin.api('GET', `/teams/${team.id}/channels/name/${channelName}`);
    return {people, admin, team, channel, townSquare: await channel('town-square'), offTopic: await channel('off-topic')};
}

/** A window in which somebody is logged in and sees the team's first channel. */
export async function enter(browser, server, username, options) {
    const window = await open(browser, server.url, options);
    await logIn(window, username);
    await window.by('composer').waitFor();
    return window;
}

/** Opens a channel from the sidebar. */
export async function visit({by}, title) {
    await by('channel-item').filter({hasText: title}).first().click();
    await by('channel-title').filter({hasText: title}).waitFor();
}

/** Waits until the conversation with that one person is open: the title of a group has its name too. */
export const withPerson = ({page}, username) => page.getByPlaceholder(`Write to ${username}`, {exact: true}).waitFor();

/** Opens the conversation with one person from the sidebar. */
export async function visitPerson(window, username) {
    await window.page.locator(`[data-testid=channel-item][href$="/messages/@${username}"]`).click();
    await withPerson(window, username);
}

/** The action menu of a message. */
export async function postMenu({page}, post, item) {
    await post.hover();
    await post.getByTestId('post-menu').click();
    await page.getByRole('menuitem', {name: item}).click();
}

/** An entry of the open channel's menu. */
export async function channelMenu({page, by}, item) {
    await by('channel-menu').click();
    await page.getByRole('menuitem', {name: item}).click();
}
