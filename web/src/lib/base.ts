// The path below which the site is (`/chat` of `https://example.com/chat`), which the server writes into the page. Paths
// within the client do not have it.

function readBasePath(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="base-path"]')?.content ?? '';
}

export const basePath = readBasePath();

/** The address of the client's root, without a slash at the end. */
export const siteUrl = () => `${location.origin}${basePath}`;

/** The path for the browser of a path within the client. */
export const browserPath = (path: string, base = basePath) => `${base}${path}`;

/** The path of the page within the client. */
export const currentPath = () => sitePath(location.pathname) ?? '/';

/** The path within the client of an address in a message; null where it is elsewhere, such as another site of the same host. */
export function sitePath(address: string, base = basePath): string | null {
  const isOwnOrigin = address.startsWith(`${location.origin}/`);
  const path = isOwnOrigin ? address.slice(location.origin.length) : address;
  if (!path.startsWith('/')) return null;
  if (path === base || path.startsWith(`${base}/`)) return path.slice(base.length) || '/';
  return null;
}

/** The same for what the client itself shows: null for what the server answers, such as a help page or a file. */
export function clientPath(address: string, base = basePath): string | null {
  const path = sitePath(address, base);
  return path !== null && /^\/(api|help)([/?#]|$)/.test(path) ? null : path;
}
