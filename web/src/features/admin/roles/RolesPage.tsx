// What each role allows, and who administrates the server or a part of it.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getRoleDefaults, getRoles, type Role, type RoleDefaults } from '@/api/roles';
import { Skeleton, Tag } from '@/design/primitives';
import { t } from '@/i18n/admin';
import { cx } from '@/lib/text';
import { Card, Page, PageError } from '../Page';
import { changesBetween, isEmpty } from './changes';
import { roleTitle } from './names';
import { RoleEditor } from './RoleEditor';
import { RolePeople } from './RolePeople';
import css from './roles.module.css';

const QUERY = ['admin', 'roles'];
const FIXED = 'system_admin';

async function load(): Promise<{ roles: Role[]; defaults: RoleDefaults }> {
  const [roles, defaults] = await Promise.all([getRoles(), getRoleDefaults()]);
  // Those of schemes are shown with their scheme.
  return { roles: roles.filter((role) => role.built_in), defaults };
}

export default function RolesPage() {
  const query = useQuery({ queryKey: QUERY, queryFn: load, staleTime: 0 });
  const [chosen, setChosen] = useState('system_user');
  const role = query.data?.roles.find(({ name }) => name === chosen);
  return (
    <Page title={t('roles.title')} text={t('roles.text')}>
      {query.error && <PageError error={query.error} onRetry={() => void query.refetch()} />}
      {!query.data && !query.error && <Skeleton width="100%" height={320} />}
      {query.data && (
        <div className={css.columns}>
          <RoleList roles={query.data.roles} defaults={query.data.defaults} chosen={chosen} onChoose={setChosen} />
          {role && (
            <div className={css.role}>
              {role.name.startsWith('system_') && <RolePeople key={`people-${role.name}`} role={role.name} />}
              <RoleEditor key={`${role.id}-${role.permissions.join()}`} role={role} defaults={query.data.defaults} isFixed={role.name === FIXED} onChanged={() => void query.refetch()} />
            </div>
          )}
        </div>
      )}
    </Page>
  );
}

interface RoleListProps {
  roles: Role[];
  defaults: RoleDefaults;
  chosen: string;
  onChoose: (name: string) => void;
}

function RoleList({ roles, defaults, chosen, onChoose }: RoleListProps) {
  const isChanged = ({ name, permissions }: Role) => name !== FIXED && !isEmpty(changesBetween(defaults.roles[name] ?? [], permissions));
  return (
    <Card className={css.list}>
      <ul aria-label={t('roles.title')}>
        {roles.map((role) => (
          <li key={role.name}>
            <button type="button" className={cx(css.item, role.name === chosen && css.chosen)} aria-current={role.name === chosen} data-testid="role" data-name={role.name} onClick={() => onChoose(role.name)}>
              <span>{roleTitle(role.name)}</span>
              {isChanged(role) && <Tag>{t('roles.changed')}</Tag>}
            </button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
