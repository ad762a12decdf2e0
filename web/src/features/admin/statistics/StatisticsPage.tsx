// How many people use the server, and how much they have written.
import { useQuery } from '@tanstack/react-query';
import { getAnalytics, getStorageUsage } from '@/api/admin';
import { t } from '@/i18n/admin';
import { formatBytes } from '@/lib/text';
import { Cards, Figure, Group, Page, PageError } from '../Page';

async function loadStatistics() {
  const [standard, extra, storage] = await Promise.all([getAnalytics('standard'), getAnalytics('extra_counts'), getStorageUsage()]);
  return { ...standard, ...extra, storage_bytes: storage.bytes } as Record<string, number>;
}

const number = new Intl.NumberFormat();

export default function StatisticsPage() {
  const query = useQuery({ queryKey: ['admin', 'statistics'], queryFn: loadStatistics, staleTime: 0 });
  const count = (name: string) => query.data?.[name] ?? 0;
  const text = (value: number) => (query.data ? number.format(value) : undefined);
  const shown = (name: string) => text(count(name));
  if (query.error) return <Page title={t('statistics.title')}><PageError error={query.error} onRetry={() => void query.refetch()} /></Page>;
  const channels = count('channel_open_count') + count('channel_private_count');
  const webhooks = count('incoming_webhook_count') + count('outgoing_webhook_count');
  return (
    <Page title={t('statistics.title')} text={t('statistics.text')}>
      <Group title={t('statistics.people')}>
        <Cards>
          <Figure label={t('statistics.users')} value={shown('unique_user_count')} hint={t('statistics.usersHint')} />
          <Figure label={t('statistics.activeDaily')} value={shown('daily_active_users')} hint={t('statistics.activeDailyHint')} />
          <Figure label={t('statistics.activeMonthly')} value={shown('monthly_active_users')} hint={t('statistics.activeMonthlyHint')} />
          <Figure label={t('statistics.deactivated')} value={shown('inactive_user_count')} hint={t('statistics.deactivatedHint')} />
          <Figure label={t('statistics.sessions')} value={shown('session_count')} hint={t('statistics.sessionsHint')} />
          <Figure label={t('statistics.connections')} value={shown('total_websocket_connections')} hint={t('statistics.connectionsHint')} />
        </Cards>
      </Group>
      <Group title={t('statistics.content')}>
        <Cards>
          <Figure label={t('statistics.posts')} value={shown('post_count')} hint={t('statistics.postsHint')} />
          <Figure label={t('statistics.channels')} value={text(channels)} hint={t('statistics.channelsHint', { public: count('channel_open_count'), private: count('channel_private_count') })} />
          <Figure label={t('statistics.teams')} value={shown('team_count')} hint={t('statistics.teamsHint')} />
          <Figure label={t('statistics.files')} value={shown('file_post_count')} hint={t('statistics.filesHint')} />
          <Figure label={t('statistics.storage')} value={query.data && formatBytes(count('storage_bytes'))} hint={t('statistics.storageHint')} />
          <Figure label={t('statistics.integrations')} value={text(webhooks + count('command_count'))} hint={t('statistics.integrationsHint', { webhooks, commands: count('command_count') })} />
        </Cards>
      </Group>
    </Page>
  );
}
