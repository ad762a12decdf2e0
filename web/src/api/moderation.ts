// What members and guests of a channel may do there less than elsewhere.
import { get, put } from './core';

export type ModerationName = 'create_post' | 'create_reactions' | 'manage_members' | 'use_channel_mentions';

export interface ModeratedRole {
  value: boolean;
  // The team and the server allow it.
  enabled: boolean;
}

export interface ChannelModeration {
  name: ModerationName;
  roles: { members: ModeratedRole; guests: ModeratedRole | null };
}

export type ModeratedWho = 'members' | 'guests';

export const getModerations = (channelId: string) => get<ChannelModeration[]>(`/channels/${channelId}/moderations`);
export const patchModeration = (channelId: string, name: ModerationName, who: ModeratedWho, value: boolean) =>
  put<ChannelModeration[]>(`/channels/${channelId}/moderations/patch`, [{ name, roles: { [who]: value } }]);
