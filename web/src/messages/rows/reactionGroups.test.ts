// Names of one emoji are one reaction.
import { expect, it } from 'vitest';
import { groupReactions } from './reactionGroups';

const reaction = (user_id: string, emoji_name: string, create_at: number) => ({ user_id, post_id: 'p', emoji_name, create_at });
const canonical = (name: string) => (name === 'thumbsup' ? '+1' : name);

it('groups by emoji, in the order of first use, and counts everybody once', () => {
  const list = [reaction('bob', '+1', 3), reaction('ann', 'thumbsup', 1), reaction('ann', '+1', 4), reaction('ann', 'tada', 2)];
  expect(groupReactions(list, canonical)).toEqual([{ name: 'thumbsup', userIds: ['ann', 'bob'] }, { name: 'tada', userIds: ['ann'] }]);
});

it('groups by name while the table is not loaded', () => {
  expect(groupReactions([reaction('ann', 'thumbsup', 1), reaction('bob', '+1', 2)])).toHaveLength(2);
});
