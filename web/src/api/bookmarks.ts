// Bookmarks of channels: links and files that stand above a channel.
import type { ChannelBookmark, ChannelBookmarkCreate, ChannelBookmarkPatch, UpdateChannelBookmarkResponse } from '@mattermost/types/channel_bookmarks';
import { del, get, patch, post } from './core';

export type Bookmark = ChannelBookmark;

const path = (channelId: string, id = '') => `/channels/${channelId}/bookmarks${id && `/${id}`}`;

export const getBookmarks = (channelId: string) => get<Bookmark[]>(path(channelId));
export const createBookmark = (channelId: string, bookmark: ChannelBookmarkCreate) => post<Bookmark>(path(channelId), bookmark);
export const updateBookmark = (channelId: string, id: string, changes: ChannelBookmarkPatch) => patch<UpdateChannelBookmarkResponse>(path(channelId, id), changes);
export const deleteBookmark = (channelId: string, id: string) => del<Bookmark>(path(channelId, id));
// To this place in the order, counted from 0.
export const moveBookmark = (channelId: string, id: string, index: number) => post<Bookmark[]>(`${path(channelId, id)}/sort_order`, index);
