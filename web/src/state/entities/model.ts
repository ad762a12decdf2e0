// The types of the store, normalised. Only the reducers beside this file change it.
import type { OrderedChannelCategories } from '@mattermost/types/channel_categories';
import type { ChannelMembership, ServerChannel } from '@mattermost/types/channels';
import type { Group } from '@mattermost/types/groups';
import type { Post } from '@mattermost/types/posts';
import type { Team, TeamMembership } from '@mattermost/types/teams';
import type { UserThread } from '@mattermost/types/threads';
import type { UserProfile } from '@mattermost/types/users';

// A contiguous range of a channel's root posts, oldest first. Local echoes are in it under their pending ids.
export interface Timeline {
  ids: string[];
  hasOlder: boolean;
  hasNewer: boolean;
}

export interface Replies {
  ids: string[];
  loaded: boolean;
}

export interface Entities {
  config: Record<string, string>;
  meId: string;
  users: Record<string, UserProfile>;
  statuses: Record<string, string>;
  groups: Record<string, Group>;
  myGroups: Record<string, true>;
  teams: Record<string, Team>;
  teamMembers: Record<string, TeamMembership>;
  loadedTeams: Record<string, boolean>;
  channels: Record<string, ServerChannel>;
  members: Record<string, ChannelMembership>;
  // What each role allows, by its name.
  roles: Record<string, string[]>;
  categories: Record<string, OrderedChannelCategories>;
  // Counts joins and leaves per channel; part of the query keys of member lists, which are loaded again by it.
  memberChanges: Record<string, number>;
  // Counts my departures per channel and team: a membership that was requested before may be over.
  departures: Record<string, number>;
  // Counts new, edited, deleted and reacted posts per channel: a page that was requested before may lack them.
  postChanges: Record<string, number>;
  // Counts changes of custom profile attributes; part of the query keys of fields and values, which are loaded again by it.
  attributeChanges: number;
  // The same for bookmarks of channels.
  bookmarkChanges: number;
  posts: Record<string, Post>;
  // Deleted since the page was loaded: each is taken from the counts once.
  deletedPosts: Record<string, true>;
  timelines: Record<string, Timeline>;
  replies: Record<string, Replies>;
  threads: Record<string, UserThread>;
  threadTotals: Record<string, { unread: number; mentions: number }>;
  typing: Record<string, Record<string, number>>;
  preferences: Record<string, string>;
}

export const emptyEntities: Entities = {
  config: {}, meId: '', users: {}, statuses: {}, groups: {}, myGroups: {}, teams: {}, teamMembers: {}, loadedTeams: {}, channels: {}, members: {}, roles: {},
  categories: {}, memberChanges: {}, departures: {}, postChanges: {}, attributeChanges: 0, bookmarkChanges: 0, posts: {}, deletedPosts: {}, timelines: {}, replies: {}, threads: {}, threadTotals: {}, typing: {}, preferences: {},
};

export type Change = (state: Entities) => Entities;

export function countDeparture(s: Entities, id: string): Entities {
  return { ...s, departures: { ...s.departures, [id]: (s.departures[id] ?? 0) + 1 } };
}

// Whether I left the channel or team since `before`.
export function hasLeft(before: Entities, s: Entities, id: string): boolean {
  return s.departures[id] !== before.departures[id];
}

export function byId<T extends { id: string }>(list: T[]): Record<string, T> {
  const map: Record<string, T> = {};
  for (const item of list) map[item.id] = item;
  return map;
}

export function omit<T>(map: Record<string, T>, key: string): Record<string, T> {
  if (!(key in map)) return map;
  const copy = { ...map };
  delete copy[key];
  return copy;
}
