//! A client's realtime connection without a socket: the events as the client would receive them.

use std::collections::VecDeque;
use std::time::Duration;

use guildhall_api::App;
use guildhall_model::id::ConnectionId;
use guildhall_realtime::{CloseReason, ConnectRequest, ConnectResponse, Frame, Memberships, OutboundMessage, Outbox};
use serde_json::Value;

/// Only elapses when a test fails.
const TIMEOUT: Duration = Duration::from_secs(10);

pub struct EventStream {
    app: App,
    connection: ConnectionId,
    next_seq: i64,
    outbox: Outbox,
    buffered: VecDeque<Value>,
}

/// A connection that was lost, and the sequence number from which it can be resumed.
pub struct DroppedConnection {
    app: App,
    connection: ConnectionId,
    next_seq: i64,
}

impl EventStream {
    pub(crate) async fn open(app: &App, token: &str) -> Self {
        let (mut stream, _) = Self::connect(app, token, None).await.expect("a valid token and a connection");
        stream.wait_for("hello").await;
        stream
    }

    /// Connects and returns whether the requested connection was resumed. None if the token is not valid (any more).
    async fn connect(app: &App, token: &str, resume: Option<(ConnectionId, i64)>) -> Option<(Self, bool)> {
        let checkpoint = app.hub.checkpoint();
        let actor = app.services.sessions().authenticate(token, None).await.ok()?.actor;

        let request = ConnectRequest { user: actor.user_id, session: actor.session_id, is_guest: actor.is_guest, checkpoint, resume };
        let hello = |_| Frame::new(&b"{\"event\":\"hello\",\"seq\":"[..], &b"}"[..]);
        let ConnectResponse { outbox, handle, load, resumed } = app.hub.connect(&request, hello).ok()?;
        if let Some(load) = load {
            let (channels, teams) = app.services.channels().memberships(actor.user_id).await.expect("memberships");
            load.activate(Memberships { channels, teams });
        }
        let next_seq = resume.filter(|_| resumed).map_or(0, |(_, next_seq)| next_seq);
        let buffered = VecDeque::new();
        Some((Self { app: app.clone(), connection: handle.id(), next_seq, outbox, buffered }, resumed))
    }

    /// Drops the connection without closing it.
    pub fn drop_connection(mut self) -> DroppedConnection {
        self.received_events();
        DroppedConnection { app: self.app, connection: self.connection, next_seq: self.next_seq }
    }

    /// Waits for the next event of this name; events before it are skipped.
    pub async fn wait_for(&mut self, name: &str) -> Value {
        loop {
            let event = tokio::time::timeout(TIMEOUT, self.next_of_any_name()).await.unwrap_or_else(|_| panic!("no event {name}"));
            if event["event"] == name {
                return event;
            }
        }
    }

    async fn next_of_any_name(&mut self) -> Value {
        loop {
            if let Some(event) = self.buffered.pop_front() {
                return event;
            }
            let mut batch = Vec::new();
            self.outbox.next_batch(&mut batch).await.expect("an open connection");
            self.buffer(batch);
        }
    }

    /// All events received so far. Events are published before a request returns, so none are outstanding.
    pub fn received_events(&mut self) -> Vec<Value> {
        let mut batch = Vec::new();
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        while self.outbox.poll_batch(&mut context, &mut batch).is_ready_and_open() {}
        self.buffer(batch);
        self.buffered.drain(..).collect()
    }

    /// The names of all events received so far.
    pub fn event_names(&mut self) -> Vec<String> {
        self.received_events().iter().filter_map(|event| event["event"].as_str().map(str::to_owned)).collect()
    }

    /// Whether the server has closed the connection. Connections are closed before a request returns that ends them.
    pub fn is_closed(&mut self) -> bool {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        loop {
            let mut batch = Vec::new();
            match self.outbox.poll_batch(&mut context, &mut batch) {
                std::task::Poll::Ready(Ok(())) => self.buffer(batch),
                std::task::Poll::Ready(Err(_)) => return true,
                std::task::Poll::Pending => return false,
            }
        }
    }

    /// Waits until the server closes the connection.
    pub async fn wait_until_closed(&mut self) -> CloseReason {
        let wait = async {
            loop {
                if let Err(reason) = self.outbox.next_batch(&mut Vec::new()).await {
                    return reason;
                }
            }
        };
        tokio::time::timeout(TIMEOUT, wait).await.expect("the connection stayed open")
    }

    fn buffer(&mut self, batch: Vec<OutboundMessage>) {
        for outgoing in batch {
            if let OutboundMessage::Event { seq, frame } = outgoing {
                self.next_seq = seq + 1;
                self.buffered.push_back(serde_json::from_slice(&frame.encode(seq)).expect("an event is JSON"));
            }
        }
    }
}

impl DroppedConnection {
    /// Reconnects with this token. Returns the connection, and whether it was resumed. None if the token is not valid
    /// (any more).
    pub async fn resume(self, token: &str) -> Option<(EventStream, bool)> {
        EventStream::connect(&self.app, token, Some((self.connection, self.next_seq))).await
    }
}

trait ReadyAndOpen {
    fn is_ready_and_open(&self) -> bool;
}

impl ReadyAndOpen for std::task::Poll<Result<(), CloseReason>> {
    fn is_ready_and_open(&self) -> bool {
        matches!(self, Self::Ready(Ok(())))
    }
}
