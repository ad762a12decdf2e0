// The shape of JSON: kinds without values. A recording is shapes, so that ids, times and texts do not count.

const ID = /^([a-z0-9]{26}|[a-z0-9]{26}__[a-z0-9]{26})$/;

/** An API error, which is compared by its id. */
export const isError = (body) => body !== null && typeof body === 'object' && 'status_code' in body && 'id' in body;

/** "string", "number", "boolean", "null", [shape of the first], {name: shape}; a map by ids is {"{id}": shape of one}. */
export function shapeOf(value) {
    if (value === null) {
        return 'null';
    }
    if (Array.isArray(value)) {
        return value.length > 0 ? [shapeOf(value[0])] : [];
    }
    if (typeof value === 'object') {
        const entries = Object.entries(value);
        if (entries.length > 0 && entries.every(([key]) => ID.test(key))) {
            return {'{id}': shapeOf(entries[0][1])};
        }
        return Object.fromEntries(entries.map(([key, inner]) => [key, shapeOf(inner)]));
    }
    return typeof value;
}

const kind = (shape) => (Array.isArray(shape) ? 'array' : typeof shape === 'object' ? 'object' : shape);

/** The places where `actual` lacks what was recorded; more than was recorded is fine. */
export function missing(recorded, actual, path = '') {
    if (kind(recorded) === 'null') {
        return ['array', 'object', 'null'].includes(kind(actual)) ? [] : [`${path}: null expected, ${kind(actual)} here`];
    }
    if (kind(recorded) === 'array' && recorded.length === 0 && kind(actual) === 'null') {
        return [];
    }
    if (kind(recorded) !== kind(actual)) {
        return [`${path || '.'}: ${kind(recorded)} expected, ${kind(actual)} here`];
    }
    if (kind(recorded) === 'array' && recorded.length > 0) {
        return actual.length > 0 ? missing(recorded[0], actual[0], `${path}[0]`) : [`${path}: entries expected, none here`];
    }
    if (kind(recorded) === 'object') {
        return Object.entries(recorded).flatMap(([key, inner]) => (key in actual ? missing(inner, actual[key], `${path}.${key}`) : [`${path}.${key}: missing`]));
    }
    return [];
}

/** Every difference of a recording from the reference, a line each. */
export function differences(reference, recording) {
    const lines = [];
    for (const [name, step] of Object.entries(reference.steps)) {
        const here = recording.steps[name];
        if (!here) {
            lines.push(`${name}: not played`);
        } else if (here.status !== step.status || here.error !== step.error) {
            lines.push(`${name} (${step.request}): ${step.status} ${step.error ?? ''} expected, ${here.status} ${here.error ?? ''} here`);
        } else if (step.shape !== undefined) {
            lines.push(...missing(step.shape, here.shape ?? 'nothing').map((why) => `${name} (${step.request}): ${why}`));
        }
    }
    for (const [who, events] of Object.entries(reference.events)) {
        for (const [event, {count, shape}] of Object.entries(events)) {
            const here = recording.events[who]?.[event] ?? {count: 0, shape: {}};
            if (here.count !== count) {
                lines.push(`${event} to ${who}: ${count} expected, ${here.count} here`);
            } else {
                lines.push(...missing(shape, here.shape).map((why) => `${event} to ${who}: ${why}`));
            }
        }
    }
    return lines;
}
