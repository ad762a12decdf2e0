// The names of the built-in roles, for people.
import { t, type AdminMessageKey } from '@/i18n/admin';

const TITLES: Partial<Record<string, AdminMessageKey>> = {
  channel_admin: 'roles.channelAdmin',
  channel_guest: 'roles.channelGuest',
  channel_user: 'roles.channelUser',
  custom_group_user: 'roles.groupUser',
  system_admin: 'roles.systemAdmin',
  system_custom_group_admin: 'roles.groupAdmin',
  system_guest: 'roles.systemGuest',
  system_manager: 'roles.systemManager',
  system_read_only_admin: 'roles.auditor',
  system_user: 'roles.systemUser',
  system_user_access_token: 'roles.tokens',
  system_user_manager: 'roles.helpDesk',
  team_admin: 'roles.teamAdmin',
  team_guest: 'roles.teamGuest',
  team_user: 'roles.teamUser',
};

// Those that people rarely see have their technical name.
export function roleTitle(name: string): string {
  const title = TITLES[name];
  return title ? t(title) : name;
}
