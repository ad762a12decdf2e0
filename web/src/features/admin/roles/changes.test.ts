import { describe, expect, it } from 'vitest';
import { byScope, changesBetween, isEmpty, matches, withRole } from './changes';

describe('changes of a role', () => {
  it('are what is added and what is removed', () => {
    expect(changesBetween(['a', 'b'], ['b', 'd', 'c'])).toEqual({ added: ['c', 'd'], removed: ['a'] });
    expect(isEmpty(changesBetween(['a'], ['a']))).toBe(true);
    expect(isEmpty(changesBetween(['a'], []))).toBe(false);
  });

  it('are searched by all words of a name', () => {
    expect(matches('delete_others_posts', 'posts delete')).toBe(true);
    expect(matches('delete_others_posts', 'posts edit')).toBe(false);
    expect(matches('delete_others_posts', '')).toBe(true);
    expect(matches('delete_others_posts', 'messages posts', 'Delete the messages of others.')).toBe(true);
    const permissions = [{ name: 'create_post', scope: 'channel' as const }, { name: 'create_team', scope: 'system' as const }, { name: 'edit_post', scope: 'channel' as const }];
    expect(byScope(permissions, 'post')).toEqual([['channel', ['create_post', 'edit_post']]]);
  });

  it('of an account keep its other roles', () => {
    expect(withRole('system_user', 'system_manager', true)).toBe('system_user system_manager');
    expect(withRole('system_user system_manager', 'system_manager', true)).toBe('system_user system_manager');
    expect(withRole('system_user system_manager', 'system_manager', false)).toBe('system_user');
  });
});
