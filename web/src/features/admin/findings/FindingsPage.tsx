// What the checks of the machine, the network, the disks and the database found, the most urgent first.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleCheck, RotateCw } from 'lucide-react';
import { getFindings, muteFinding, startExamination, unmuteFinding, type Finding, type FindingList } from '@/api/findings';
import { Button } from '@/design/controls';
import { EmptyState, Skeleton } from '@/design/primitives';
import { t } from '@/i18n/admin';
import { formatAgo } from '@/lib/time';
import { toast } from '@/state/ui';
import { Cards, Figure, Group, Page, PageError } from '../Page';
import css from './findings.module.css';
import { FindingCard } from './FindingCard';

const QUERY = ['admin', 'findings'];
// While the checks run, and otherwise: the server makes them every few minutes.
const POLL_RUNNING_MS = 700;
const POLL_MS = 30_000;

export default function FindingsPage() {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: QUERY, queryFn: getFindings, staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.examination.is_running ? POLL_RUNNING_MS : POLL_MS),
  });
  const after = { onError: (error: Error) => toast(t('findings.failed', { reason: error.message }), 'error'), onSettled: () => queries.invalidateQueries({ queryKey: QUERY }) };
  const run = useMutation({ mutationFn: startExamination, ...after });
  const mute = useMutation({ mutationFn: ({ id, muted }: Finding) => (muted ? unmuteFinding(id) : muteFinding(id)), ...after });
  if (query.error) return <Page title={t('findings.title')}><PageError error={query.error} onRetry={() => void query.refetch()} /></Page>;
  const list = query.data;
  const running = run.isPending || list?.examination.is_running === true;
  const actions = (
    <>
      <LastRun list={list} />
      <Button busy={running} data-testid="run-checks" onClick={() => run.mutate()}><RotateCw size={16} />{t('findings.run')}</Button>
    </>
  );
  return (
    <Page title={t('findings.title')} text={t('findings.text')} actions={actions}>
      {list ? <Findings list={list} onMute={mute.mutate} /> : <Skeleton width="100%" height={220} />}
    </Page>
  );
}

function LastRun({ list }: { list: FindingList | undefined }) {
  if (!list) return null;
  const { is_running: isRunning, done, total } = list.examination;
  const last = Math.max(0, ...list.nodes.map((node) => node.examined_at));
  const text = isRunning ? t('findings.running', { done, total }) : last > 0 && t('findings.lastRun', { time: formatAgo(last) });
  return <span className={css.lastRun} role="status">{text}</span>;
}

function Findings({ list, onMute }: { list: FindingList; onMute: (finding: Finding) => void }) {
  if (list.nodes.length === 0) return <EmptyState icon={<RotateCw size={26} />} title={t('findings.notRunYet')} />;
  const told = list.findings.filter((finding) => !finding.muted && finding.severity !== 'ok');
  const muted = list.findings.filter((finding) => finding.muted);
  const passed = list.findings.filter((finding) => finding.severity === 'ok');
  const count = (severity: string) => String(told.filter((finding) => finding.severity === severity).length);
  const nodeName = (finding: Finding) => (list.nodes.length < 2 ? '' : list.nodes.find((node) => node.id === finding.node_id)?.name ?? t('findings.shared'));
  const card = (finding: Finding) => <FindingCard key={`${finding.node_id}/${finding.id}/${finding.subject}`} finding={finding} node={nodeName(finding)} onMute={onMute} />;
  return (
    <>
      <Cards>
        <Figure label={t('findings.problems')} value={count('critical')} />
        <Figure label={t('findings.warnings')} value={count('warning')} />
        <Figure label={t('findings.information')} value={count('info')} />
        <Figure label={t('findings.passed')} value={String(passed.length)} />
      </Cards>
      {told.length > 0
        ? <Group title={t('findings.toDo')}><ul className={css.list}>{told.map(card)}</ul></Group>
        : <EmptyState icon={<CircleCheck size={28} />} title={t('findings.allGood')} text={t('findings.allGoodText')} />}
      {muted.length > 0 && <Group title={t('findings.muted')}><p className={css.note}>{t('findings.mutedText')}</p><ul className={css.list}>{muted.map(card)}</ul></Group>}
      {passed.length > 0 && (
        <details className={css.passed}>
          <summary>{t('findings.passed')} ({passed.length})</summary>
          <ul>{passed.map((finding) => <li key={`${finding.node_id}/${finding.id}`}><CircleCheck size={15} aria-hidden />{finding.summary}</li>)}</ul>
        </details>
      )}
    </>
  );
}
