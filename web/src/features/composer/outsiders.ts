// Behind the door of a private channel nobody hears their name called from inside; whoever calls should know.
import { getMembersByIds } from '@/api/channels';
import { getUsersByUsernames } from '@/api/users';
import { t } from '@/i18n';
import { EVERYONE, mentionedNames } from '@/messages/markdown/parse';
import { getState } from '@/state/store';
import { toast } from '@/state/ui';

export async function tellOfOutsiders(channelId: string, message: string): Promise<void> {
  if (getState().channels[channelId]?.type !== 'P') return;
  const names = [...new Set(mentionedNames(message))].filter((name) => !EVERYONE.has(name)).slice(0, 20);
  if (names.length === 0) return;
  const people = await getUsersByUsernames(names);
  if (people.length === 0) return;
  const members = await getMembersByIds(channelId, people.map((user) => user.id));
  const outside = people.filter((user) => !members.some((member) => member.user_id === user.id));
  if (outside.length > 0) toast(t('composer.willNotSee', { names: outside.map((user) => `@${user.username}`).join(', ') }));
}
