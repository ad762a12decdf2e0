// The permissions of one role, with a search, what a change would add and remove, and the way back to the defaults.
import { RotateCcw, Search } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { patchRole, resetRole, type PermissionScope, type Role, type RoleDefaults } from '@/api/roles';
import { Button, TextField } from '@/design/controls';
import { Tag } from '@/design/primitives';
import { t, type AdminMessageKey } from '@/i18n/admin';
import { toast, toastError } from '@/state/ui';
import { Card } from '../Page';
import { useMay } from '../permissions';
import { byScope, changesBetween, isEmpty } from './changes';
import { roleTitle } from './names';
import css from './roles.module.css';
import { sentence } from './sentences';

const SCOPES: Record<PermissionScope, AdminMessageKey> = {
  system: 'roles.scopeSystem', team: 'roles.scopeTeam', channel: 'roles.scopeChannel', group: 'roles.scopeGroup', playbook: 'roles.scopePlaybook', run: 'roles.scopeRun',
};

interface RoleEditorProps {
  role: Role;
  // The built-in role in whose place a scheme's role is; otherwise the role itself.
  builtIn?: string;
  defaults: RoleDefaults;
  // Where the role can have an effect; everywhere if not given.
  scopes?: PermissionScope[];
  // Nobody changes it.
  isFixed: boolean;
  onChanged: () => void;
}

export function RoleEditor({ role, builtIn = role.name, defaults, scopes, isFixed, onChanged }: RoleEditorProps) {
  const [allowed, setAllowed] = useState<ReadonlySet<string>>(new Set(role.permissions));
  const [term, setTerm] = useState('');
  const [busy, setBusy] = useState(false);
  const searched = useDeferredValue(term.trim());
  const mayWrite = useMay('sysconsole_write_user_management_permissions') && !isFixed;
  const byDefault = new Set(defaults.roles[builtIn] ?? []);
  const changes = changesBetween(role.permissions, allowed);
  const isDefault = isEmpty(changesBetween(byDefault, role.permissions));
  const toggle = (name: string) => {
    const next = new Set(allowed);
    if (!next.delete(name)) next.add(name);
    setAllowed(next);
  };
  const run = async (change: () => Promise<Role>, done: AdminMessageKey) => {
    setBusy(true);
    try {
      await change();
      toast(t(done), 'success');
      onChanged();
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  };
  const row = (name: string) => (
    <label key={name} className={css.permission} data-testid="permission" data-name={name}>
      <input type="checkbox" checked={allowed.has(name)} onChange={() => toggle(name)} />
      <span>{sentence(name) && <b>{sentence(name)}</b>}<code>{name}</code></span>
      {!isFixed && allowed.has(name) !== byDefault.has(name) && <Tag>{t('roles.notDefault')}</Tag>}
    </label>
  );
  return (
    <Card>
      <div className={css.head}>
        <div>
          <h2>{roleTitle(builtIn)}</h2>
          <p className={css.note}>{isFixed ? t('roles.fixed') : <code>{role.name}</code>}</p>
        </div>
        <TextField aria-label={t('roles.search')} placeholder={t('roles.search')} icon={<Search size={15} />} value={term} data-testid="role-search" onChange={(e) => setTerm(e.target.value)} />
      </div>
      {byScope(defaults.permissions, searched, sentence).filter(([scope]) => !scopes || scopes.includes(scope)).map(([scope, names]) => {
        const others = names.filter((name) => !sentence(name));
        return (
          <fieldset key={scope} disabled={!mayWrite}>
            <legend>{t(SCOPES[scope])}</legend>
            <div className={css.scope}>{names.filter((name) => sentence(name)).map(row)}</div>
            {others.length > 0 && (
              <details open={searched !== '' || undefined} data-testid={`other-${scope}`}>
                <summary>{t('roles.others', { count: others.length })}</summary>
                <div className={css.scope}>{others.map(row)}</div>
              </details>
            )}
          </fieldset>
        );
      })}
      {mayWrite && (
        <div className={css.foot}>
          <p className={css.note} data-testid="role-changes" role="status">
            {isEmpty(changes) ? t('roles.noChanges') : t('roles.changes', { added: changes.added.join(', ') || '–', removed: changes.removed.join(', ') || '–' })}
          </p>
          <Button disabled={isDefault} busy={busy} data-testid="role-reset" onClick={() => void run(() => resetRole(role.id), 'roles.resetDone')}><RotateCcw size={16} />{t('roles.reset')}</Button>
          <Button variant="primary" disabled={isEmpty(changes)} busy={busy} data-testid="role-save" onClick={() => void run(() => patchRole(role.id, [...allowed]), 'roles.saved')}>{t('roles.save')}</Button>
        </div>
      )}
    </Card>
  );
}
