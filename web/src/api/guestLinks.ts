// Links by which people from elsewhere become guests of one channel.
import type { UserProfile } from '@mattermost/types/users';
import { del, get, post } from './core';

export interface GuestLink {
  id: string;
  channel_id: string;
  creator_id: string;
  create_at: number;
  expires_at: number;
  people_left: number;
  guest_expires_at: number;
  takes_password: boolean;
  takes_code: boolean;
}
export interface GuestLinkVisitor {
  user_id: string;
  username: string;
  first_name: string;
  last_name: string;
  create_at: number;
}
export type ListedGuestLink = GuestLink & { people: GuestLinkVisitor[] };
// The only answer with the address; `qr_code` is a PNG in base64.
export type CreatedGuestLink = GuestLink & { link: string; qr_code: string };
export interface NewGuestLink {
  expires_at: number;
  max_people: number;
  password: string;
  takes_code: boolean;
}
export interface GuestLinkInfo {
  team_name: string;
  channel_name: string;
  takes_password: boolean;
  takes_code: boolean;
}
export interface NewGuest {
  name: string;
  email: string;
  password: string;
}
export interface GuestLinkDestination {
  team_id: string;
  team_name: string;
  channel_id: string;
  channel_name: string;
}

export const createGuestLink = (channelId: string, link: NewGuestLink) => post<CreatedGuestLink>(`/channels/${channelId}/guest_links`, link);
export const getGuestLinks = (channelId: string) => get<ListedGuestLink[]>(`/channels/${channelId}/guest_links`);
export const revokeGuestLink = (channelId: string, id: string) => del<unknown>(`/channels/${channelId}/guest_links/${id}`);
export const getGuestLinkInfo = (token: string) => post<GuestLinkInfo>('/guest_links/info', { token });
// The new account, logged in, or what the code of a mail is entered with.
export const joinByGuestLink = (token: string, guest: NewGuest) => post<UserProfile | { request_token: string }>('/guest_links/join', { token, ...guest });
export const acceptGuestLink = (token: string, password: string) => post<GuestLinkDestination>('/guest_links/accept', { token, password });
