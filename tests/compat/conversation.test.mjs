// The recorded conversation, played against the real binary on each database.
//
// `recorded.json` is what this server answered when it last agreed with a real Mattermost server as far as
// docs/decisions/ says. To record anew after a deliberate change: GUILDHALL_RECORD=1 node --test compat/

import assert from 'node:assert/strict';
import {readFile, writeFile} from 'node:fs/promises';
import {test} from 'node:test';

import {databases} from '../lib/databases.mjs';
import {signUp, startServer} from '../lib/server.mjs';
import {play} from './conversation.mjs';
import {Player} from './player.mjs';
import {differences} from './shape.mjs';

const RECORDED = new URL('recorded.json', import.meta.url);

for (const [name, createDatabase] of databases) {
    test(`the conversation on ${name}`, async () => {
        const server = await startServer({databaseUrl: createDatabase()});
        const player = new Player(server.url);
        try {
            await signUp(server.url, 'keeper');
            await play(player);
            await player.close();
        } finally {
            await server.stop();
        }
        const recording = player.recording();
        if (process.env.GUILDHALL_RECORD) {
            await writeFile(RECORDED, JSON.stringify(recording, null, 1) + '\n');
        }
        const reference = JSON.parse(await readFile(RECORDED, 'utf8'));
        assert.deepEqual(differences(reference, recording), []);
        assert.equal(Object.keys(recording.steps).length, Object.keys(reference.steps).length);
    });
}
