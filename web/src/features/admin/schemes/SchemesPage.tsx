// Schemes of teams: the roles that a scheme has of its own, and the teams that have it.
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { createTeamScheme, getTeamSchemes, type Scheme } from '@/api/schemes';
import { Button, TextField } from '@/design/controls';
import { Skeleton } from '@/design/primitives';
import { t } from '@/i18n/admin';
import { cx } from '@/lib/text';
import { toastError } from '@/state/ui';
import { Card, Page, PageError } from '../Page';
import { useMay } from '../permissions';
import rolesCss from '../roles/roles.module.css';
import { SchemeCard } from './SchemeCard';
import { SchemeRoles } from './SchemeRoles';
import { SchemeTeams } from './SchemeTeams';

export default function SchemesPage() {
  const query = useQuery({ queryKey: ['admin', 'schemes'], queryFn: getTeamSchemes, staleTime: 0 });
  const [chosen, setChosen] = useState('');
  const mayWrite = useMay('sysconsole_write_user_management_permissions');
  const scheme = query.data?.find(({ id }) => id === chosen) ?? query.data?.[0];
  const refetch = () => void query.refetch();
  return (
    <Page title={t('schemes.title')} text={t('schemes.text')}>
      {query.error && <PageError error={query.error} onRetry={refetch} />}
      {!query.data && !query.error && <Skeleton width="100%" height={320} />}
      {query.data && (
        <div className={rolesCss.columns}>
          <div className={rolesCss.role}>
            {query.data.length > 0 && <SchemeList schemes={query.data} chosen={scheme?.id ?? ''} onChoose={setChosen} />}
            {mayWrite && <NewScheme onMade={(made) => { setChosen(made.id); refetch(); }} />}
          </div>
          {scheme
            ? (
              <div className={rolesCss.role} key={scheme.id}>
                <SchemeCard scheme={scheme} mayWrite={mayWrite} onChanged={refetch} />
                <SchemeTeams scheme={scheme} mayWrite={mayWrite} />
                <SchemeRoles scheme={scheme} />
              </div>
            )
            : <p className={rolesCss.note} data-testid="schemes-none">{t('schemes.none')}</p>}
        </div>
      )}
    </Page>
  );
}

function SchemeList({ schemes, chosen, onChoose }: { schemes: Scheme[]; chosen: string; onChoose: (id: string) => void }) {
  return (
    <Card className={rolesCss.list}>
      <ul aria-label={t('schemes.title')}>
        {schemes.map((scheme) => (
          <li key={scheme.id}>
            <button type="button" className={cx(rolesCss.item, scheme.id === chosen && rolesCss.chosen)} aria-current={scheme.id === chosen} data-testid="scheme" onClick={() => onChoose(scheme.id)}>
              <span>{scheme.display_name}</span>
            </button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function NewScheme({ onMade }: { onMade: (scheme: Scheme) => void }) {
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const make = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      onMade(await createTeamScheme(name.trim()));
      setName('');
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  };
  return (
    <Card>
      <form className={rolesCss.give} onSubmit={(event) => void make(event)}>
        <TextField aria-label={t('schemes.name')} placeholder={t('schemes.name')} value={name} maxLength={128} data-testid="scheme-new-name" onChange={(e) => setName(e.target.value)} />
        <Button type="submit" busy={busy} disabled={name.trim() === ''} data-testid="scheme-make">{t('schemes.make')}</Button>
      </form>
    </Card>
  );
}
