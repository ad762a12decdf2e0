// Messages the server has not confirmed, kept in the browser so that a reload does not lose them.
import type { Post } from '@mattermost/types/posts';
import { localKeys, readLocal, writeLocal } from '@/lib/storage';

// A key for each message, so that windows do not overwrite each other's. A pending id begins with its author's id.
const storageKey = (pendingId: string) => `unsent.${pendingId}`;

export const saveUnsent = (echo: Post) => writeLocal(storageKey(echo.id), JSON.stringify(echo));
export const removeUnsent = (pendingId: string) => writeLocal(storageKey(pendingId), null);

export function readUnsent(userId: string): Post[] {
  return localKeys(storageKey(`${userId}:`)).flatMap((key) => {
    try {
      return [JSON.parse(readLocal(key) ?? '') as Post];
    } catch {
      return [];
    }
  });
}
