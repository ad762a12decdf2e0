// Waiting for something that no event tells.

const LIMIT_MS = 60_000;
const PAUSE_MS = 50;

/** Resolves with the first true result of `check`; the limit is only met when a test fails. */
export async function until(what, check, limitMs = LIMIT_MS) {
    const end = Date.now() + limitMs;
    for (;;) {
        const result = await check();
        if (result) {
            return result;
        }
        if (Date.now() > end) {
            throw new Error(`it never happened that ${what}`);
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
}
