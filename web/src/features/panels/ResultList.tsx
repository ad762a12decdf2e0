// A list of messages from several channels, each with a link to its channel.
import { ArrowUpRight } from 'lucide-react';
import { Link } from 'wouter';
import { t } from '@/i18n';
import { formatDay } from '@/lib/time';
import { PostRow } from '@/messages/rows/PostRow';
import { channelTitle } from '@/state/entities/channels';
import { useEntities } from '@/state/store';
import css from './panels.module.css';

export function ResultList({ ids, teamName }: { ids: string[]; teamName: string }) {
  return <ul>{ids.map((id) => <Result key={id} id={id} teamName={teamName} />)}</ul>;
}

function Result({ id, teamName }: { id: string; teamName: string }) {
  const post = useEntities((s) => s.posts[id]);
  const title = useEntities((s) => channelTitle(s, s.channels[s.posts[id]?.channel_id ?? '']));
  if (!post) return null;
  return (
    <li className={css.result} data-testid="search-result">
      <div className={css.resultHead}>
        <span>{title || t('search.unknownChannel')} · {formatDay(post.create_at)}</span>
        <Link href={`/${teamName}/pl/${id}`}>{t('search.jump')}<ArrowUpRight size={13} /></Link>
      </div>
      <PostRow id={id} compact={false} place="result" />
    </li>
  );
}
