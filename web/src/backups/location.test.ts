import { describe, expect, it } from 'vitest';
import { composeLocation, invalidParts, NO_LOCATION, parseLocation, suggestName, type LocationParts } from './location';

const of = (parts: Partial<LocationParts>): LocationParts => ({ ...NO_LOCATION, ...parts });
const sftp = of({ kind: 'sftp', sftpUser: 'backup', sftpHost: 'nas.local', sftpPath: '/srv/guildhall' });
const s3 = of({ kind: 's3', s3Endpoint: 'https://s3.example.com', s3Bucket: 'studio', s3Prefix: 'chat/guildhall' });

describe('the address of a backup target', () => {
  it('is composed of its parts', () => {
    expect(composeLocation(of({ folder: ' /mnt/backup ' }))).toBe('/mnt/backup');
    expect(composeLocation(sftp)).toBe('sftp:backup@nas.local:/srv/guildhall');
    expect(composeLocation(s3)).toBe('s3:https://s3.example.com/studio/chat/guildhall');
  });

  it('takes an endpoint without its scheme, and slashes that are too many', () => {
    expect(composeLocation({ ...s3, s3Endpoint: 's3.example.com/', s3Bucket: '/studio/', s3Prefix: '/' })).toBe('s3:https://s3.example.com/studio');
    expect(composeLocation({ ...s3, s3Endpoint: 'http://10.0.0.5:9000', s3Prefix: '' })).toBe('s3:http://10.0.0.5:9000/studio');
  });

  it('has a port and a region where they are needed', () => {
    expect(composeLocation({ ...sftp, sftpPort: '2222' })).toBe('sftp://backup@nas.local:2222//srv/guildhall');
    expect(composeLocation({ ...sftp, sftpPort: '23', sftpPath: 'guildhall' })).toBe('sftp://backup@nas.local:23/guildhall');
    expect(composeLocation({ ...sftp, sftpUser: '', sftpHost: 'fd00::1' })).toBe('sftp:[fd00::1]:/srv/guildhall');
    expect(composeLocation({ ...s3, s3Region: 'eu-west-1' })).toBe('s3:https://s3.example.com/studio/chat/guildhall?region=eu-west-1');
  });

  it('is the same after it was read', () => {
    for (const location of [
      '/mnt/backup', '/mnt/with space/ü', 'sftp:backup@nas.local:/srv/guildhall', 'sftp:nas:guildhall', 'sftp:u@[fd00::1]:/srv', 'sftp://u@nas.local:2222//srv', 'sftp://u@[fd00::1]:23/srv',
      's3:https://s3.example.com/studio', 's3:http://10.0.0.5:9000/studio/a/b', 's3:https://s3.example.com/studio/a?region=eu-1', 's3:https://s3.example.com/studio?region=eu-1',
    ]) expect(composeLocation(parseLocation(location))).toBe(location);
    expect(parseLocation('local:/mnt/backup')).toEqual(of({ folder: '/mnt/backup' }));
    // Whatever it is, nothing of it is lost.
    expect(parseLocation('rest:https://example.com').folder).toBe('rest:https://example.com');
  });

  it('is read in other notations, too', () => {
    expect(composeLocation(parseLocation('sftp:u@nas:2222:/srv'))).toBe('sftp://u@nas:2222//srv');
    expect(composeLocation(parseLocation('sftp://u@nas//srv'))).toBe('sftp:u@nas:/srv');
    expect(composeLocation(parseLocation('s3:s3.example.com/studio'))).toBe('s3:https://s3.example.com/studio');
  });

  it('names the parts that are missing or not valid', () => {
    expect(invalidParts(of({ folder: '/mnt/backup' }))).toEqual([]);
    for (const folder of ['', 'backup', './backup', 'C:\\backup']) expect(invalidParts(of({ folder }))).toEqual(['folder']);
    for (const host of ['nas.local', '[fd00::1]', 'fd00::1']) expect(invalidParts({ ...sftp, sftpHost: host })).toEqual([]);
    expect(invalidParts(of({ kind: 'sftp' }))).toEqual(['sftpHost', 'sftpPath']);
    expect(invalidParts({ ...sftp, sftpUser: 'a:b', sftpHost: 'user@nas', sftpPort: '70000' })).toEqual(['sftpHost', 'sftpPort', 'sftpUser']);
    expect(invalidParts({ ...sftp, sftpPort: '22', sftpPath: 'guildhall' })).toEqual([]);
    expect(invalidParts({ ...s3, s3Region: 'eu-west-1' })).toEqual([]);
    expect(invalidParts(of({ kind: 's3' }))).toEqual(['s3Endpoint', 's3Bucket']);
    expect(invalidParts({ ...s3, s3Endpoint: 'https://s3.example.com/studio', s3Bucket: 'a/b', s3Prefix: 'a?b', s3Region: 'eu west' })).toEqual(['s3Endpoint', 's3Bucket', 's3Prefix', 's3Region']);
  });

  it('suggests a name', () => {
    expect([of({ folder: '/mnt/usb-disk/' }), sftp, s3, of({})].map(suggestName)).toEqual(['usb-disk', 'nas.local', 'studio', '']);
  });
});
