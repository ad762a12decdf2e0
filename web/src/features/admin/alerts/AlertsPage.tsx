// What rules over the audit trail have found, the latest first.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';
import { acknowledgeSecurityAlert, getSecurityAlerts, type SecurityAlert } from '@/api/securityAlerts';
import { EmptyState, Skeleton } from '@/design/primitives';
import { t } from '@/i18n/admin';
import { toast } from '@/state/ui';
import { Group, Page, PageError } from '../Page';
import { useMay } from '../permissions';
import { AlertCard } from './AlertCard';
import { AlertChannel } from './AlertChannel';
import css from './alerts.module.css';

const QUERY = ['admin', 'security-alerts'];
const POLL_MS = 15_000;

export default function AlertsPage() {
  const queries = useQueryClient();
  const mayChoose = useMay('manage_system');
  const query = useQuery({ queryKey: QUERY, queryFn: getSecurityAlerts, staleTime: 0, refetchInterval: POLL_MS });
  const acknowledge = useMutation({
    mutationFn: ({ id }: SecurityAlert) => acknowledgeSecurityAlert(id),
    onError: (error: Error) => toast(t('alerts.failed', { reason: error.message }), 'error'),
    onSettled: () => queries.invalidateQueries({ queryKey: QUERY }),
  });
  if (query.error) return <Page title={t('alerts.title')}><PageError error={query.error} onRetry={() => void query.refetch()} /></Page>;
  return (
    <Page title={t('alerts.title')} text={t('alerts.text')}>
      {query.data ? <Alerts alerts={query.data} onAcknowledge={acknowledge.mutate} /> : <Skeleton width="100%" height={220} />}
      {mayChoose && <AlertChannel />}
    </Page>
  );
}

function Alerts({ alerts, onAcknowledge }: { alerts: SecurityAlert[]; onAcknowledge: (alert: SecurityAlert) => void }) {
  const open = alerts.filter((alert) => alert.acknowledged_at === 0);
  const done = alerts.filter((alert) => alert.acknowledged_at > 0);
  const card = (alert: SecurityAlert) => <AlertCard key={alert.id} alert={alert} onAcknowledge={onAcknowledge} />;
  return (
    <>
      {open.length > 0
        ? <Group title={t('alerts.open')}><ul className={css.list}>{open.map(card)}</ul></Group>
        : <EmptyState icon={<ShieldCheck size={28} />} title={t('alerts.none')} text={t('alerts.noneText')} />}
      {done.length > 0 && <Group title={t('alerts.done')}><ul className={css.list}>{done.map(card)}</ul></Group>}
    </>
  );
}
