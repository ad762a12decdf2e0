import type { ChannelMembership, ServerChannel } from '@mattermost/types/channels';
import type { TeamMembership } from '@mattermost/types/teams';
import type { UserProfile } from '@mattermost/types/users';
import { describe, expect, it } from 'vitest';
import { emptyEntities, type Entities } from './model';
import { mayInChannel, myRoles, receiveRoles } from './roles';

const state: Entities = {
  ...emptyEntities,
  meId: 'me',
  users: { me: { id: 'me', roles: 'system_user' } as UserProfile },
  channels: { news: { id: 'news', team_id: 'crew' } as ServerChannel },
  members: { news: { channel_id: 'news', roles: 'own_channel_user' } as ChannelMembership },
  teamMembers: { crew: { team_id: 'crew', roles: 'team_user team_admin' } as TeamMembership },
};

describe('permissions in a channel', () => {
  it('come from the membership, the team and the account', () => {
    expect(myRoles(state, 'news')).toEqual(['own_channel_user', 'team_user', 'team_admin', 'system_user']);
    const none = ['own_channel_user', 'team_user', 'team_admin', 'system_user'].map((name) => ({ name, permissions: [] as string[] }));
    const known = receiveRoles(state, none);
    expect(mayInChannel(known, 'news', 'create_post')).toBe(false);
    for (const { name } of none) {
      expect(mayInChannel(receiveRoles(known, [{ name, permissions: ['create_post'] }]), 'news', 'create_post'), name).toBe(true);
    }
  });

  it('hide nothing until all roles are known, or where one is no member', () => {
    const known = receiveRoles(state, ['own_channel_user', 'team_user', 'system_user'].map((name) => ({ name, permissions: [] })));
    expect(mayInChannel(known, 'news', 'create_post')).toBe(true);
    expect(mayInChannel(known, 'other', 'create_post')).toBe(true);
  });
});
