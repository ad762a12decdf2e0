// Messages pinned to a channel.
import { useQuery } from '@tanstack/react-query';
import { Pin, X } from 'lucide-react';
import { getPinned } from '@/api/posts';
import { requestUsers } from '@/data/users';
import { EmptyState, Skeleton } from '@/design/primitives';
import { IconButton } from '@/design/controls';
import { t } from '@/i18n';
import { closePanel } from '@/lib/navigate';
import { storePosts } from '@/state/entities/posts';
import { apply, useEntitiesShallow } from '@/state/store';
import css from './panels.module.css';
import { ResultList } from './ResultList';

export function PinnedPanel({ channelId, teamName }: { channelId: string; teamName: string }) {
  const query = useQuery({
    queryKey: ['pinned', channelId], staleTime: 0,
    queryFn: async () => {
      const list = await getPinned(channelId);
      const posts = Object.values(list.posts);
      apply((s) => storePosts(s, posts));
      requestUsers(posts.map((p) => p.user_id));
      return true;
    },
  });
  const ids = useEntitiesShallow((s) => Object.values(s.posts).filter((p) => p.channel_id === channelId && p.is_pinned).sort((a, b) => b.create_at - a.create_at).map((p) => p.id));
  return (
    <section className={css.panel} aria-label={t('channel.pinned')}>
      <header className={css.header}><h2>{t('channel.pinned')}</h2><IconButton label={t('action.close')} onClick={closePanel}><X size={18} /></IconButton></header>
      <div className={css.scroll}>
        {query.isPending && ids.length === 0 && <div className={css.loading}><Skeleton width="100%" height={70} /></div>}
        {query.isSuccess && ids.length === 0 && <EmptyState icon={<Pin size={26} />} title={t('pinned.none')} text={t('pinned.noneText')} />}
        <ResultList ids={ids} teamName={teamName} />
      </div>
    </section>
  );
}
