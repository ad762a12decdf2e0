// An export of what the server stores about oneself: asking for one, its progress, and downloading it.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Archive } from 'lucide-react';
import { dataExportUrl, getDataExports, requestDataExport, type DataExport } from '@/api/dataExports';
import { Button } from '@/design/controls';
import { t } from '@/i18n';
import { formatBytes } from '@/lib/text';
import { formatDateAndTime } from '@/lib/time';
import { useEntities } from '@/state/store';
import { toastError } from '@/state/ui';
import css from './dialogs.module.css';

const POLL_MS = 2_000;

const isBeingMade = (item: DataExport) => item.status === 'pending' || item.status === 'in_progress';

export function DataExportSettings() {
  const isEnabled = useEntities((s) => s.config.EnableDataExports === 'true');
  const me = useEntities((s) => s.meId);
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey: ['dataExports'],
    queryFn: getDataExports,
    staleTime: 0,
    refetchInterval: (query) => (query.state.data?.some(isBeingMade) ? POLL_MS : false),
  });
  if (!isEnabled && !data?.length) return null;
  const request = () => requestDataExport().then(() => queries.invalidateQueries({ queryKey: ['dataExports'] })).catch(toastError);
  return (
    <div className={css.form} data-testid="data-export-settings">
      <p className={css.subhead}>{t('dataExport.title')}</p>
      <p className={css.note}>{t('dataExport.hint')}</p>
      {!!data?.length && <ul className={css.items}>{data.map((item) => <Item key={item.id} item={item} isOwn={item.requested_by === me} />)}</ul>}
      {isEnabled && <div className={css.buttons}><Button disabled={data?.some(isBeingMade)} onClick={() => void request()} data-testid="data-export-request">{t('dataExport.request')}</Button></div>}
    </div>
  );
}

function Item({ item, isOwn }: { item: DataExport; isOwn: boolean }) {
  const date = formatDateAndTime(item.create_at);
  return (
    <li className={css.item} data-testid="data-export">
      <span className={css.icon}><Archive size={18} /></span>
      <span className={css.rowText}>
        <b>{t(isOwn ? 'dataExport.of' : 'dataExport.byAdministrator', { date })}</b>
        <span>{describe(item)}</span>
      </span>
      {item.status === 'ready' && <a className={css.download} href={dataExportUrl(item.id)} download data-testid="data-export-download">{t('dataExport.download')}</a>}
    </li>
  );
}

function describe({ status, progress, size_bytes, expires_at }: DataExport): string {
  if (status === 'ready') return t('dataExport.ready', { size: formatBytes(size_bytes), date: formatDateAndTime(expires_at) });
  return status === 'failed' ? t('dataExport.failed') : t('dataExport.progress', { percent: progress });
}
