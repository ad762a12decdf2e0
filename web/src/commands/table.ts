// All commands, for menus, keyboard shortcuts and the quick switcher.
import {
  Compass, Hash, Inbox, Keyboard, LogOut, MessageSquarePlus, Moon, PanelRightClose, Search, Settings, ShieldCheck, SquareArrowDown, SquareArrowUp, Sun,
  UserPlus, Zap, type LucideIcon,
} from 'lucide-react';
import { logOut } from '@/data/session';
import { currentTeam } from '@/data/screen';
import type { MessageKey } from '@/i18n';
import { currentPath } from '@/lib/base';
import { closePanel, navigateTo, openPanel, readPanel } from '@/lib/navigate';
import { decodeSegment } from '@/lib/text';
import { channelPath } from '@/state/entities/channels';
import { sidebarOrder } from '@/state/entities/sidebar';
import { amAdministrating, amGuest } from '@/state/entities/users';
import { getState } from '@/state/store';
import { openDialog, setTheme, useUi } from '@/state/ui';
import { unreadOf } from '@/state/entities/channels';

export interface Command {
  id: string;
  title: MessageKey;
  shortcut?: string;
  icon: LucideIcon;
  // Not listed in the quick switcher.
  hidden?: boolean;
  when?: () => boolean;
  run: () => void;
}

const inTeam = () => currentTeam(getState()) !== undefined;
const inTeamAsMember = () => inTeam() && !amGuest(getState());
const isDark = () => document.documentElement.dataset.theme === 'dark'
  || (!document.documentElement.dataset.theme && window.matchMedia('(prefers-color-scheme: dark)').matches);

function goToAdjacentChannel(direction: 1 | -1, unreadOnly: boolean): void {
  const s = getState();
  const team = currentTeam(s);
  if (!team) return;
  const ids = sidebarOrder(s, team.id).flatMap((section) => section.channels.map((c) => c.id));
  const current = ids.findIndex((id) => {
    const channel = s.channels[id];
    return channel && decodeSegment(currentPath()) === channelPath(s, team.name, channel);
  });
  for (let i = 1; i <= ids.length; i += 1) {
    const id = ids[(current + direction * i + ids.length * 2) % ids.length];
    const channel = id ? s.channels[id] : undefined;
    if (channel && (!unreadOnly || unreadOf(channel, s.members[channel.id]).unread)) {
      navigateTo(channelPath(s, team.name, channel));
      return;
    }
  }
}

export const commands: Command[] = [
  { id: 'switcher', title: 'command.switcher', shortcut: 'Mod+K', icon: Zap, hidden: true, when: inTeam, run: () => openDialog({ kind: 'switcher' }) },
  { id: 'search', title: 'command.search', shortcut: 'Mod+Shift+F', icon: Search, when: inTeam, run: () => openPanel({ kind: 'search', terms: '' }) },
  { id: 'new-message', title: 'command.newMessage', shortcut: 'Mod+Shift+K', icon: MessageSquarePlus, when: inTeam, run: () => openDialog({ kind: 'new-message' }) },
  { id: 'threads', title: 'command.threads', shortcut: 'Mod+Shift+U', icon: Inbox, when: inTeam, run: () => navigateTo(`/${currentTeam(getState())?.name}/threads`) },
  { id: 'browse', title: 'command.browse', icon: Compass, when: inTeamAsMember, run: () => openDialog({ kind: 'browse-channels' }) },
  { id: 'create-channel', title: 'command.createChannel', icon: Hash, when: inTeamAsMember, run: () => openDialog({ kind: 'create-channel' }) },
  { id: 'invite', title: 'command.invite', icon: UserPlus, when: inTeamAsMember, run: () => openDialog({ kind: 'invite' }) },
  { id: 'previous-channel', title: 'command.previous', shortcut: 'Alt+ArrowUp', icon: SquareArrowUp, hidden: true, when: inTeam, run: () => goToAdjacentChannel(-1, false) },
  { id: 'next-channel', title: 'command.next', shortcut: 'Alt+ArrowDown', icon: SquareArrowDown, hidden: true, when: inTeam, run: () => goToAdjacentChannel(1, false) },
  { id: 'previous-unread', title: 'command.previousUnread', shortcut: 'Alt+Shift+ArrowUp', icon: SquareArrowUp, when: inTeam, run: () => goToAdjacentChannel(-1, true) },
  { id: 'next-unread', title: 'command.nextUnread', shortcut: 'Alt+Shift+ArrowDown', icon: SquareArrowDown, when: inTeam, run: () => goToAdjacentChannel(1, true) },
  { id: 'close-panel', title: 'command.closePanel', shortcut: 'Mod+.', icon: PanelRightClose, when: () => readPanel(new URLSearchParams(location.search)) !== null, run: closePanel },
  { id: 'dark', title: 'command.dark', icon: Moon, when: () => !isDark(), run: () => setTheme('dark') },
  { id: 'light', title: 'command.light', icon: Sun, when: isDark, run: () => setTheme('light') },
  { id: 'settings', title: 'command.settings', shortcut: 'Mod+,', icon: Settings, run: () => openDialog({ kind: 'settings' }) },
  { id: 'system-console', title: 'command.systemConsole', icon: ShieldCheck, when: () => amAdministrating(getState()), run: () => navigateTo('/admin_console') },
  { id: 'shortcuts', title: 'command.shortcuts', shortcut: 'Mod+/', icon: Keyboard, run: () => openDialog({ kind: 'shortcuts' }) },
  { id: 'log-out', title: 'command.logOut', icon: LogOut, run: () => void logOut() },
];

export const availableCommands = () => commands.filter((c) => !c.when || c.when());

export function runCommandById(id: string): void {
  const command = commands.find((c) => c.id === id);
  if (command && (!command.when || command.when())) command.run();
}

// Slash commands that this window runs by itself; the server only lists them.
const localCommands: Record<string, (rest: string) => void> = {
  search: (terms) => openPanel({ kind: 'search', terms }),
  settings: () => runCommandById('settings'),
  shortcuts: () => runCommandById('shortcuts'),
  logout: () => runCommandById('log-out'),
};

export function runLocalCommand(text: string): boolean {
  const [, name = '', rest = ''] = /^\/(\S+)\s*(.*)$/s.exec(text) ?? [];
  const run = Object.hasOwn(localCommands, name) ? localCommands[name] : undefined;
  run?.(rest.trim());
  return run !== undefined;
}

export const sessionReady = () => useUi.getState().session === 'ready';
