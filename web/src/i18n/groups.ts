// English: groups that are added to channels.
export const groups = {
  'group.add': 'Add group',
  'group.added': 'The group was added. Its members join within seconds.',
  'group.choose': 'Choose a group',
  'group.members.one': '@{name} · {count} member',
  'group.members.other': '@{name} · {count} members',
  'group.title': 'Groups',
  'group.text': 'Members of a group are added to the channel and its team, now and when they come to the group. Guests are not. Nobody is removed with the group.',
  'group.unlink': 'Remove',
} as const;
