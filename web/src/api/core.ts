// Requests to the API: headers, retries, ETags, aborting, and errors.

import { browserPath } from '@/lib/base';

export class ApiError extends Error {
  readonly id: string;
  readonly status: number;
  // After how long the server takes the same request, if it said so.
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, id: string, message: string, retryAfterSeconds?: number) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.id = id;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get isNetwork(): boolean {
    return this.status === 0;
  }

  // The server rejected the request itself: sending it again would not help.
  get isRejection(): boolean {
    return this.status >= 400 && this.status < 500 && ![401, 408, 429].includes(this.status);
  }
}

export type Query = Record<string, string | number | boolean | undefined>;

export interface RequestOptions {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
  // For a POST that may be repeated without harm: a search, or a post with a pending id.
  idempotent?: boolean;
  etag?: boolean;
  // A request that comes too early (429) is not repeated here: the caller says when it will be.
  callerWaits?: boolean;
  headers?: Record<string, string>;
}

const RETRY_DELAYS = [300, 1000, 2500];
const ETAG_LIMIT = 200;
const etags = new Map<string, { etag: string; body: unknown }>();

let onUnauthorized: () => void = () => undefined;
export function setUnauthorizedHandler(handler: () => void): void {
  onUnauthorized = handler;
}

let onSecondFactorRequired: () => void = () => undefined;
export function setSecondFactorHandler(handler: () => void): void {
  onSecondFactorRequired = handler;
}

// What the server answers to everything but the set-up, while a second factor is required and missing.
export const SECOND_FACTOR_REQUIRED = 'api.context.mfa_required.app_error';

export function clearResponseCache(): void {
  etags.clear();
}

export function readCookie(name: string): string {
  for (const part of document.cookie.split(';')) {
    const [key, ...rest] = part.trim().split('=');
    if (key === name) return decodeURIComponent(rest.join('='));
  }
  return '';
}

// A path that begins with two slashes is outside of the API.
export const apiUrl = (path: string) => browserPath(path.startsWith('//') ? path.slice(1) : `/api/v4${path}`);

export function buildUrl(path: string, query?: Query): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined) params.set(key, String(value));
  }
  const text = params.toString();
  return apiUrl(`${path}${text ? `?${text}` : ''}`);
}

export function writeHeaders(method: string): Record<string, string> {
  const headers: Record<string, string> = { 'X-Requested-With': 'XMLHttpRequest' };
  if (method !== 'GET') {
    const csrf = readCookie('MMCSRF');
    if (csrf) headers['X-CSRF-Token'] = csrf;
  }
  return headers;
}

function retryAfterSeconds(response: Response | null): number | undefined {
  const seconds = Number(response?.headers.get('Retry-After'));
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}

export async function readError(response: Response): Promise<ApiError> {
  try {
    const body = (await response.json()) as { id?: string; message?: string };
    return new ApiError(response.status, body.id ?? '', body.message ?? response.statusText, retryAfterSeconds(response));
  } catch {
    return new ApiError(response.status, '', response.statusText || `HTTP ${response.status}`);
  }
}

const sleep = (ms: number, signal?: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    }, { once: true });
  });

function retryable(status: number): boolean {
  return status === 0 || status === 429 || status === 502 || status === 503 || status === 504;
}

function retryDelay(response: Response | null, attempt: number): number {
  const after = retryAfterSeconds(response);
  if (after !== undefined) return Math.min(after * 1000, 10_000);
  return (RETRY_DELAYS[attempt] ?? 2500) * (0.75 + Math.random() * 0.5);
}

export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const url = buildUrl(path, options.query);
  const headers = { ...writeHeaders(method), ...options.headers };
  const cached = options.etag ? etags.get(url) : undefined;
  if (cached) headers['If-None-Match'] = cached.etag;
  let body: BodyInit | undefined;
  if (options.body instanceof FormData || options.body instanceof Blob) body = options.body;
  else if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    body = JSON.stringify(options.body);
  }
  const mayRetry = options.idempotent ?? (method === 'GET' || method === 'PUT' || method === 'DELETE');

  for (let attempt = 0; ; attempt += 1) {
    let response: Response | null = null;
    let error: ApiError;
    try {
      response = await fetch(url, { method, headers, body, signal: options.signal, credentials: 'same-origin' });
      if (response.status === 304 && cached) return cached.body as T;
      if (response.ok) {
        const answer = await readBody(response);
        const etag = response.headers.get('ETag');
        if (options.etag && etag) cacheResponse(url, etag, answer);
        return answer as T;
      }
      error = await readError(response);
    } catch (cause) {
      if (options.signal?.aborted) throw cause;
      if (cause instanceof ApiError) throw cause;
      error = new ApiError(0, 'network', 'The server cannot be reached.');
    }
    if (error.status === 401 && path !== '/users/login') onUnauthorized();
    if (error.id === SECOND_FACTOR_REQUIRED) onSecondFactorRequired();
    if (options.callerWaits && error.retryAfterSeconds !== undefined) throw error;
    if (!mayRetry || !retryable(error.status) || attempt >= RETRY_DELAYS.length) throw error;
    await sleep(retryDelay(response, attempt), options.signal);
  }
}

async function readBody(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const text = await response.text();
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(response.status, 'unreadable', 'The response of the server could not be read.');
  }
}

function cacheResponse(url: string, etag: string, body: unknown): void {
  etags.delete(url);
  etags.set(url, { etag, body });
  if (etags.size > ETAG_LIMIT) {
    const oldest = etags.keys().next().value;
    if (oldest !== undefined) etags.delete(oldest);
  }
}

export const get = <T>(path: string, query?: Query, options?: RequestOptions) =>
  request<T>('GET', path, { ...options, query });
export const post = <T>(path: string, body?: unknown, options?: RequestOptions) =>
  request<T>('POST', path, { ...options, body });
export const put = <T>(path: string, body?: unknown, options?: RequestOptions) =>
  request<T>('PUT', path, { ...options, body });
export const patch = <T>(path: string, body?: unknown, options?: RequestOptions) =>
  request<T>('PATCH', path, { ...options, body });
export const del = <T>(path: string, query?: Query, options?: RequestOptions) =>
  request<T>('DELETE', path, { ...options, query });
