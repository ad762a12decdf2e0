import { describe, expect, it } from 'vitest';
import { completeUrl, invitationFrom, setupCodeFrom, suggestUrl } from './actions';

describe('the set-up code', () => {
  it('is typed or pasted, alone or in its address', () => {
    for (const text of ['abc123', ' abc123\n', 'http://10.0.0.5:8065/?setup_code=abc123', 'https://example.com/chat/?x=1&setup_code=abc123#top']) {
      expect(setupCodeFrom(text)).toBe('abc123');
    }
  });
});

describe('the address of a new server', () => {
  it('is completed', () => {
    expect(completeUrl(' chat.example.com/ ')).toBe('https://chat.example.com');
    expect(completeUrl('http://chat.local:8065')).toBe('http://chat.local:8065');
    expect(completeUrl('')).toBe('');
  });

  it('is suggested only where it has a name that others know', () => {
    const at = (url: string) => suggestUrl(new URL(url) as unknown as Location);
    expect(at('https://chat.example.com/')).toBe('https://chat.example.com');
    for (const local of ['http://192.168.0.5:8065', 'http://localhost:8065', 'http://studio.local', 'http://[fd00::1]:8065']) expect(at(local)).toBe('');
  });
});

describe('the link of an invitation', () => {
  it('says whom it is for', () => {
    const data = '{"email":"ada@example.com","display_name":"Studio","name":"studio"}';
    expect(invitationFrom(data)).toEqual({ email: 'ada@example.com', teamName: 'Studio' });
  });

  it('says nothing where it is not whole', () => {
    for (const data of [null, '', '{"email":', 'null', '[]', '{"email":5,"display_name":{}}']) {
      expect(invitationFrom(data)).toEqual({ email: '', teamName: '' });
    }
  });
});
