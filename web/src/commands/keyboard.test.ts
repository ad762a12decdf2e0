// Shortcuts.
import { describe, expect, it, vi } from 'vitest';

vi.mock('./table', () => ({ availableCommands: () => [], sessionReady: () => true }));
const { matches, formatShortcut } = await import('./keyboard');

const press = (key: string, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

describe('matches', () => {
  it('takes the platform’s main modifier', () => {
    expect(matches('Mod+K', press('k', { ctrlKey: true }), false)).toBe(true);
    expect(matches('Mod+K', press('k', { metaKey: true }), true)).toBe(true);
    expect(matches('Mod+K', press('k', { ctrlKey: true }), true)).toBe(false);
  });
  it('wants exactly the modifiers it names', () => {
    expect(matches('Mod+K', press('K', { ctrlKey: true, shiftKey: true }), false)).toBe(false);
    expect(matches('Alt+ArrowUp', press('ArrowUp', { altKey: true }), false)).toBe(true);
  });
  it('shows itself in the platform’s words', () => {
    expect(formatShortcut('Mod+Shift+K', false)).toEqual(['Ctrl', 'Shift', 'K']);
    expect(formatShortcut('Alt+ArrowUp', true)).toEqual(['⌥', '↑']);
  });
});
