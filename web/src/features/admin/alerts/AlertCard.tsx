// One security alert: what was found, when, and the records that show it.
import { Check } from 'lucide-react';
import type { SecurityAlert } from '@/api/securityAlerts';
import { Button } from '@/design/controls';
import { t } from '@/i18n/admin';
import { browserPath } from '@/lib/base';
import { cx } from '@/lib/text';
import { formatAgo, formatFull } from '@/lib/time';
import { SeverityLabel } from '../SeverityLabel';
import css from './alerts.module.css';

interface AlertCardProps {
  alert: SecurityAlert;
  onAcknowledge: (alert: SecurityAlert) => void;
}

export function AlertCard({ alert, onAcknowledge }: AlertCardProps) {
  const isOpen = alert.acknowledged_at === 0;
  const times = t('alerts.times', { first: formatFull(alert.first_at), last: formatFull(alert.last_at) });
  return (
    <li className={cx(css.alert, isOpen && css.isOpen)} data-testid="security-alert" data-rule={alert.rule}>
      <SeverityLabel className={css.rule} severity={isOpen ? 'critical' : 'info'} text={t(`alerts.rule.${alert.rule}`)} />
      <div className={css.body}>
        <p className={css.summary}>{alert.summary}</p>
        <p className={css.note}>
          {times} · {t('alerts.count', { count: alert.count })}
          {alert.revoked_at > 0 && ` · ${t('alerts.revoked', { time: formatAgo(alert.revoked_at) })}`}
        </p>
        <details className={css.details}>
          <summary>{t('alerts.details')}</summary>
          <p className={css.note}>{t('alerts.evidence')}</p>
          <ul className={css.evidence}>{alert.evidence.map((id) => <li key={id}><code>{id}</code></li>)}</ul>
          <a className={css.help} href={browserPath('/help/security-alerts')} target="_blank" rel="noreferrer">{t('alerts.help')}</a>
        </details>
      </div>
      {isOpen && (
        <Button size="small" title={t('alerts.acknowledgeHint')} data-testid="acknowledge-alert" onClick={() => onAcknowledge(alert)}>
          <Check size={15} />{t('alerts.acknowledge')}
        </Button>
      )}
    </li>
  );
}
