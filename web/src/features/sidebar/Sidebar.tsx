// The sidebar: the team, shortcuts, channels, direct messages, and the user's own menu.
import { ChevronDown, Inbox, Plus, Search, SquarePen } from 'lucide-react';
import { memo, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { Link, useLocation } from 'wouter';
import type { Team } from '@mattermost/types/teams';
import { runCommandById } from '@/commands/table';
import { formatShortcut } from '@/commands/keyboard';
import { draftKey, readDraft, subscribeDrafts } from '@/data/drafts';
import { Badge, Skeleton } from '@/design/primitives';
import { IconButton } from '@/design/controls';
import { Menu, MenuItem } from '@/design/overlay';
import { StatusEmoji } from '@/emoji/StatusEmoji';
import { t, tn } from '@/i18n';
import { cx, decodeSegment } from '@/lib/text';
import { readLocal, writeLocal } from '@/lib/storage';
import { channelPath, channelTitle, isMuted, getTeammateId, unreadOf } from '@/state/entities/channels';
import { sidebarOrder, type Section } from '@/state/entities/sidebar';
import { amGuest } from '@/state/entities/users';
import { useEntities, useEntitiesShallow } from '@/state/store';
import { setNavOpen, useUi } from '@/state/ui';
import { ChannelIcon } from './ChannelIcon';
import { UnreadIndicators } from './UnreadIndicators';
import css from './sidebar.module.css';
import { TeamMenu } from './TeamMenu';
import { UserMenu } from './UserMenu';

export function Sidebar({ team }: { team: Team }) {
  const loaded = useEntities((s) => s.loadedTeams[team.id] ?? false);
  const source = useEntitiesShallow((s) => ({ channels: s.channels, members: s.members, categories: s.categories, users: s.users, meId: s.meId }));
  const list = useRef<HTMLDivElement>(null);
  const sections = useMemo(() => sidebarOrder(source, team.id), [source, team.id]);
  return (
    <nav className={css.sidebar} aria-label={t('sidebar.label')} data-testid="sidebar">
      <div className={css.top}>
        <TeamMenu team={team} />
        <IconButton label={t('command.newMessage')} shortcut={formatShortcut('Mod+Shift+K').join(' ')} data-testid="new-message" onClick={() => runCommandById('new-message')}><SquarePen size={18} /></IconButton>
      </div>
      <button type="button" className={css.find} data-testid="open-switcher" onClick={() => runCommandById('switcher')}>
        <Search size={15} />
        <span>{t('sidebar.find')}</span>
        <kbd>{formatShortcut('Mod+K').join(' ')}</kbd>
      </button>
      <div className={css.listArea}>
        <div className={css.scroll} ref={list}>
          <ThreadsLink team={team} />
          {loaded ? sections.map((section) => <SectionView key={section.id} section={section} team={team} />) : <Loading />}
        </div>
        <UnreadIndicators list={list} />
      </div>
      <UserMenu />
    </nav>
  );
}

function Loading() {
  return <div className={css.loading}>{[72, 54, 88, 60, 80, 48].map((w, i) => <Skeleton key={i} width={`${w}%`} height={13} />)}</div>;
}

function ThreadsLink({ team }: { team: Team }) {
  const [location] = useLocation();
  const totals = useEntities((s) => s.threadTotals[team.id]);
  const path = `/${team.name}/threads`;
  return (
    <Link href={path} className={cx(css.item, location === path && css.current, Boolean(totals?.unread) && css.unread)} data-testid="threads-link" onClick={() => setNavOpen(false)}>
      <span className={css.icon}><Inbox size={17} /></span>
      <span className={css.name}>{t('sidebar.threads')}</span>
      {totals && totals.mentions > 0 ? <Badge count={totals.mentions} label={tn('sidebar.mentions', totals.mentions)} /> : totals && totals.unread > 0 && <span className={css.newDot}><span className="visually-hidden">{t('sidebar.unread')}</span></span>}
    </Link>
  );
}

const titles = { favorites: 'sidebar.favorites', channels: 'sidebar.channels', direct_messages: 'sidebar.direct' } as const;

function SectionView({ section, team }: { section: Section; team: Team }) {
  const key = `collapsed.${section.id}`;
  const [collapsed, setCollapsed] = useState(() => readLocal(key) === '1');
  const [location] = useLocation();
  const members = useEntities((s) => s.members);
  const title = section.type === 'custom' ? section.title : t(titles[section.type]);
  // A collapsed section still displays its unread channels.
  const visible = collapsed ? section.channels.filter((c) => unreadOf(c, members[c.id]).unread) : section.channels;
  const guest = useEntities(amGuest);
  const toggle = () => {
    writeLocal(key, collapsed ? null : '1');
    setCollapsed(!collapsed);
  };
  return (
    <section className={css.section}>
      <div className={css.head}>
        <button type="button" className={css.collapse} aria-expanded={!collapsed} onClick={toggle}>
          {title}<ChevronDown size={13} data-collapsed={collapsed} />
        </button>
        {section.type === 'channels' && !guest && (
          <Menu align="end" trigger={<button type="button" className={css.add} aria-label={t('sidebar.addChannel')} title={t('sidebar.addChannel')} data-testid="add-channel"><Plus size={15} /></button>}>
            <MenuItem testId="menu-create-channel" onSelect={() => runCommandById('create-channel')}>{t('command.createChannel')}</MenuItem>
            <MenuItem testId="menu-browse-channels" onSelect={() => runCommandById('browse')}>{t('command.browse')}</MenuItem>
          </Menu>
        )}
        {section.type === 'direct_messages' && (
          <button type="button" className={css.add} aria-label={t('command.newMessage')} title={t('command.newMessage')} onClick={() => runCommandById('new-message')}><Plus size={15} /></button>
        )}
      </div>
      <ul>
        {visible.map((channel) => <ChannelItem key={channel.id} id={channel.id} team={team} location={location} />)}
      </ul>
      {section.type === 'direct_messages' && section.channels.length === 0 && (
        <button type="button" className={css.hint} onClick={() => runCommandById('new-message')}>{t('sidebar.noDirect')}</button>
      )}
    </section>
  );
}

const ChannelItem = memo(function ChannelItem({ id, team, location }: { id: string; team: Team; location: string }) {
  const channel = useEntities((s) => s.channels[id]);
  const member = useEntities((s) => s.members[id]);
  const title = useEntities((s) => channelTitle(s, s.channels[id]));
  const path = useEntities((s) => { const c = s.channels[id]; return c ? channelPath(s, team.name, c) : ''; });
  const teammateId = useEntities((s) => { const c = s.channels[id]; return c ? getTeammateId(c, s.meId) : ''; });
  const teammate = useEntities((s) => s.users[teammateId]);
  const isSelf = useEntities((s) => teammateId !== '' && teammateId === s.meId);
  const draft = useSyncExternalStore(subscribeDrafts, () => readDraft(draftKey(id, '')) !== '');
  // A permalink displays a channel under another path.
  const isOpen = useUi((s) => s.channelId === id);
  const current = isOpen || decodeSegment(location) === path;
  // Shortcuts, the switcher and links open channels that are scrolled out of view.
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => { if (current) row.current?.scrollIntoView({ block: 'nearest' }); }, [current]);
  if (!channel) return null;
  const { unread, mentions } = unreadOf(channel, member);
  return (
    <li ref={row}>
      <Link
        href={path} className={cx(css.item, current && css.current, unread && !current && css.unread, isMuted(member) && css.muted)}
        aria-current={current ? 'page' : undefined} data-testid="channel-item" data-channel={channel.name} data-unread={unread} data-mentions={mentions}
        onClick={() => setNavOpen(false)}
      >
        <span className={css.icon}><ChannelIcon channel={channel} teammateId={teammateId} /></span>
        <span className={css.name}><bdi>{title}</bdi>{isSelf && <i> {t('user.youNote')}</i>}</span>
        {teammate && <StatusEmoji user={teammate} />}
        {draft && !current && !mentions && <SquarePen size={12} className={css.draft} aria-label={t('sidebar.draft')} />}
        {unread && !current && mentions === 0 && <span className="visually-hidden">{t('sidebar.unread')}</span>}
        {mentions > 0 && !current && <Badge count={mentions} label={tn('sidebar.mentions', mentions)} />}
      </Link>
    </li>
  );
});
