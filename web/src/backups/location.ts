// The address of a repository, in restic's notation: from the parts that people enter, and back. Pure.

export type Kind = 'folder' | 'sftp' | 's3';

export const KINDS: readonly Kind[] = ['folder', 'sftp', 's3'];

// What is entered; only the parts of the kind count.
export interface LocationParts {
  kind: Kind;
  folder: string;
  sftpUser: string;
  sftpHost: string;
  // May be empty, like the user: then the configuration of ssh decides.
  sftpPort: string;
  // Below the home folder of the user, or a whole path.
  sftpPath: string;
  s3Endpoint: string;
  s3Bucket: string;
  // A folder in the bucket; may be empty.
  s3Prefix: string;
  // May be empty: most providers have it in the name of the endpoint.
  s3Region: string;
}

export type LocationPart = Exclude<keyof LocationParts, 'kind'>;

export const NO_LOCATION: LocationParts = { kind: 'folder', folder: '', sftpUser: '', sftpHost: '', sftpPort: '', sftpPath: '', s3Endpoint: '', s3Bucket: '', s3Prefix: '', s3Region: '' };

const trimSlashes = (text: string) => text.trim().replace(/^\/+|\/+$/g, '');

// `s3.example.com` is short for `https://s3.example.com`.
function completeEndpoint(text: string): string {
  const endpoint = text.trim().replace(/\/+$/, '');
  return /^https?:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`;
}

export function composeLocation(parts: LocationParts): string {
  switch (parts.kind) {
    case 'folder': return parts.folder.trim();
    case 'sftp': return composeSftp(parts);
    case 's3': {
      const region = parts.s3Region.trim();
      return `s3:${[completeEndpoint(parts.s3Endpoint), trimSlashes(parts.s3Bucket), trimSlashes(parts.s3Prefix)].filter(Boolean).join('/')}${region && `?region=${region}`}`;
    }
  }
}

// With a port it is a URL, in which a second slash begins a whole path.
function composeSftp(parts: LocationParts): string {
  const [user, host, port, path] = [parts.sftpUser.trim(), parts.sftpHost.trim(), parts.sftpPort.trim(), parts.sftpPath.trim()];
  const isIpv6 = host.includes(':') && !host.startsWith('[');
  const account = `${user && `${user}@`}${isIpv6 ? `[${host}]` : host}`;
  return port ? `sftp://${account}:${port}/${path}` : `sftp:${account}:${path}`;
}

const SFTP_URL = /^sftp:\/\/(?:(.*)@)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?\/(.*)$/;
const SFTP = /^sftp:(?:([^/]*)@)?(\[[^\]]*\]|[^:/]*):(?:(\d+):)?(.*)$/;
const S3 = /^s3:\/*((?:https?:\/\/)?[^/]+)\/([^/?]+)(?:\/([^?]*))?(?:\?region=(.*))?$/i;

/** The parts of an address that the server has accepted. */
export function parseLocation(location: string): LocationParts {
  const sftp = SFTP_URL.exec(location) ?? SFTP.exec(location);
  if (sftp) return { ...NO_LOCATION, kind: 'sftp', sftpUser: sftp[1] ?? '', sftpHost: sftp[2] ?? '', sftpPort: sftp[3] ?? '', sftpPath: sftp[4] ?? '' };
  const s3 = S3.exec(location);
  if (s3) return { ...NO_LOCATION, kind: 's3', s3Endpoint: s3[1] ?? '', s3Bucket: s3[2] ?? '', s3Prefix: s3[3] ?? '', s3Region: s3[4] ?? '' };
  return { ...NO_LOCATION, folder: location.replace(/^local:/, '') };
}

// The parts without which there is no address.
const REQUIRED: Record<Kind, readonly LocationPart[]> = {
  folder: ['folder'],
  sftp: ['sftpHost', 'sftpPath'],
  s3: ['s3Endpoint', 's3Bucket'],
};

// What can be known to be wrong with a part; the server knows the rest.
const IS_WRONG: Partial<Record<LocationPart, (parts: LocationParts) => boolean>> = {
  folder: ({ folder }) => !folder.trim().startsWith('/'),
  sftpHost: ({ sftpHost }) => /[/@\s]/.test(sftpHost.trim()),
  sftpPort: ({ sftpPort }) => sftpPort.trim() !== '' && !(/^\d{1,5}$/.test(sftpPort.trim()) && Number(sftpPort) >= 1 && Number(sftpPort) <= 65_535),
  sftpUser: ({ sftpUser }) => /[/:\s]/.test(sftpUser.trim()),
  s3Endpoint: ({ s3Endpoint }) => !/^https?:\/\/[^/@?#\s]+$/i.test(completeEndpoint(s3Endpoint)),
  s3Bucket: ({ s3Bucket }) => !/^[\w.-]+$/.test(trimSlashes(s3Bucket)),
  s3Prefix: ({ s3Prefix }) => /[?#%]/.test(s3Prefix),
  s3Region: ({ s3Region }) => /[^\w-]/.test(s3Region.trim()),
};

export const PARTS: Record<Kind, readonly LocationPart[]> = {
  folder: ['folder'],
  sftp: ['sftpHost', 'sftpPort', 'sftpUser', 'sftpPath'],
  s3: ['s3Endpoint', 's3Bucket', 's3Prefix', 's3Region'],
};

/** The parts that are missing, and those that cannot be part of an address. */
export function invalidParts(parts: LocationParts): LocationPart[] {
  return PARTS[parts.kind].filter((part) => (REQUIRED[parts.kind].includes(part) && parts[part].trim() === '') || IS_WRONG[part]?.(parts));
}

/** A name for a target at that place, until somebody enters another one. */
export function suggestName(parts: LocationParts): string {
  const last = (path: string) => trimSlashes(path).split('/').pop() ?? '';
  const name = { folder: last(parts.folder), sftp: parts.sftpHost.trim(), s3: trimSlashes(parts.s3Bucket) }[parts.kind];
  return name.slice(0, 64);
}
