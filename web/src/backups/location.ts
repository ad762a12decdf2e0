// The address of a repository, in restic's notation: from the parts that people enter, and back. Pure.

export type Kind = 'folder' | 'sftp' | 's3';

export const KINDS: readonly Kind[] = ['folder', 'sftp', 's3'];

// What is entered; only the parts of the kind count.
export interface LocationParts {
  kind: Kind;
  folder: string;
  sftpUser: string;
  sftpHost: string;
  sftpPath: string;
  s3Endpoint: string;
  s3Bucket: string;
  // A folder in the bucket; may be empty.
  s3Prefix: string;
}

export type LocationPart = Exclude<keyof LocationParts, 'kind'>;

export const NO_LOCATION: LocationParts = { kind: 'folder', folder: '', sftpUser: '', sftpHost: '', sftpPath: '', s3Endpoint: '', s3Bucket: '', s3Prefix: '' };

const trimSlashes = (text: string) => text.trim().replace(/^\/+|\/+$/g, '');

// `s3.example.com` is short for `https://s3.example.com`.
function completeEndpoint(text: string): string {
  const endpoint = text.trim().replace(/\/+$/, '');
  return /^https?:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`;
}

export function composeLocation(parts: LocationParts): string {
  switch (parts.kind) {
    case 'folder': return parts.folder.trim();
    case 'sftp': {
      const user = parts.sftpUser.trim();
      return `sftp:${user && `${user}@`}${parts.sftpHost.trim()}:${parts.sftpPath.trim()}`;
    }
    case 's3': return `s3:${[completeEndpoint(parts.s3Endpoint), trimSlashes(parts.s3Bucket), trimSlashes(parts.s3Prefix)].filter(Boolean).join('/')}`;
  }
}

/** The parts of an address that the server has accepted. */
export function parseLocation(location: string): LocationParts {
  // The host of an IPv6 address is in brackets.
  const sftp = /^sftp:(?:([^@/]*)@)?(\[[^\]]*\]|[^:/]*):(.*)$/.exec(location);
  if (sftp) return { ...NO_LOCATION, kind: 'sftp', sftpUser: sftp[1] ?? '', sftpHost: sftp[2] ?? '', sftpPath: sftp[3] ?? '' };
  const s3 = /^s3:(https?:\/\/[^/]+)\/([^/]+)(?:\/(.*))?$/i.exec(location);
  if (s3) return { ...NO_LOCATION, kind: 's3', s3Endpoint: s3[1] ?? '', s3Bucket: s3[2] ?? '', s3Prefix: s3[3] ?? '' };
  return { ...NO_LOCATION, folder: location.replace(/^local:/, '') };
}

// The parts without which there is no address.
const REQUIRED: Record<Kind, readonly LocationPart[]> = {
  folder: ['folder'],
  sftp: ['sftpUser', 'sftpHost', 'sftpPath'],
  s3: ['s3Endpoint', 's3Bucket'],
};

/** The parts that are missing, and those that cannot be part of an address. */
export function invalidParts(parts: LocationParts): LocationPart[] {
  const missing = REQUIRED[parts.kind].filter((part) => parts[part].trim() === '');
  if (missing.length > 0) return missing;
  switch (parts.kind) {
    case 'folder': return parts.folder.trim().startsWith('/') ? [] : ['folder'];
    case 'sftp': {
      const wrong: Array<[LocationPart, boolean]> = [
        ['sftpUser', /[@/:\s]/.test(parts.sftpUser.trim())],
        ['sftpHost', !/^(?:\[[^\]/@\s]+\]|[^:/@\s[\]]+)$/.test(parts.sftpHost.trim())],
        ['sftpPath', !parts.sftpPath.trim().startsWith('/')],
      ];
      return wrong.filter(([, isWrong]) => isWrong).map(([part]) => part);
    }
    case 's3': {
      const wrong: Array<[LocationPart, boolean]> = [
        ['s3Endpoint', !/^https?:\/\/[^/@?#\s]+$/i.test(completeEndpoint(parts.s3Endpoint))],
        ['s3Bucket', /[/?#\s]/.test(trimSlashes(parts.s3Bucket))],
        ['s3Prefix', /[?#]/.test(parts.s3Prefix)],
      ];
      return wrong.filter(([, isWrong]) => isWrong).map(([part]) => part);
    }
  }
}

/** A name for a target at that place, until somebody enters another one. */
export function suggestName(parts: LocationParts): string {
  const last = (path: string) => trimSlashes(path).split('/').pop() ?? '';
  const name = { folder: last(parts.folder), sftp: parts.sftpHost.trim(), s3: trimSlashes(parts.s3Bucket) }[parts.kind];
  return name.slice(0, 64);
}
