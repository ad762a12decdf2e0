// The roles of a scheme, one at a time, in the editor of the page of roles.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getRoleDefaults, getRolesByNames } from '@/api/roles';
import type { Scheme } from '@/api/schemes';
import { Skeleton } from '@/design/primitives';
import { t } from '@/i18n/admin';
import { Choice } from '../Page';
import { roleTitle } from '../roles/names';
import { RoleEditor } from '../roles/RoleEditor';

const BUILT_IN = ['team_user', 'team_admin', 'team_guest', 'channel_user', 'channel_admin', 'channel_guest'] as const;
type BuiltIn = (typeof BUILT_IN)[number];

export function SchemeRoles({ scheme }: { scheme: Scheme }) {
  const [chosen, setChosen] = useState<BuiltIn>('team_user');
  const name = scheme[`default_${chosen}_role`];
  const query = useQuery({
    queryKey: ['admin', 'scheme-roles', scheme.id], staleTime: 0,
    queryFn: () => Promise.all([getRolesByNames(BUILT_IN.map((builtIn) => scheme[`default_${builtIn}_role`])), getRoleDefaults()]),
  });
  if (!query.data) return <Skeleton width="100%" height={240} />;
  const [roles, defaults] = query.data;
  const role = roles.find((candidate) => candidate.name === name);
  return (
    <>
      <Choice label={t('schemes.role')} value={chosen} options={BUILT_IN.map((builtIn) => [builtIn, roleTitle(builtIn)] as const)} onChange={setChosen} />
      {role && <RoleEditor key={`${role.id}-${role.permissions.join()}`} role={role} builtIn={chosen} defaults={defaults} scopes={chosen.startsWith('team') ? ['team', 'channel'] : ['channel']} isFixed={false} onChanged={() => void query.refetch()} />}
    </>
  );
}
