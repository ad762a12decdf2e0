// Groups: the newest version counts, archived ones cannot be mentioned, and events can be applied twice.
import type { Group } from '@mattermost/types/groups';
import { describe, expect, it } from 'vitest';
import { byGroupName, joinGroup, leaveGroup, receiveGroups, receiveMyGroups } from './groups';
import { emptyEntities } from './model';

const group = (name: string, updateAt: number, deleteAt = 0) =>
  ({ id: `id-${name}`, name, display_name: name.toUpperCase(), update_at: updateAt, delete_at: deleteAt }) as Group;

describe('receiveGroups', () => {
  it('keeps the newest version', () => {
    const one = receiveGroups(emptyEntities, [group('dev', 5)]);
    expect(receiveGroups(one, [{ ...group('dev', 4), display_name: 'Old' }])).toBe(one);
    expect(receiveGroups(one, [{ ...group('dev', 6), name: 'ops' }]).groups['id-dev']?.name).toBe('ops');
    expect(receiveGroups(one, [group('dev', 5)])).toEqual(one);
  });
  it.each([['a known group', [group('dev', 5)]], ['a group that was not known', []]])('of %s that was archived, a late response brings nothing back', (_name, known) => {
    const archived = receiveGroups(receiveGroups(emptyEntities, known), [group('dev', 7, 7)]);
    expect(byGroupName(archived.groups, 'dev')).toBeUndefined();
    expect(byGroupName(receiveMyGroups(archived, [group('dev', 5)]).groups, 'dev')).toBeUndefined();
    expect(byGroupName(receiveGroups(archived, [group('dev', 9)]).groups, 'dev')?.id).toBe('id-dev');
  });
  it('finds groups by name, whatever the letters', () => {
    const { groups } = receiveGroups(emptyEntities, [group('dev', 5)]);
    expect(byGroupName(groups, 'DEV')?.id).toBe('id-dev');
    expect(byGroupName(groups, 'devs')).toBeUndefined();
  });
});

describe('membership', () => {
  it('follows the events, also when they come twice', () => {
    const mine = receiveMyGroups(emptyEntities, [group('dev', 5)]);
    expect(mine.myGroups).toEqual({ 'id-dev': true });
    expect(joinGroup(mine, 'id-dev')).toBe(mine);
    const left = leaveGroup(mine, 'id-dev');
    expect(left.myGroups).toEqual({});
    expect(leaveGroup(left, 'id-dev')).toBe(left);
  });
});
