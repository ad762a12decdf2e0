// The live connection: the WebSocket client of the protocol behind three callbacks, with server-sent events where sockets are blocked.
import * as websocketModule from '@mattermost/client/lib/websocket';
import type WebSocketClientClass from '@mattermost/client/lib/websocket';
import { apiUrl } from '@/api/core';
import { sendTyping } from '@/api/users';
import type { RawEvent } from './events';

type ClientConstructor = typeof WebSocketClientClass;

// The package is CommonJS; bundlers differ in how deep its default export is nested.
const loaded = websocketModule as unknown as { default: ClientConstructor | { default: ClientConstructor } };
const WebSocketClient: ClientConstructor = 'default' in loaded.default
  ? (loaded.default as { default: ClientConstructor }).default
  : (loaded.default as ClientConstructor);

export interface SocketHandlers {
  onEvent: (event: RawEvent) => void;
  onState: (state: 'online' | 'offline') => void;
  // Events were missed and will not be sent again: what is visible must be loaded again.
  onMissed: () => void;
}

export interface LiveConnection {
  close: () => void;
  typing: (channelId: string, rootId: string) => void;
  setActive: (active: boolean) => void;
}

const FALL_BACK_AFTER_FAILURES = 4;

function socketUrl(): string {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return `${scheme}://${location.host}${apiUrl('/websocket')}`;
}

// The same events over HTTPS, for networks that block WebSockets.
function openEventStream(handlers: SocketHandlers): { close: () => void } {
  let connectionId = '';
  let next = 0;
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    source = new EventSource(apiUrl(`/events?connection_id=${connectionId}&sequence_number=${next}`));
    source.onmessage = (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as RawEvent;
      if (event.event === 'hello') {
        const id = String(event.data.connection_id ?? '');
        if (id !== connectionId) {
          // The first hello counts too: the WebSocket before may have missed events as well.
          handlers.onMissed();
          connectionId = id;
        }
        handlers.onState('online');
      }
      next = (event.seq ?? next) + 1;
      handlers.onEvent(event);
    };
    source.onerror = () => {
      source?.close();
      handlers.onState('offline');
      timer = setTimeout(open, 5000);
    };
  };
  open();
  return {
    close: () => {
      clearTimeout(timer);
      source?.close();
    },
  };
}

export function connect(handlers: SocketHandlers): LiveConnection {
  const client = new WebSocketClient({ minWebSocketRetryTime: 1500, reconnectJitterRange: 1500, maxWebSocketRetryTime: 30_000 });
  let stream: { close: () => void } | null = null;
  let closed = false;

  const online = () => {
    if (stream) {
      stream.close();
      stream = null;
      handlers.onMissed();
    }
    handlers.onState('online');
  };
  client.addFirstConnectListener(online);
  client.addReconnectListener(online);
  client.addMissedMessageListener(handlers.onMissed);
  client.addMessageListener((message) => handlers.onEvent(message as unknown as RawEvent));
  client.addCloseListener((failures) => {
    if (closed) return;
    if (!stream) handlers.onState('offline');
    if (!stream && failures >= FALL_BACK_AFTER_FAILURES && navigator.onLine) stream = openEventStream(handlers);
  });
  client.initialize(socketUrl());

  return {
    close: () => {
      closed = true;
      client.close();
      stream?.close();
    },
    typing: (channelId, rootId) => {
      if (stream) void sendTyping(channelId, rootId).catch(() => undefined);
      else client.userTyping(channelId, rootId);
    },
    setActive: (active) => client.userUpdateActiveStatus(active, false),
  };
}
