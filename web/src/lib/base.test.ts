import { describe, expect, it } from 'vitest';
import { browserPath, clientPath, sitePath } from './base';

describe('the path of the site', () => {
  const origin = location.origin;

  it('is not part of paths within the client', () => {
    for (const [address, expected] of [
      ['/chat', '/'],
      ['/chat/', '/'],
      ['/chat/studio/pl/x?thread=y', '/studio/pl/x?thread=y'],
      [`${origin}/chat/studio`, '/studio'],
      ['/chatter', null],
      ['/studio', null],
      [`${origin}/other/logout`, null],
      [`${origin}.evil.example.com/chat/`, null],
      ['https://elsewhere.example.com/chat/studio', null],
      ['mailto:joe@example.com', null],
    ] as const) expect(sitePath(address, '/chat'), address).toBe(expected);
  });

  it('tells what the client shows from what the server answers', () => {
    for (const [address, expected] of [
      ['/chat/studio', '/studio'],
      ['/chat/helpers/channels/town-square', '/helpers/channels/town-square'],
      [`${origin}/chat/help/troubleshooting#disks.raid_none`, null],
      ['/chat/help', null],
      ['/chat/api/v4/files/x', null],
      ['https://elsewhere.example.com/chat/studio', null],
    ] as const) expect(clientPath(address, '/chat'), address).toBe(expected);
  });

  it('is empty where the site has the host for itself', () => {
    expect(sitePath('/studio', '')).toBe('/studio');
    expect(sitePath(`${origin}/`, '')).toBe('/');
    expect(sitePath('https://elsewhere.example.com/studio', '')).toBeNull();
    expect(browserPath('/studio', '')).toBe('/studio');
    expect(browserPath('/studio', '/chat')).toBe('/chat/studio');
  });
});
