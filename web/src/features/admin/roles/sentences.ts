// What a permission allows, as a sentence; none for those that this server keeps for other clients and does not act on.
import { t, type AdminMessageKey } from '@/i18n/admin';
import { permissionMessages } from '@/i18n/admin/permissions';

const PAGE = /^sysconsole_(read|write)_(.+)$/;

export function sentence(permission: string): string | undefined {
  const key = `permission.${permission}`;
  if (key in permissionMessages) return t(key as AdminMessageKey);
  const [, access, page = ''] = PAGE.exec(permission) ?? [];
  if (!access) return undefined;
  return t(access === 'read' ? 'permission.pageRead' : 'permission.pageWrite', { page: page.replaceAll('_', ' ') });
}
