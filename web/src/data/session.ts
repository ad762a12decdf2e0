// The life of a session: start, live connection, catching up after a gap, end.
import { forgetCachedAnswers, setUnauthorizedHandler } from '@/api/core';
import * as api from '@/api/users';
import { receiveCustomEmoji } from '@/emoji/data';
import { reduceEvent, type Effects } from '@/realtime/dispatch';
import type { RawEvent } from '@/realtime/events';
import { connect, type LiveConnection } from '@/realtime/socket';
import { expireTyping, receiveMe, receivePreferences } from '@/state/entities/users';
import { t } from '@/i18n';
import { go } from '@/lib/navigate';
import { writeLocal } from '@/lib/storage';
import { forgetChannel } from '@/state/entities/channels';
import { apply, getState, resetEntities } from '@/state/store';
import { setConnection, setSession, toast, toastError, useUi } from '@/state/ui';
import { loadCategories, loadChannel, loadTeam, loadTeamChannels, loadTeams, loadThreadTotals } from './channels';
import { notifyAbout } from './notifications';
import { forgetPeople, needUsers, refreshStatuses, reloadStatuses, STATUSES_LAST_MS } from './people';
import { catchUp, loadThread, restoreUnsent, retryAllSends } from './posts';
import { currentTeamName, onScreen } from './screen';
import { forgetUnsent } from './unsent';
import { forgetUploads, retryStrandedUploads } from './uploads';

let connection: LiveConnection | null = null;
let typingTimer: ReturnType<typeof setInterval> | undefined;
let statusTimer: ReturnType<typeof setInterval> | undefined;

export async function loadConfig(): Promise<void> {
  const config = await api.getClientConfig();
  apply((s) => ({ ...s, config }));
}

// Decides between the log-in pages and the chat. An answer other than "no session" is an error worth showing.
export async function startSession(): Promise<void> {
  await loadConfig();
  setUnauthorizedHandler(sessionEnded);
  let me;
  try {
    me = await api.getMe();
  } catch (error) {
    if ((error as { status?: number }).status === 401) {
      setSession('anonymous');
      return;
    }
    throw error;
  }
  await enter(me);
}

export async function enter(me: Awaited<ReturnType<typeof api.getMe>>): Promise<void> {
  apply((s) => receiveMe(s, me));
  restoreUnsent();
  await loadTeams();
  const preferences = await api.getPreferences().catch(() => []);
  apply((s) => receivePreferences(s, preferences));
  setSession('ready');
  needUsers([me.id]);
  openConnection();
  // A signed-in configuration says more than the anonymous one.
  loadConfig().catch(() => undefined);
}

export async function logIn(loginId: string, password: string, token = ''): Promise<void> {
  await enter(await api.login(loginId, password, token));
}

export async function logOut(): Promise<void> {
  // The next person at this browser starts at their own door.
  writeLocal('last', null);
  forgetUploads();
  closeConnection();
  try {
    await api.logout();
  } catch (error) {
    toastError(error);
  }
  sessionEnded();
  go('/login', { replace: true });
}

function sessionEnded(): void {
  if (useUi.getState().session === 'anonymous') return;
  closeConnection();
  forgetCachedAnswers();
  forgetPeople();
  resetEntities();
  useUi.setState({ dialog: null, editing: null, edits: {}, session: 'anonymous' });
}

// Messages that arrive while a new channel is being fetched are in its counts or not, who knows; a second look settles it.
const SETTLED_AFTER_MS = 700;
const settling = new Map<string, ReturnType<typeof setTimeout>>();

function loadNewChannel(id: string): void {
  if (!settling.has(id)) loadChannel(id).catch(() => undefined);
  clearTimeout(settling.get(id));
  settling.set(id, setTimeout(() => {
    settling.delete(id);
    loadChannel(id).catch(() => undefined);
  }, SETTLED_AFTER_MS));
}

// A public channel can still be looked into; behind the door of a private one there is nothing left to see.
function leftChannel(id: string, removerId: string): void {
  const { channels, meId } = getState();
  const channel = channels[id];
  if (channel?.type !== 'P') return;
  if (onScreen().channelId === id) go(`/${currentTeamName()}/channels/town-square`, { replace: true });
  if (removerId !== meId) toast(t('channel.removed', { name: channel.display_name }));
  apply((s) => forgetChannel(s, id));
}

const effects: Effects = {
  loadChannel: loadNewChannel,
  loadTeam: (id) => { loadTeam(id).catch(() => undefined); },
  loadUsers: needUsers,
  loadCategories: (id) => {
    const teams = id ? [id] : Object.keys(getState().loadedTeams);
    teams.forEach((team) => void loadCategories(team));
  },
  loadThreadTotals: (id) => (id ? [id] : Object.keys(getState().loadedTeams)).forEach(loadThreadTotals),
  posted: (post, mentionsMe) => {
    // Whoever writes is hardly offline.
    if (getState().statuses[post.user_id] === 'offline') refreshStatuses([post.user_id]);
    if (post.pending_post_id) forgetUnsent(post.pending_post_id);
    notifyAbout(post, mentionsMe);
  },
  leftChannel,
  emojiAdded: receiveCustomEmoji,
  sessionEnded,
};

function receive(event: RawEvent): void {
  let after: ((effects: Effects) => void) | undefined;
  apply((s) => {
    const outcome = reduceEvent(s, event);
    after = outcome.after;
    return outcome.state;
  });
  after?.(effects);
}

function openConnection(): void {
  if (connection) return;
  setConnection('connecting');
  connection = connect({
    onEvent: receive,
    onState: (state) => {
      setConnection(state);
      if (state !== 'online') return;
      retryAllSends();
      retryStrandedUploads();
    },
    onMissed: () => void refetch(),
  });
  statusTimer = setInterval(() => { if (document.visibilityState === 'visible') reloadStatuses(); }, STATUSES_LAST_MS);
  typingTimer = setInterval(() => apply((s) => expireTyping(s, Date.now())), 1000);
}

function closeConnection(): void {
  settling.forEach(clearTimeout);
  settling.clear();
  connection?.close();
  connection = null;
  clearInterval(typingTimer);
  clearInterval(statusTimer);
  setConnection('idle');
}

// What is on screen first; channels that are not open fetch their posts when they are opened again.
async function refetch(): Promise<void> {
  const { channelId, threadId } = onScreen();
  const { timelines, loadedTeams, members } = getState();
  const stale = Object.fromEntries(Object.entries(timelines).filter(([id]) => id === channelId));
  apply((s) => ({ ...s, timelines: stale, replies: threadId && s.replies[threadId] ? { [threadId]: s.replies[threadId] } : {} }));
  const work: Array<Promise<unknown>> = [loadTeams(), ...Object.keys(loadedTeams).map(loadTeamChannels)];
  if (channelId) work.push(catchUp(channelId));
  if (threadId) work.push(loadThread(threadId));
  await Promise.allSettled(work);
  if (members[channelId] && !getState().members[channelId] && !getState().channels[channelId]?.delete_at) leftChannel(channelId, '');
  reloadStatuses();
}

let lastTyping = 0;
export function sendTyping(channelId: string, rootId: string): void {
  const now = Date.now();
  if (now - lastTyping < 3000) return;
  lastTyping = now;
  connection?.typing(channelId, rootId);
}

export function setActive(active: boolean): void {
  connection?.setActive(active);
}
