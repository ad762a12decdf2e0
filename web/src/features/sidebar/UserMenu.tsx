// The user's menu: status, theme, settings, log out.
import { Keyboard, LogOut, Monitor, Moon, Settings, SmilePlus, Sun, UserRound } from 'lucide-react';
import { avatarUrl } from '@/api/users';
import { runCommandById } from '@/commands/table';
import { setMyStatus } from '@/data/users';
import { Avatar, StatusDot } from '@/design/primitives';
import { Menu, MenuHeading, MenuItem, MenuSeparator } from '@/design/overlay';
import { StatusEmoji } from '@/emoji/StatusEmoji';
import { t, type MessageKey } from '@/i18n';
import { displayName } from '@/state/entities/users';
import { useEntities } from '@/state/store';
import { openDialog, setTheme, useUi, type Theme } from '@/state/ui';
import css from './sidebar.module.css';

const statuses = [['online', 'status.online'], ['away', 'status.away'], ['dnd', 'status.dnd'], ['offline', 'status.offline']] as const;
const themes: Array<[Theme, MessageKey, typeof Sun]> = [['system', 'theme.system', Monitor], ['light', 'theme.light', Sun], ['dark', 'theme.dark', Moon]];

export function UserMenu() {
  const me = useEntities((s) => s.users[s.meId]);
  const status = useEntities((s) => s.statuses[s.meId]) ?? 'online';
  const theme = useUi((s) => s.theme);
  const connection = useUi((s) => s.connection);
  if (!me) return null;
  const current = statuses.find(([id]) => id === status)?.[1] ?? 'status.online';
  return (
    <div className={css.foot}>
      <Menu
        side="top"
        trigger={(
          <button type="button" className={css.me} data-testid="user-menu">
            <Avatar id={me.id} name={displayName(me)} size={32} status={status} src={me.last_picture_update ? avatarUrl(me.id, me.last_picture_update) : undefined} />
            <span className={css.meText}>
              <b>{displayName(me)} <StatusEmoji user={me} /></b>
              <span data-testid="connection" data-state={connection}>{connection === 'online' ? t(current) : t('connection.offline')}</span>
            </span>
          </button>
        )}
      >
        <MenuHeading>{t('status.title')}</MenuHeading>
        {statuses.map(([id, title]) => (
          <MenuItem key={id} icon={<StatusDot status={id} />} trailing={id === status ? '✓' : undefined} onSelect={() => void setMyStatus(id)}>{t(title)}</MenuItem>
        ))}
        <MenuItem icon={<SmilePlus size={16} />} testId="menu-custom-status" onSelect={() => openDialog({ kind: 'custom-status' })}>{t('status.custom')}</MenuItem>
        <MenuSeparator />
        <MenuHeading>{t('theme.title')}</MenuHeading>
        {themes.map(([id, title, Icon]) => (
          <MenuItem key={id} icon={<Icon size={16} />} trailing={id === theme ? '✓' : undefined} onSelect={() => setTheme(id)}>{t(title)}</MenuItem>
        ))}
        <MenuSeparator />
        <MenuItem icon={<UserRound size={16} />} onSelect={() => openDialog({ kind: 'profile', userId: me.id })}>{t('user.viewProfile')}</MenuItem>
        <MenuItem icon={<Settings size={16} />} testId="menu-settings" onSelect={() => runCommandById('settings')}>{t('command.settings')}</MenuItem>
        {window.matchMedia('(hover: hover)').matches && <MenuItem icon={<Keyboard size={16} />} onSelect={() => runCommandById('shortcuts')}>{t('command.shortcuts')}</MenuItem>}
        <MenuSeparator />
        <MenuItem icon={<LogOut size={16} />} testId="menu-logout" onSelect={() => runCommandById('log-out')}>{t('command.logOut')}</MenuItem>
      </Menu>
    </div>
  );
}
