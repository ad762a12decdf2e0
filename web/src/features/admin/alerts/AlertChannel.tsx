// The channel in which administrators are told of alerts, instead of by direct messages.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Hash, Lock, X } from 'lucide-react';
import { getChannel } from '@/api/channels';
import { getConfig, patchConfig } from '@/api/config';
import { IconButton } from '@/design/controls';
import { Skeleton } from '@/design/primitives';
import { t } from '@/i18n/admin';
import { toast, toastError } from '@/state/ui';
import { TargetSearch } from '../limits/TargetSearch';
import { Card, Group } from '../Page';
import css from './alerts.module.css';

const CONFIG = ['admin', 'config'];
const SECTION = 'AlertSettings';

export function AlertChannel() {
  const queries = useQueryClient();
  const config = useQuery({ queryKey: CONFIG, queryFn: getConfig, staleTime: 0 });
  const choose = useMutation({
    mutationFn: (id: string) => patchConfig({ [SECTION]: { ChannelId: id } }),
    onSuccess: (saved) => {
      queries.setQueryData(CONFIG, saved);
      toast(t('alerts.channelSaved'), 'success');
    },
    onError: toastError,
  });
  if (!config.data) return null;
  const id = String(config.data[SECTION]?.ChannelId ?? '');
  return (
    <Group title={t('alerts.channelTitle')}>
      <Card className={css.channel}>
        <p className={css.note}>{t('alerts.channelText')}</p>
        {id ? <Chosen id={id} onRemove={() => choose.mutate('')} /> : <TargetSearch scope="channels" onChoose={choose.mutate} />}
      </Card>
    </Group>
  );
}

function Chosen({ id, onRemove }: { id: string; onRemove: () => void }) {
  const query = useQuery({ queryKey: ['admin', 'alert-channel', id], queryFn: () => getChannel(id), staleTime: 0 });
  const channel = query.data;
  const problem = query.error || (channel && channel.delete_at > 0) ? t('alerts.channelUnusable') : channel?.type === 'O' ? t('alerts.channelPublic') : null;
  return (
    <>
      <p className={css.chosen} data-testid="alert-channel">
        {channel?.type === 'P' ? <Lock size={15} /> : <Hash size={15} />}
        <span>{channel?.display_name ?? (query.error ? id : <Skeleton width={90} height={14} />)}</span>
        <IconButton label={t('alerts.channelRemove')} data-testid="alert-channel-remove" onClick={onRemove}><X size={15} /></IconButton>
      </p>
      {problem && <p className={css.problem} role="status" data-testid="alert-channel-problem">{problem}</p>}
    </>
  );
}
