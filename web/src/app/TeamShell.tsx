// The layout of a team: sidebar, channel, side panel. On a phone each fills the screen.
import type { Team } from '@mattermost/types/teams';
import { DoorClosed, WifiOff } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { useKeyboard } from '@/commands/keyboard';
import { loadTeamChannels } from '@/data/channels';
import { setActive } from '@/data/session';
import { EmptyState } from '@/design/primitives';
import { Button } from '@/design/controls';
import { loadEmoji } from '@/emoji/data';
import { Sidebar } from '@/features/sidebar/Sidebar';
import { ThreadsView } from '@/features/threads/ThreadsView';
import { t } from '@/i18n';
import { navigateTo } from '@/lib/navigate';
import { cx, decodeSegment } from '@/lib/text';
import { channelPath, homeChannel, unreadOf } from '@/state/entities/channels';
import { getState, useEntities, useEntitiesShallow } from '@/state/store';
import { setNavOpen, toastError, useUi } from '@/state/ui';
import css from './app.module.css';
import { ChannelByName, ChannelSkeleton, DirectByName, NoChannel, Permalink } from './ChannelPage';
import { SidePanel } from './SidePanel';
import { useEscape } from '@/lib/useEscape';

const closeNav = () => setNavOpen(false);

export function TeamShell({ name }: { name: string }) {
  const team = useEntities((s) => Object.values(s.teams).find((x) => x.name === name && s.teamMembers[x.id]));
  if (!team) {
    return (
      <div className={css.fullPage}>
        <EmptyState icon={<DoorClosed size={28} />} title={t('app.noTeam')} text={t('app.noTeamText')} action={<Button variant="primary" onClick={() => navigateTo('/select_team')}>{t('teams.title')}</Button>} />
      </div>
    );
  }
  return <Shell team={team} />;
}

function Shell({ team }: { team: Team }) {
  const navOpen = useUi((s) => s.navOpen);
  useEscape(navOpen, closeNav);
  const base = `/${team.name}`;
  useKeyboard();
  useTitle(team);
  useEffect(() => {
    // This team first; the others only for their unread counts.
    loadTeamChannels(team.id).then(() => {
      const { teamMembers, loadedTeams } = getState();
      return Promise.all(Object.keys(teamMembers).filter((id) => !loadedTeams[id]).map(loadTeamChannels));
    }).catch(toastError);
    const idle = window.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 300));
    idle(() => void loadEmoji());
  }, [team.id]);
  useEffect(() => {
    const onVisible = () => setActive(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', onVisible);
    return () => document.removeEventListener('visibilitychange', onVisible);
  }, []);
  return (
    <div className={css.shell}>
      <div className={cx(css.nav, navOpen && css.navOpen)}><Sidebar team={team} /></div>
      {navOpen && <button type="button" className={css.scrim} aria-label={t('action.close')} onClick={closeNav} />}
      <main className={css.main}>
        <ConnectionBanner />
        <Switch>
          <Route path={`${base}/channels/:name`}>{({ name }) => <ChannelByName key={name} team={team} name={decodeSegment(name)} />}</Route>
          <Route path={`${base}/messages/:name`}>{({ name }) => <DirectByName key={name} team={team} name={decodeSegment(name)} />}</Route>
          <Route path={`${base}/pl/:post`}>{({ post }) => <Permalink key={post} team={team} postId={post} />}</Route>
          <Route path={`${base}/threads`}><ThreadsView team={team} /></Route>
          <Route><TeamHome team={team} /></Route>
        </Switch>
      </main>
      <SidePanel team={team} />
    </div>
  );
}

function TeamHome({ team }: { team: Team }) {
  const loaded = useEntities((s) => s.loadedTeams[team.id] ?? false);
  const path = useEntities((s) => {
    const channel = homeChannel(s, team.id);
    return channel && channelPath(s, team.name, channel);
  });
  if (!loaded) return <ChannelSkeleton />;
  if (path) return <Redirect to={path} replace />;
  return <NoChannel title={t('app.noChannel')} text={t('app.noChannelText')} />;
}

function ConnectionBanner() {
  const offline = useUi((s) => s.connection === 'offline');
  return offline ? <p className={css.banner} role="status" data-testid="offline-banner"><WifiOff size={15} />{t('connection.banner')}</p> : null;
}

// The title of the browser's tab has the number of mentions.
function useTitle(team: Team): void {
  const slices = useEntitiesShallow((s) => ({ channels: s.channels, members: s.members }));
  const { mentions, unread } = useMemo(() => {
    let mentionCount = 0;
    let anyUnread = false;
    for (const channel of Object.values(slices.channels)) {
      const state = unreadOf(channel, slices.members[channel.id]);
      mentionCount += state.mentions;
      anyUnread ||= state.unread;
    }
    return { mentions: mentionCount, unread: anyUnread };
  }, [slices]);
  useEffect(() => {
    const mark = mentions > 0 ? `(${mentions}) ` : unread ? '• ' : '';
    document.title = `${mark}${team.display_name} – Guildhall`;
  }, [mentions, unread, team.display_name]);
}
