// The session: start, live connection, loading what was missed, end.
import type { Post } from '@mattermost/types/posts';
import { ApiError, clearResponseCache, SECOND_FACTOR_REQUIRED, setSecondFactorHandler, setUnauthorizedHandler } from '@/api/core';
import * as api from '@/api/users';
import { receiveCustomEmoji } from '@/emoji/data';
import { resetEmojiRequests } from '@/emoji/requests';
import { reduceEvent, type Effects } from '@/realtime/dispatch';
import type { RawEvent } from '@/realtime/events';
import { connect, type LiveConnection } from '@/realtime/socket';
import { expireTyping, receiveMe, receivePreferences } from '@/state/entities/users';
import { t } from '@/i18n';
import { navigateTo } from '@/lib/navigate';
import { writeLocal } from '@/lib/storage';
import { removeChannel } from '@/state/entities/channels';
import { apply, getState, resetEntities } from '@/state/store';
import { receiveDialog } from '@/state/triggers';
import { setConnection, setSession, toast, toastError, useUi } from '@/state/ui';
import { loadCategories, loadChannel, loadTeam, loadTeamChannels, loadTeams, loadThreadTotals } from './channels';
import { showNotification, type PostedEvent } from './notifications';
import { resetUserRequests, requestUsers, requestStatuses, refreshStatuses, STATUS_REFRESH_MS } from './users';
import { reloadRoles, resetRoleRequests } from './roles';
import { loadMissedPosts, loadThread, restoreUnsent, resendFailedPosts } from './posts';
import { currentTeamName, visibleConversation } from './screen';
import { removeUnsent } from './unsent';
import { retryNow, startRetries, stopRetries } from './retries';
import { resetUploads, retryOfflineUploads } from './uploads';

let connection: LiveConnection | null = null;
let typingTimer: ReturnType<typeof setInterval> | undefined;
let statusTimer: ReturnType<typeof setInterval> | undefined;

export async function loadConfig(): Promise<void> {
  const config = await api.getClientConfig();
  apply((s) => ({ ...s, config }));
}

// Finds out whether there is a session. Every failure but "no session" is an error to display.
export async function startSession(): Promise<void> {
  await loadConfig();
  setUnauthorizedHandler(sessionEnded);
  setSecondFactorHandler(requireSecondFactor);
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
  await beginSession(me);
}

export async function beginSession(me: Awaited<ReturnType<typeof api.getMe>>): Promise<void> {
  apply((s) => receiveMe(s, me));
  restoreUnsent();
  try {
    await loadTeams();
  } catch (error) {
    // The handler has led to the set-up, which begins the session again.
    if (error instanceof ApiError && error.id === SECOND_FACTOR_REQUIRED) return;
    throw error;
  }
  // With a session the configuration has more fields.
  const [preferences] = await Promise.all([api.getPreferences().catch(() => []), loadConfig().catch(() => undefined)]);
  apply((s) => receivePreferences(s, preferences));
  setSession('ready');
  requestUsers([me.id]);
  openConnection();
}

export async function logIn(loginId: string, password: string, token = ''): Promise<void> {
  await beginSession(await api.login(loginId, password, token));
}

export async function logInByLink(token: string, secondFactor: string): Promise<void> {
  await beginSession(await api.loginWithMagicLink(token, secondFactor));
}

// The code of a mail, with what the page keeps that has asked for it.
export async function logInByCode(requestToken: string, code: string, secondFactor: string): Promise<void> {
  await beginSession(await api.loginWithMagicLinkCode(requestToken, code, secondFactor));
}

export async function logOut(): Promise<void> {
  // The next user of this browser must not start in this user's channel.
  writeLocal('last', null);
  resetUploads();
  closeConnection();
  try {
    await api.logout();
  } catch (error) {
    toastError(error);
  }
  sessionEnded();
  navigateTo('/login', { replace: true });
}

// Until there is a second factor, nothing but its set-up is open.
function requireSecondFactor(): void {
  if (useUi.getState().session === 'secondFactor') return;
  closeConnection();
  useUi.setState({ dialog: null, session: 'secondFactor' });
}

