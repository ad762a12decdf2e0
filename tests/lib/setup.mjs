// Setup of the browser tests: a server, a browser, a team, and windows in which its users are logged in. All of it is
// closed after the tests of the file.

import {after} from 'node:test';

import {launch} from './browser.mjs';
import {startServer} from './server.mjs';
import {createTeam, openChannel, openLoggedIn} from './team.mjs';

/**
 * Returns `server`, `browser`, `team` (where there are `people`), and a window for each username in `windows`, with
 * `channel` open where one is named.
 */
export async function setUp({people = [], windows = [], channel, env} = {}) {
    let server;
    let browser;
    const end = async () => {
        await browser?.close();
        await server?.stop();
    };
    try {
        server = await startServer({env});
        browser = await launch();
        const team = people.length > 0 ? await createTeam(server, people) : undefined;
        const opened = await Promise.all(windows.map(async (username) => {
            const window = await openLoggedIn(browser, server, username);
            if (channel) {
                await openChannel(window, channel);
            }
            return [username, window];
        }));
        after(end);
        return {server, browser, team, ...Object.fromEntries(opened)};
    } catch (error) {
        await end();
        throw error;
    }
}
