// Requests: headers, retries, ETags, errors, aborting.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, clearResponseCache, get, post, setUnauthorizedHandler } from './core';

const answers: Array<Response | Error> = [];
const calls: Array<{ url: string; init: RequestInit }> = [];
const header = (i: number, name: string) => (calls[i]?.init.headers as Record<string, string>)[name];

beforeEach(() => {
  answers.length = 0;
  calls.length = 0;
  clearResponseCache();
  vi.useFakeTimers();
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    calls.push({ url, init });
    if (init.signal?.aborted) return Promise.reject(init.signal.reason as Error);
    const next = answers.shift() ?? new Response('{}');
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  });
  document.cookie = 'MMCSRF=secret';
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function settle<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  await vi.runAllTimersAsync();
  return promise;
}

const down = () => new Response('', { status: 503 });

describe('requests', () => {
  it('always say what they are, and carry the token where they write', async () => {
    await get('/a', { page: 0, term: undefined });
    await post('/b', { x: 1 });
    expect(calls[0]?.url).toBe('/api/v4/a?page=0');
    expect(header(0, 'X-Requested-With')).toBe('XMLHttpRequest');
    expect(header(0, 'X-CSRF-Token')).toBeUndefined();
    expect(header(1, 'X-CSRF-Token')).toBe('secret');
    expect(calls[1]?.init.body).toBe('{"x":1}');
  });
  it('repeat what may be repeated', async () => {
    answers.push(down(), new TypeError('offline'), new Response('[1]'));
    expect(await settle(get('/a'))).toEqual([1]);
    expect(calls).toHaveLength(3);
  });
  it('do not repeat a plain POST', async () => {
    answers.push(down());
    await expect(settle(post('/a'))).rejects.toMatchObject({ status: 503 });
    expect(calls).toHaveLength(1);
  });
  it('repeat a POST that says it is safe', async () => {
    answers.push(new TypeError('offline'), new Response('{"id":"p"}'));
    expect(await settle(post('/posts', {}, { idempotent: true }))).toEqual({ id: 'p' });
  });
  it('give up after a while, and say that the network is the reason', async () => {
    answers.push(...Array.from({ length: 9 }, () => new TypeError('offline')));
    const error = await settle(get('/a')).catch((e: unknown) => e as ApiError);
    expect(error).toBeInstanceOf(ApiError);
    expect((error as ApiError).isNetwork).toBe(true);
    expect(calls).toHaveLength(4);
  });
  it('do not repeat what was refused', async () => {
    answers.push(new Response('{"id":"api.context.permissions.app_error","message":"No."}', { status: 403 }));
    await expect(settle(get('/a'))).rejects.toMatchObject({ id: 'api.context.permissions.app_error', message: 'No.' });
    expect(calls).toHaveLength(1);
  });
  it('answer from memory when nothing changed', async () => {
    answers.push(new Response('{"n":1}', { headers: { ETag: 'v1' } }), new Response(null, { status: 304 }));
    const options = { etag: true };
    expect(await get('/a', undefined, options)).toEqual({ n: 1 });
    expect(await get('/a', undefined, options)).toEqual({ n: 1 });
    expect(header(1, 'If-None-Match')).toBe('v1');
  });
  it('tell when the session is over, except at log-in', async () => {
    const ended = vi.fn();
    setUnauthorizedHandler(ended);
    answers.push(new Response('{}', { status: 401 }), new Response('{}', { status: 401 }));
    await settle(post('/users/login', {})).catch(() => undefined);
    expect(ended).not.toHaveBeenCalled();
    await settle(get('/users/me')).catch(() => undefined);
    expect(ended).toHaveBeenCalledOnce();
  });
  it('stop when they are called off', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(get('/a', undefined, { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(calls).toHaveLength(1);
  });
});
