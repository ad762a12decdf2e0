// Restores what a test has changed when it ends, whether it passed or failed.

import {afterEach, beforeEach} from 'node:test';

let restores = [];
let isInTest = false;

beforeEach(() => {
    isInTest = true;
});
afterEach(async () => {
    isInTest = false;
    const due = restores.reverse();
    restores = [];
    const errors = [];
    for (const restore of due) {
        await restore().catch((error) => errors.push(error));
    }
    if (errors.length > 0) {
        throw new AggregateError(errors, 'what the test changed could not be restored');
    }
});

/** Calls `restore` at the end of the running test, the latest first. What is changed before any test stays. */
export function restoreAfterTest(restore) {
    if (isInTest) {
        restores.push(async () => restore());
    }
}
