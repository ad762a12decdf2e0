//! A client's end of the live connection, without the socket: the events as it would read them.

use std::time::Duration;

use guildhall_api::App;
use guildhall_model::id::ConnectionId;
use guildhall_realtime::{CloseReason, ConnectRequest, Connected, Frame, Memberships, Outbox, Outgoing};
use serde_json::Value;

/// Only ever waited for when a test is about to fail.
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Ears {
    app: App,
    connection: ConnectionId,
    next_seq: i64,
    outbox: Outbox,
    heard: std::collections::VecDeque<Value>,
}

/// A connection that broke off, and how far its client came.
pub struct BrokenOff {
    app: App,
    connection: ConnectionId,
    next_seq: i64,
}

impl Ears {
    pub(crate) async fn open(app: &App, token: &str) -> Self {
        let (mut ears, _) = Self::connect(app, token, None).await.expect("a valid token and a connection");
        ears.next("hello").await;
        ears
    }

    /// A connection, and whether it goes on with the one asked for. None where the token opens nothing (any more).
    async fn connect(app: &App, token: &str, resume: Option<(ConnectionId, i64)>) -> Option<(Self, bool)> {
        let checkpoint = app.hub.checkpoint();
        let actor = app.services.sessions().authenticate(token).await.ok()?.actor;

        let request = ConnectRequest { user: actor.user_id, session: actor.session_id, is_guest: actor.is_guest, checkpoint, resume };
        let hello = |_| Frame::new(&b"{\"event\":\"hello\",\"seq\":"[..], &b"}"[..]);
        let Connected { outbox, handle, load, resumed } = app.hub.connect(&request, hello).ok()?;
        if let Some(load) = load {
            let (channels, teams) = app.services.channels().memberships(actor.user_id).await.expect("memberships");
            load.activate(Memberships { channels, teams });
        }
        let next_seq = resume.filter(|_| resumed).map_or(0, |(_, next_seq)| next_seq);
        let heard = std::collections::VecDeque::new();
        Some((Self { app: app.clone(), connection: handle.id(), next_seq, outbox, heard }, resumed))
    }

    /// The connection breaks off without a word.
    pub fn break_off(mut self) -> BrokenOff {
        self.so_far();
        BrokenOff { app: self.app, connection: self.connection, next_seq: self.next_seq }
    }

    /// The next event of this name; those before it are passed over.
    pub async fn next(&mut self, name: &str) -> Value {
        loop {
            let event = tokio::time::timeout(PATIENCE, self.any()).await.unwrap_or_else(|_| panic!("no {name} came"));
            if event["event"] == name {
                return event;
            }
        }
    }

    async fn any(&mut self) -> Value {
        loop {
            if let Some(event) = self.heard.pop_front() {
                return event;
            }
            let mut batch = Vec::new();
            self.outbox.next_batch(&mut batch).await.expect("an open connection");
            self.take_in(batch);
        }
    }

    /// All that has come by now. Publishing is done when a call answers, so nothing is still on its way.
    pub fn so_far(&mut self) -> Vec<Value> {
        let mut batch = Vec::new();
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        while self.outbox.poll_batch(&mut context, &mut batch).is_ready_and_open() {}
        self.take_in(batch);
        self.heard.drain(..).collect()
    }

    /// The names of all that has come by now.
    pub fn names(&mut self) -> Vec<String> {
        self.so_far().iter().filter_map(|event| event["event"].as_str().map(str::to_owned)).collect()
    }

    /// Waits until the server closes the connection.
    pub async fn closed(&mut self) -> CloseReason {
        let closing = async {
            loop {
                if let Err(reason) = self.outbox.next_batch(&mut Vec::new()).await {
                    return reason;
                }
            }
        };
        tokio::time::timeout(PATIENCE, closing).await.expect("the connection stayed open")
    }

    fn take_in(&mut self, batch: Vec<Outgoing>) {
        for outgoing in batch {
            if let Outgoing::Event { seq, frame } = outgoing {
                self.next_seq = seq + 1;
                self.heard.push_back(serde_json::from_slice(&frame.encode(seq)).expect("an event is JSON"));
            }
        }
    }
}

impl BrokenOff {
    /// Comes back with this token: the connection, and whether it goes on where it broke off. None where the token
    /// opens nothing (any more).
    pub async fn resume(self, token: &str) -> Option<(Ears, bool)> {
        Ears::connect(&self.app, token, Some((self.connection, self.next_seq))).await
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
