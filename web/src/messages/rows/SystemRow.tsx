// System messages, such as joins and header changes, and ephemeral messages.
import type { Post } from '@mattermost/types/posts';
import { EyeOff, Info, LogIn, LogOut, PenLine, UserPlus, type LucideIcon } from 'lucide-react';
import { t } from '@/i18n';
import { formatClock, formatFull } from '@/lib/time';
import { useEntities } from '@/state/store';
import { Markdown } from '../markdown/Markdown';
import css from './post.module.css';

const icons: Record<string, LucideIcon> = {
  system_join_channel: LogIn, system_guest_join_channel: LogIn, system_join_team: LogIn, system_leave_channel: LogOut, system_leave_team: LogOut,
  system_add_to_channel: UserPlus, system_add_guest_to_chan: UserPlus, system_add_to_team: UserPlus, system_add_group: UserPlus, system_remove_from_channel: LogOut,
  system_header_change: PenLine, system_purpose_change: PenLine, system_displayname_change: PenLine, system_ephemeral: EyeOff,
};

export function SystemRow({ post }: { post: Post }) {
  const team = useEntities((s) => s.teams[s.channels[post.channel_id]?.team_id ?? '']?.name ?? '');
  const Icon = icons[post.type] ?? Info;
  return (
    <div className={css.system} data-testid="system-post" data-post-id={post.id}>
      <span className={css.systemIcon}><Icon size={14} /></span>
      <div className={css.systemText}>
        <Markdown text={post.message} team={team} />
        {post.type === 'system_ephemeral' && <span className={css.edited}>{t('post.onlyYou')}</span>}
      </div>
      <time className={css.time} title={formatFull(post.create_at)}>{formatClock(post.create_at)}</time>
    </div>
  );
}
