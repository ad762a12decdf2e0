// Factories of entities for tests.
import type { ChannelMembership, ServerChannel } from '@mattermost/types/channels';
import type { Post, PostList } from '@mattermost/types/posts';
import type { UserProfile } from '@mattermost/types/users';
import { emptyEntities, type Entities } from './model';

export const user = (id: string, more: Partial<UserProfile> = {}) =>
  ({ id, username: id, first_name: '', last_name: '', nickname: '', roles: 'system_user', update_at: 1, delete_at: 0, ...more }) as UserProfile;

export const channel = (id: string, more: Partial<ServerChannel> = {}) =>
  ({ id, team_id: 't', type: 'O', name: id, display_name: id, delete_at: 0, create_at: 1, last_post_at: 0, total_msg_count: 0, total_msg_count_root: 0, ...more }) as ServerChannel;

export const member = (channelId: string, more: Partial<ChannelMembership> = {}) =>
  ({ channel_id: channelId, user_id: 'me', msg_count: 0, msg_count_root: 0, mention_count: 0, mention_count_root: 0, last_viewed_at: 0, notify_props: {}, ...more }) as ChannelMembership;

export const post = (id: string, at: number, more: Partial<Post> = {}) =>
  ({ id, create_at: at, update_at: at, edit_at: 0, delete_at: 0, user_id: 'ann', channel_id: 'c', root_id: '', message: id, type: '', props: {}, pending_post_id: '', reply_count: 0, metadata: {}, ...more }) as Post;

export const page = (...posts: Post[]) =>
  ({ order: [...posts].sort((a, b) => b.create_at - a.create_at).map((p) => p.id), posts: Object.fromEntries(posts.map((p) => [p.id, p])), next_post_id: '', prev_post_id: '' }) as PostList;

export const world = (more: Partial<Entities> = {}): Entities => ({
  ...emptyEntities, meId: 'me', users: { me: user('me'), ann: user('ann') }, channels: { c: channel('c') }, members: { c: member('c') }, ...more,
});
