//! The seam to the socket side: what a connection has to send, and what may be said to it.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use guildhall_model::id::{ConnectionId, SessionId, UserId};

use crate::connection::{Connection, Generation, Replied};
use crate::frame::Frame;
use crate::hub::Hub;

/// One thing to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outgoing {
    Event { seq: i64, frame: Frame },
    Reply(Bytes),
}

impl Outgoing {
    /// The bytes of one message, for a socket side that sends them one by one.
    pub fn into_bytes(self) -> Bytes {
        match self {
            Self::Event { seq, frame } => frame.encode(seq),
            Self::Reply(bytes) => bytes,
        }
    }
}

/// Why a socket is to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum CloseReason {
    #[error("the session is over")]
    SessionEnded,
    #[error("the reader fell too far behind; the client can resume")]
    SlowReader,
    #[error("the client resumed on another socket")]
    Replaced,
    #[error("nobody came back within the resume window")]
    Expired,
    #[error("the memberships could not be loaded; the client starts anew")]
    MembershipsUnavailable,
    #[error("the server is stopping")]
    Shutdown,
}

impl CloseReason {
    /// Whether the client may return with its connection id and miss nothing.
    pub const fn is_resumable(self) -> bool {
        matches!(self, Self::SlowReader)
    }
}

/// The sending end of one socket. Dropping it tells the hub that the socket is gone.
pub struct Outbox {
    hub: Hub,
    connection: Arc<Connection>,
    generation: Generation,
}

impl Outbox {
    pub(crate) const fn new(hub: Hub, connection: Arc<Connection>, generation: Generation) -> Self {
        Self { hub, connection, generation }
    }

    pub fn connection_id(&self) -> ConnectionId {
        self.connection.id
    }

    /// Waits until something is to be sent and appends all of it, in order. Asking again says that the batch before
    /// was written, so ask only then. Cancel safe: a batch is taken only when it is returned.
    pub async fn next_batch(&mut self, batch: &mut Vec<Outgoing>) -> Result<(), CloseReason> {
        poll_fn(|cx| self.poll_batch(cx, batch)).await
    }

    /// `next_batch` for a socket side that has no tasks: the waker is called once when there is something to take,
    /// and not again until that was taken.
    pub fn poll_batch(&mut self, cx: &mut Context<'_>, batch: &mut Vec<Outgoing>) -> Poll<Result<(), CloseReason>> {
        self.connection.poll_batch(self.generation, self.hub.config(), cx, batch)
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.hub.socket_gone(Arc::clone(&self.connection), self.generation);
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Outbox").field(&self.connection.id).finish()
    }
}

/// The receiving end's view of its connection: who it is, and how to answer.
#[derive(Clone)]
pub struct ConnectionHandle {
    hub: Hub,
    connection: Arc<Connection>,
    generation: Generation,
}

impl ConnectionHandle {
    pub(crate) const fn new(hub: Hub, connection: Arc<Connection>, generation: Generation) -> Self {
        Self { hub, connection, generation }
    }

    pub fn id(&self) -> ConnectionId {
        self.connection.id
    }
    pub fn user(&self) -> UserId {
        self.connection.user
    }
    pub fn session(&self) -> SessionId {
        self.connection.session
    }

    /// Answers an action: after the events so far and before those to come, without a number. An answer belongs to
    /// this socket; it is not replayed on another.
    pub fn reply(&self, bytes: impl Into<Bytes>) {
        match self.connection.reply(self.generation, bytes.into(), self.hub.config()) {
            Replied::Quietly | Replied::Closed => {}
            Replied::Wake(waker) => waker.wake(),
            Replied::TooSlow => self.hub.reader_slow(Arc::clone(&self.connection), self.generation),
        }
    }
}

impl fmt::Debug for ConnectionHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ConnectionHandle").field(&self.connection.id).finish()
    }
}
