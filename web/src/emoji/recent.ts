// The recently used emoji, kept in the browser.
import { readLocal, writeLocal } from '@/lib/storage';

const DEFAULTS = ['+1', 'heart', 'tada', 'eyes', 'white_check_mark', 'joy', 'raised_hands', 'rocket'];

export function recentEmoji(): string[] {
  const saved = (readLocal('emoji') ?? '').split(' ').filter(Boolean);
  return [...new Set([...saved, ...DEFAULTS])].slice(0, 16);
}

export function addRecentEmoji(name: string): void {
  writeLocal('emoji', [...new Set([name, ...recentEmoji()])].slice(0, 16).join(' '));
}
