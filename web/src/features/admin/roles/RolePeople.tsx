// The people with a role of the system: given and taken away by those who may assign roles.
import type { UserProfile } from '@mattermost/types/users';
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { getUsersWithRole, setUserRoles } from '@/api/roles';
import { getUserByUsername } from '@/api/users';
import { Button, IconButton, TextField } from '@/design/controls';
import { t } from '@/i18n/admin';
import { toastError } from '@/state/ui';
import { Card } from '../Page';
import { useMay } from '../permissions';
import { withRole } from './changes';
import css from './roles.module.css';

// Everybody has one of them: they are no list of people, and are not taken away here.
const OF_EVERYBODY = new Set(['system_user', 'system_guest']);

export function RolePeople({ role }: { role: string }) {
  const mayAssign = useMay('manage_roles');
  const isListed = !OF_EVERYBODY.has(role);
  const query = useQuery({ queryKey: ['admin', 'role-people', role], queryFn: () => getUsersWithRole(role), enabled: isListed, staleTime: 0 });
  const [username, setUsername] = useState('');
  if (!isListed) return null;
  const change = async (user: Pick<UserProfile, 'id' | 'roles'>, has: boolean) => {
    try {
      await setUserRoles(user.id, withRole(user.roles, role, has));
      setUsername('');
      await query.refetch();
    } catch (error) {
      toastError(error);
    }
  };
  const add = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await change(await getUserByUsername(username.trim().replace(/^@/, '').toLowerCase()), true);
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <Card>
      <h2>{t('roles.people')}</h2>
      <ul className={css.people}>
        {query.data?.length === 0 && <li className={css.note}>{t('roles.nobody')}</li>}
        {query.data?.map((user) => (
          <li key={user.id} data-testid="role-person" data-username={user.username}>
            <span>@{user.username}</span>
            {mayAssign && <IconButton label={t('roles.take', { name: user.username })} data-testid="role-take" onClick={() => void change(user, false)}><X size={15} /></IconButton>}
          </li>
        ))}
      </ul>
      {mayAssign && (
        <form className={css.give} onSubmit={(event) => void add(event)}>
          <TextField aria-label={t('roles.username')} placeholder={t('roles.username')} value={username} data-testid="role-username" onChange={(e) => setUsername(e.target.value)} />
          <Button type="submit" disabled={username.trim() === ''} data-testid="role-give">{t('roles.give')}</Button>
        </form>
      )}
    </Card>
  );
}
