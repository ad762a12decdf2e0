// Messages the server has not confirmed, kept in the browser so that a reload does not lose them.
import type { Post } from '@mattermost/types/posts';
import { localKeys, readLocal, writeLocal } from '@/lib/storage';

// A key for each, so that two windows never overwrite each other's. A pending id begins with its author's.
const keyOf = (pendingId: string) => `unsent.${pendingId}`;

export const keepUnsent = (echo: Post) => writeLocal(keyOf(echo.id), JSON.stringify(echo));
export const forgetUnsent = (pendingId: string) => writeLocal(keyOf(pendingId), null);

export function readUnsent(userId: string): Post[] {
  return localKeys(keyOf(`${userId}:`)).flatMap((key) => {
    try {
      return [JSON.parse(readLocal(key) ?? '') as Post];
    } catch {
      return [];
    }
  });
}
