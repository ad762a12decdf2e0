// Which actions on a post are offered. The server decides; this only hides what it would reject.
import type { Post } from '@mattermost/types/posts';
import { isTeamAdmin } from '@/state/entities/teams';
import { amAdmin } from '@/state/entities/users';
import { getState } from '@/state/store';
import { isSystem } from './list/model';

export function canEdit(post: Post): boolean {
  return post.user_id === getState().meId && !isSystem(post) && post.id !== post.pending_post_id;
}

export function canDelete(post: Post): boolean {
  const s = getState();
  if (post.id === post.pending_post_id) return false;
  const teamId = s.channels[post.channel_id]?.team_id ?? '';
  const channelAdmin = s.members[post.channel_id]?.scheme_admin ?? false;
  return post.user_id === s.meId || amAdmin(s) || channelAdmin || isTeamAdmin(s, teamId);
}
