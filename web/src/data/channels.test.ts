// Responses that are older than events which arrived while they were on their way.
import type { ChannelMembership, ServerChannel } from '@mattermost/types/channels';
import type { TeamMembership } from '@mattermost/types/teams';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as api from '@/api/channels';
import * as teamsApi from '@/api/teams';
import { countPost, leaveChannel } from '@/state/entities/channels';
import { post } from '@/state/entities/testing';
import { apply, getState, resetEntities } from '@/state/store';
import { removeTeam } from '@/state/entities/teams';
import { loadChannel, loadTeamChannels, loadTeams } from './channels';

vi.mock('@/api/channels', async (original) => ({ ...(await original<typeof api>()), getChannel: vi.fn(), getMyMember: vi.fn(), getMyChannels: vi.fn(), getMyChannelMembers: vi.fn() }));
vi.mock('@/api/teams', async (original) => ({ ...(await original<typeof teamsApi>()), getMyTeams: vi.fn(), getMyTeamMembers: vi.fn() }));

const channel = (total: number) => ({ id: 'c', type: 'O', team_id: 't', total_msg_count: total, total_msg_count_root: total, last_post_at: 0 }) as ServerChannel;
const member = (mentions: number) => ({ channel_id: 'c', user_id: 'me', mention_count: mentions, mention_count_root: mentions, msg_count: 1, last_viewed_at: 0 }) as ChannelMembership;

beforeEach(() => {
  resetEntities();
  apply((s) => ({ ...s, meId: 'me', channels: { c: channel(1) }, members: { c: member(0) } }));
});

describe('a channel that is loaded while a mention arrives', () => {
  it('keeps the mention', async () => {
    vi.mocked(api.getChannel).mockResolvedValueOnce(channel(1)).mockResolvedValue(channel(2));
    vi.mocked(api.getMyMember)
      .mockImplementationOnce(() => {
        apply((s) => countPost(s, post('p', 5), true));
        return Promise.resolve(member(0));
      })
      .mockResolvedValue(member(1));
    await loadChannel('c');
    expect(getState().members.c?.mention_count).toBe(1);
    expect(api.getMyMember).toHaveBeenCalledTimes(2);
  });

  it('is not requested for ever where messages never cease', async () => {
    let total = 1;
    vi.mocked(api.getMyMember).mockReset().mockImplementation(() => {
      apply((s) => countPost(s, post(`p${total}`, total), true));
      return Promise.resolve(member(0));
    });
    vi.mocked(api.getChannel).mockReset().mockImplementation(() => Promise.resolve(channel(total++)));
    await loadChannel('c');
    expect(getState().members.c?.mention_count).toBe(3);
    expect(api.getMyMember).toHaveBeenCalledTimes(3);
  });
});

describe('a membership that ends while it is loaded', () => {
  it('stays ended in a channel', async () => {
    vi.mocked(api.getChannel).mockReset().mockResolvedValue(channel(1));
    vi.mocked(api.getMyMember).mockReset()
      .mockImplementationOnce(() => {
        apply((s) => leaveChannel(s, 'c'));
        return Promise.resolve(member(0));
      })
      .mockRejectedValue(new Error('no member'));
    await loadChannel('c');
    expect(getState().members.c).toBeUndefined();
    expect(api.getMyMember).toHaveBeenCalledTimes(2);
  });

  it('stays ended where all channels are loaded', async () => {
    vi.mocked(api.getChannel).mockReset().mockResolvedValue(channel(1));
    vi.mocked(api.getMyMember).mockReset().mockRejectedValue(new Error('no member'));
    vi.mocked(api.getMyChannels).mockResolvedValue([channel(1)]);
    vi.mocked(api.getMyChannelMembers).mockImplementationOnce(() => {
      apply((s) => leaveChannel(s, 'c'));
      return Promise.resolve([member(0)]);
    });
    await loadTeamChannels('t');
    expect(getState().members.c).toBeUndefined();
  });

  it('stays ended in a team', async () => {
    vi.mocked(teamsApi.getMyTeams).mockResolvedValue([]);
    vi.mocked(teamsApi.getMyTeamMembers).mockImplementationOnce(() => {
      apply((s) => removeTeam(s, 't'));
      return Promise.resolve([{ team_id: 't', user_id: 'me' }, { team_id: 'u', user_id: 'me' }] as TeamMembership[]);
    });
    await loadTeams();
    expect(Object.keys(getState().teamMembers)).toEqual(['u']);
  });
});
