// Message search; the terms are part of the URL.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Search, SearchX, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { search } from '@/api/posts';
import { requestUsers } from '@/data/users';
import { EmptyState, Kbd, Skeleton } from '@/design/primitives';
import { Button, IconButton, TextField } from '@/design/controls';
import { t, tn } from '@/i18n';
import { closePanel, openPanel } from '@/lib/navigate';
import { storePosts } from '@/state/entities/posts';
import { apply } from '@/state/store';
import { useHighlight } from './highlight';
import css from './panels.module.css';
import { ResultList } from './ResultList';

export function SearchPanel({ terms, teamId, teamName }: { terms: string; teamId: string; teamName: string }) {
  const [text, setText] = useState(terms);
  useEffect(() => setText(terms), [terms]);
  useEffect(() => {
    const next = text.trim();
    if (next === terms) return undefined;
    const timer = setTimeout(() => openPanel({ kind: 'search', terms: next }), 350);
    return () => clearTimeout(timer);
  }, [text, terms]);
  const query = useInfiniteQuery({
    queryKey: ['search', teamId, terms],
    enabled: terms !== '',
    initialPageParam: 0,
    queryFn: async ({ pageParam, signal }) => {
      const list = await search(teamId, terms, pageParam, { signal });
      const posts = Object.values(list.posts ?? {});
      apply((s) => storePosts(s, posts));
      requestUsers(posts.map((p) => p.user_id));
      return list.order ?? [];
    },
    getNextPageParam: (last, all) => (last.length >= 20 ? all.length : undefined),
  });
  const ids = query.data?.pages.flat() ?? [];
  const results = useRef<HTMLDivElement>(null);
  useHighlight(results, terms);
  return (
    <section className={css.panel} aria-label={t('search.title')} data-testid="search-panel">
      <header className={css.searchHeader}>
        <TextField autoFocus icon={<Search size={16} />} value={text} placeholder={t('search.placeholder')} aria-label={t('search.placeholder')} data-testid="search-input" onChange={(e) => setText(e.target.value)} />
        <IconButton label={t('action.close')} onClick={closePanel}><X size={18} /></IconButton>
      </header>
      <div className={css.scroll} ref={results}>
        {terms === '' && (
          <div className={css.tips}>
            <EmptyState icon={<Search size={26} />} title={t('search.title')} text={t('search.text')} />
            <dl>
              <dt><Kbd>from:anna</Kbd></dt><dd>{t('search.from')}</dd>
              <dt><Kbd>in:town-square</Kbd></dt><dd>{t('search.in')}</dd>
              <dt><Kbd>"exact words"</Kbd></dt><dd>{t('search.exact')}</dd>
              <dt><Kbd>before:2030-01-31</Kbd></dt><dd>{t('search.before')}</dd>
            </dl>
          </div>
        )}
        {terms !== '' && query.isPending && <div className={css.loading}>{[0, 1, 2].map((i) => <Skeleton key={i} width="100%" height={70} />)}</div>}
        {query.isError && <EmptyState icon={<SearchX size={26} />} title={t('search.failed')} text={query.error.message} />}
        {query.isSuccess && ids.length === 0 && <EmptyState icon={<SearchX size={26} />} title={t('search.none')} text={t('search.noneText', { terms })} />}
        {ids.length > 0 && <p className={css.count}>{tn('search.count', ids.length)}{query.hasNextPage && '+'}</p>}
        <ResultList ids={ids} teamName={teamName} />
        {query.hasNextPage && <div className={css.more}><Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('action.more')}</Button></div>}
      </div>
    </section>
  );
}
