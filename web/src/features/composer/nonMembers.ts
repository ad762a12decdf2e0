// Warns an author who mentions people that are not in a private channel: they are not notified.
import { getMembersByIds } from '@/api/channels';
import { getUsersByUsernames } from '@/api/users';
import { t } from '@/i18n';
import { mentionedNames, parse } from '@/messages/markdown/parse';
import { getState } from '@/state/store';
import { toast } from '@/state/ui';

export async function warnAboutNonMembers(channelId: string, message: string): Promise<void> {
  if (getState().channels[channelId]?.type !== 'P') return;
  const names = mentionedNames(parse(message)).slice(0, 20);
  if (names.length === 0) return;
  const people = await getUsersByUsernames(names);
  if (people.length === 0) return;
  const members = await getMembersByIds(channelId, people.map((user) => user.id));
  const nonMembers = people.filter((user) => !members.some((member) => member.user_id === user.id));
  if (nonMembers.length > 0) toast(t('composer.notNotified', { names: nonMembers.map((user) => `@${user.username}`).join(', ') }));
}
