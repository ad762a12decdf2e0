// Finds the person, role, channel or team whose limits are to be set.
import { Search } from 'lucide-react';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { findTargets, type LimitScope } from '@/api/limits';
import { TextField } from '@/design/controls';
import { t } from '@/i18n/admin';
import css from './limits.module.css';

interface TargetSearchProps {
  scope: LimitScope;
  onChoose: (id: string) => void;
}

export function TargetSearch({ scope, onChoose }: TargetSearchProps) {
  const [term, setTerm] = useState('');
  const searched = useDeferredValue(term.trim());
  const query = useQuery({ queryKey: ['admin', 'targets', scope, searched], queryFn: () => findTargets(scope, searched), enabled: searched !== '' });
  const choose = (id: string) => {
    setTerm('');
    onChoose(id);
  };
  return (
    <div className={css.search}>
      <TextField aria-label={t('limits.find')} placeholder={t('limits.find')} icon={<Search size={15} />} value={term} data-testid="limits-search" onChange={(e) => setTerm(e.target.value)} />
      {searched !== '' && query.data && (
        <ul className={css.found}>
          {query.data.length === 0 && <li className={css.note}>{t('limits.notFound')}</li>}
          {query.data.map((found) => (
            <li key={found.id}>
              <button type="button" data-testid="limits-found" data-name={found.name} onClick={() => choose(found.id)}>
                <span>{scope === 'roles' ? found.name : found.display_name || found.name}</span>
                <span className={css.foundName}>{found.name}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
