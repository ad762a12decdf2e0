// Reactions by emoji. Several names of one emoji are one group, in which everybody counts once.
import type { Reaction } from '@mattermost/types/reactions';

export interface ReactionGroup {
  // The name that was used first.
  name: string;
  userIds: string[];
}

export function groupReactions(reactions: readonly Reaction[], canonicalName: (name: string) => string = (name) => name): ReactionGroup[] {
  const groups = new Map<string, ReactionGroup>();
  for (const reaction of [...reactions].sort((a, b) => a.create_at - b.create_at)) {
    const key = canonicalName(reaction.emoji_name);
    const group = groups.get(key) ?? { name: reaction.emoji_name, userIds: [] };
    if (!group.userIds.includes(reaction.user_id)) group.userIds.push(reaction.user_id);
    groups.set(key, group);
  }
  return [...groups.values()];
}
