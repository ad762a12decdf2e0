// Users: custom statuses, and finding users by name.
import type { UserProfile } from '@mattermost/types/users';
import { describe, expect, it } from 'vitest';
import { byUsername, customStatus } from './users';

const NOW = Date.parse('2030-01-01T12:00:00Z');
const saying = (status: unknown) => ({ id: 'u', username: 'ida', props: { customStatus: typeof status === 'string' ? status : JSON.stringify(status) } }) as unknown as UserProfile;

describe('customStatus', () => {
  it('is an emoji and words, until its time is over', () => {
    expect(customStatus(saying({ emoji: 'tea', text: 'Back soon', expires_at: '' }), NOW)).toEqual({ emoji: 'tea', text: 'Back soon' });
    expect(customStatus(saying({ emoji: 'tea', text: '', expires_at: '0001-01-01T00:00:00Z' }), NOW)).toEqual({ emoji: 'tea', text: '' });
    expect(customStatus(saying({ emoji: 'tea', text: 'x', expires_at: '2030-01-01T12:00:01Z' }), NOW)).not.toBeNull();
    expect(customStatus(saying({ emoji: 'tea', text: 'x', expires_at: '2030-01-01T12:00:00Z' }), NOW)).toBeNull();
  });
  it('is nothing where nothing readable is stored', () => {
    for (const stored of ['', '{', '{}', 'null', '[]']) expect(customStatus(saying(stored), NOW), stored).toBeNull();
    expect(customStatus(undefined, NOW)).toBeNull();
  });
});

describe('byUsername', () => {
  it('finds people whatever the letters, and knows who is new', () => {
    const ida = saying('');
    const users = { u: ida };
    expect(byUsername(users, 'IDA')).toBe(ida);
    expect(byUsername(users, 'ivo')).toBeUndefined();
    expect(byUsername({ ...users, v: { ...ida, id: 'v', username: 'ivo' } }, 'ivo')?.id).toBe('v');
  });
});
