// One finding: how urgent it is, what was found, and what to do.
import { Bell, BellOff } from 'lucide-react';
import type { Finding } from '@/api/findings';
import { Button } from '@/design/controls';
import { t } from '@/i18n/admin';
import { browserPath } from '@/lib/base';
import { cx } from '@/lib/text';
import { formatFull } from '@/lib/time';
import { SeverityLabel } from '../SeverityLabel';
import css from './findings.module.css';

interface FindingCardProps {
  finding: Finding;
  // Empty where there is one node only.
  node: string;
  onMute: (finding: Finding) => void;
}

export function FindingCard({ finding, node, onMute }: FindingCardProps) {
  return (
    <li className={cx(css.finding, css[finding.severity], finding.muted && css.isMuted)} data-testid="finding" data-finding-id={finding.id}>
      <SeverityLabel className={css.severity} severity={finding.severity} text={t(`findings.severity.${finding.severity}`)} />
      <div className={css.body}>
        <p className={css.summary}>{finding.summary}</p>
        <p className={css.remedy}><b>{t('findings.remedy')}:</b> <Prose text={finding.remedy} />{' '}<HelpLink id={finding.id} /></p>
        <details className={css.details}>
          <summary>{t('findings.details')}</summary>
          {finding.meaning && <p><Prose text={finding.meaning} /></p>}
          {finding.details.length > 0 && <pre>{finding.details.join('\n')}</pre>}
          <p className={css.note}><code>{finding.id}</code>{node && ` · ${node}`} · {t('findings.since', { time: formatFull(finding.since) })}</p>
        </details>
      </div>
      <Button size="small" variant="ghost" title={finding.muted ? undefined : t('findings.muteHint')} data-testid="mute-finding" onClick={() => onMute(finding)}>
        {finding.muted ? <><Bell size={15} />{t('findings.unmute')}</> : <><BellOff size={15} />{t('findings.mute')}</>}
      </Button>
    </li>
  );
}

function HelpLink({ id }: { id: string }) {
  return (
    <a className={css.help} href={browserPath(`/help/troubleshooting#${id}`)} target="_blank" rel="noreferrer" data-testid="finding-help">
      {t('findings.help')}<span className="visually-hidden"> ({id})</span>
    </a>
  );
}

// Commands and names of settings stand between backquotes.
function Prose({ text }: { text: string }) {
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index} className={css.code}>{part}</code> : part));
}
