// A team with users, created through the API, and what they do in their windows.

import {logIn, openWindow} from './browser.mjs';
import {call, signUp} from './server.mjs';

/** A team of `usernames`; the first is its administrator. Each person has `id`, `username`, `token` and `api()`. */
export async function createTeam(server, usernames, {name = 'studio', title = 'Studio North'} = {}) {
    const people = {};
    for (const username of usernames) {
        const person = await signUp(server.url, username, server.setupCode);
        person.api = (method, route, body) => call(server.url, person.token, method, route, body).then((answer) => answer.body);
        people[username] = person;
    }
    const [admin, ...others] = Object.values(people);
    const {id} = await admin.api('POST', '/teams', {name, display_name: title, type: 'O', allow_open_invite: true});
    for (const other of others) {
        await admin.api('POST', `/teams/${id}/members`, {team_id: id, user_id: other.id});
    }
    const getChannel = (channelName) => admin.api('GET', `/teams/${id}/channels/name/${channelName}`);
    return {id, people, admin, getChannel, townSquare: await getChannel('town-square'), offTopic: await getChannel('off-topic')};
}

/** A window in which somebody is logged in and sees the team's first channel. */
export async function openLoggedIn(browser, server, username, options) {
    const window = await openWindow(browser, server.url, options);
    await logIn(window, username);
    await window.byTestId('composer').waitFor();
    return window;
}

/** Opens a channel from the sidebar. */
export async function openChannel({byTestId}, title) {
    await byTestId('channel-item').filter({hasText: title}).first().click();
    await byTestId('channel-title').filter({hasText: title}).waitFor();
}

/** Waits until the conversation with that one person is open: the title of a group has its name too. */
export const directMessageOpened = ({page}, username) => page.getByPlaceholder(`Message ${username}`, {exact: true}).waitFor();

/** Opens the conversation with one person from the sidebar. */
export async function openDirectMessage(window, username) {
    await window.page.locator(`[data-testid=channel-item][href$="/messages/@${username}"]`).click();
    await directMessageOpened(window, username);
}

/** An entry of a message's menu. */
export async function choosePostAction({page}, post, name) {
    await post.hover();
    await post.getByTestId('post-menu').click();
    await page.getByRole('menuitem', {name}).click();
}

/** An entry of the open channel's menu. */
export async function chooseChannelAction({page, byTestId}, name) {
    await byTestId('channel-menu').click();
    await page.getByRole('menuitem', {name}).click();
}
