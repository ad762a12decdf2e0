// The targets and the jobs of the page, as the server has them: asked for again and again, often while something runs.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { cancelJob, getBackupJobs, getBackupPause, getBackupTargets, resumeBackups, runJobNow, startOperation, type BackupJob, type BackupTarget, type Operation } from '@/api/backups';
import { t } from '@/i18n/admin';
import { toast, toastError } from '@/state/ui';
import { describeEnd, endedSince, isActive } from './backupJobs';

const TARGETS = ['admin', 'backups', 'targets'];
const JOBS = ['admin', 'backups', 'jobs'];
const PAUSE = ['admin', 'backups', 'pause'];
const POLL_ACTIVE_MS = 700;
const POLL_MS = 10_000;

export function useBackups() {
  const client = useQueryClient();
  const jobs = useQuery({
    queryKey: JOBS, queryFn: getBackupJobs, staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.some(isActive) ? POLL_ACTIVE_MS : POLL_MS),
  });
  const isOneActive = jobs.data?.some(isActive) ?? false;
  const targets = useQuery({ queryKey: TARGETS, queryFn: getBackupTargets, staleTime: 0, refetchInterval: isOneActive ? POLL_ACTIVE_MS : POLL_MS });

  const pause = useQuery({ queryKey: PAUSE, queryFn: getBackupPause, staleTime: 0, refetchInterval: POLL_MS });

  const refresh = async () => {
    await Promise.all([client.invalidateQueries({ queryKey: PAUSE }), client.invalidateQueries({ queryKey: TARGETS }), client.invalidateQueries({ queryKey: JOBS })]);
  };
  useEnds(jobs.data, targets.data, refresh);

  const after = { onError: toastError, onSettled: refresh };
  const start = useMutation({
    mutationFn: ({ target, operation }: { target: BackupTarget; operation: Operation }) => startOperation(target.id, operation),
    // Displayed at once. A response that is on its way does not have the job yet: after it the end of the job would not be noticed.
    onSuccess: async (job) => {
      await client.cancelQueries({ queryKey: JOBS });
      client.setQueryData<BackupJob[]>(JOBS, (now) => [job, ...(now ?? [])]);
    },
    ...after,
  });
  const cancel = useMutation({ mutationFn: (job: BackupJob) => cancelJob(job.id), ...after });
  const runNow = useMutation({ mutationFn: (job: BackupJob) => runJobNow(job.id), ...after });
  const resume = useMutation({ mutationFn: resumeBackups, onSuccess: () => toast(t('backups.resumed'), 'success'), ...after });
  const retry = () => void Promise.all([targets.refetch(), jobs.refetch(), pause.refetch()]);
  const error = targets.error ?? jobs.error ?? pause.error;
  return { targets: targets.data, jobs: jobs.data, pause: pause.data?.is_paused ? pause.data : undefined, error, start, cancel, runNow, resume, refresh, retry };
}

// Says how the jobs have ended that were seen active.
function useEnds(jobs: BackupJob[] | undefined, targets: BackupTarget[] | undefined, refresh: () => Promise<void>): void {
  const before = useRef<BackupJob[]>([]);
  useEffect(() => {
    if (!jobs || !targets) return;
    const ended = endedSince(before.current, jobs);
    before.current = jobs;
    for (const job of ended) {
      const target = targets.find(({ id }) => id === job.target_id);
      if (!target) continue;
      const { text, variant } = describeEnd(job, target.name);
      toast(text, variant);
    }
    if (ended.length > 0) void refresh();
  }, [jobs, targets, refresh]);
}