function sessionEnded(): void {
  if (useUi.getState().session === 'anonymous') return;
  closeConnection();
  clearResponseCache();
  resetUserRequests();
  resetEmojiRequests();
  resetRoleRequests();
  resetEntities();
  useUi.setState({ dialog: null, editing: null, edits: {}, session: 'anonymous' });
}

// The counts of a new channel may lack messages that arrive while it is loaded, so it is loaded again a moment later.
const RELOAD_AFTER_MS = 700;
const reloadTimers = new Map<string, ReturnType<typeof setTimeout>>();

function loadNewChannel(id: string): void {
  if (!reloadTimers.has(id)) loadChannel(id).catch(() => undefined);
  clearTimeout(reloadTimers.get(id));
  reloadTimers.set(id, setTimeout(() => {
    reloadTimers.delete(id);
    loadChannel(id).catch(() => undefined);
  }, RELOAD_AFTER_MS));
}

// A public channel can still be read; a private one has to be closed.
function leftChannel(id: string, removerId: string): void {
  const { channels, meId } = getState();
  const channel = channels[id];
  if (channel?.type !== 'P') return;
  if (visibleConversation().channelId === id) navigateTo(`/${currentTeamName()}`, { replace: true });
  if (removerId !== meId) toast(t('channel.removed', { name: channel.display_name }));
  apply((s) => removeChannel(s, id));
}

// The settings of a channel that was just made are not known yet.
function notify(post: Post, event: PostedEvent): void {
  const { channels, members } = getState();
  if (channels[post.channel_id] && members[post.channel_id]) showNotification(post, event);
  else loadChannel(post.channel_id).then(() => showNotification(post, event), () => undefined);
}

const effects: Effects = {
  loadChannel: loadNewChannel,
  loadTeam: (id) => { loadTeam(id).catch(() => undefined); },
  loadUsers: requestUsers,
  loadCategories: (id) => {
    const teams = id ? [id] : Object.keys(getState().loadedTeams);
    teams.forEach((team) => void loadCategories(team));
  },
  loadThreadTotals: (id) => (id ? [id] : Object.keys(getState().loadedTeams)).forEach(loadThreadTotals),
  posted: (post, event) => {
    // An author is online again.
    if (getState().statuses[post.user_id] === 'offline') requestStatuses([post.user_id]);
    if (post.pending_post_id) removeUnsent(post.pending_post_id);
    notify(post, event);
  },
  leftChannel,
  dialogOpened: receiveDialog,
  emojiAdded: (emoji) => receiveCustomEmoji([emoji]),
  sessionEnded,
};

function handleEvent(event: RawEvent): void {
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
  startRetries(() => {
    resendFailedPosts();
    retryOfflineUploads();
  });
  connection = connect({
    onEvent: handleEvent,
    onState: (state) => {
      setConnection(state);
      if (state === 'online') retryNow();
    },
    onMissed: () => void reload(),
  });
  statusTimer = setInterval(() => { if (document.visibilityState === 'visible') refreshStatuses(); }, STATUS_REFRESH_MS);
  typingTimer = setInterval(() => apply((s) => expireTyping(s, Date.now())), 1000);
}

function closeConnection(): void {
  reloadTimers.forEach(clearTimeout);
  reloadTimers.clear();
  connection?.close();
  connection = null;
  stopRetries();
  clearInterval(typingTimer);
  clearInterval(statusTimer);
  setConnection('idle');
}

// Loads what is visible. Other channels load their posts when they are opened again.
async function reload(): Promise<void> {
  const { channelId, threadId } = visibleConversation();
  const { timelines, loadedTeams, members } = getState();
  const kept = Object.fromEntries(Object.entries(timelines).filter(([id]) => id === channelId));
  apply((s) => ({ ...s, bookmarkChanges: s.bookmarkChanges + 1, timelines: kept, replies: threadId && s.replies[threadId] ? { [threadId]: s.replies[threadId] } : {} }));
  const requests: Array<Promise<unknown>> = [loadTeams(), ...Object.keys(loadedTeams).map(loadTeamChannels)];
  reloadRoles();
  if (channelId) requests.push(loadMissedPosts(channelId));
  if (threadId) requests.push(loadThread(threadId));
  await Promise.allSettled(requests);
  if (members[channelId] && !getState().members[channelId] && !getState().channels[channelId]?.delete_at) leftChannel(channelId, '');
  refreshStatuses();
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
