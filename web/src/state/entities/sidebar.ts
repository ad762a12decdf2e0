// The sections of the sidebar and the order of their channels.
import type { ServerChannel } from '@mattermost/types/channels';
import { channelTitle, unreadOf } from './channels';
import type { Entities } from './model';

export interface Section {
  id: string;
  type: 'favorites' | 'channels' | 'direct_messages' | 'custom';
  title: string;
  channels: ServerChannel[];
}

type Source = Pick<Entities, 'channels' | 'members' | 'categories' | 'users' | 'meId'>;

const MAX_DIRECT_CHANNELS = 25;

const isDirect = (c: ServerChannel) => c.type === 'D' || c.type === 'G';

export function sidebarOrder(s: Source, teamId: string): Section[] {
  const channels = Object.values(s.channels).filter((c) => s.members[c.id] && c.delete_at === 0 && (c.team_id === teamId || c.team_id === ''));
  const known = s.categories[teamId];
  const order = known?.order.map((id) => known.categories.find((c) => c.id === id)).filter((c) => c !== undefined) ?? [];
  const sections: Section[] = order.map((c) => ({ id: c.id, type: c.type as Section['type'], title: c.display_name, channels: [] }));
  for (const type of ['channels', 'direct_messages'] as const) {
    if (!sections.some((x) => x.type === type)) sections.push({ id: type, type, title: '', channels: [] });
  }
  const categoryOf = new Map<string, string>();
  order.forEach((c) => c.channel_ids.forEach((id) => categoryOf.set(id, c.id)));
  for (const channel of channels) {
    const section = sections.find((x) => x.id === categoryOf.get(channel.id))
      ?? sections.find((x) => x.type === (isDirect(channel) ? 'direct_messages' : 'channels'));
    section?.channels.push(channel);
  }
  const title = (c: ServerChannel) => channelTitle(s, c).toLocaleLowerCase();
  for (const section of sections) {
    const category = order.find((c) => c.id === section.id);
    if (section.type === 'direct_messages' && category?.sorting !== 'alpha') {
      section.channels.sort((a, b) => (b.last_post_at || b.create_at) - (a.last_post_at || a.create_at));
      section.channels = section.channels.filter((c, i) => i < MAX_DIRECT_CHANNELS || unreadOf(c, s.members[c.id]).unread);
    } else if (category?.sorting === 'manual') {
      const at = (c: ServerChannel) => category.channel_ids.indexOf(c.id);
      section.channels.sort((a, b) => at(a) - at(b));
    } else section.channels.sort((a, b) => title(a).localeCompare(title(b)));
  }
  return sections.filter((x) => x.type === 'channels' || x.type === 'direct_messages' || x.channels.length > 0);
}
