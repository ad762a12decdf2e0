// Keyboard shortcuts of the command table.
import { useEffect } from 'react';
import { availableCommands, sessionReady } from './table';

const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);

export function matches(shortcut: string, event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>, mac = isMac): boolean {
  const parts = shortcut.split('+');
  const key = parts.at(-1) ?? '';
  const mod = mac ? event.metaKey : event.ctrlKey;
  return event.key.toLowerCase() === key.toLowerCase()
    && mod === parts.includes('Mod')
    && event.altKey === parts.includes('Alt')
    && event.shiftKey === parts.includes('Shift');
}

const glyphs: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓' };

export function formatShortcut(shortcut: string, mac = isMac): string[] {
  return shortcut.split('+').map((part) => (part === 'Mod' ? (mac ? '⌘' : 'Ctrl') : part === 'Alt' && mac ? '⌥' : part === 'Shift' && mac ? '⇧' : glyphs[part] ?? part));
}

export function useKeyboard(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!sessionReady()) return;
      const command = availableCommands().find((c) => c.shortcut && matches(c.shortcut, event));
      if (!command) return;
      event.preventDefault();
      command.run();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
