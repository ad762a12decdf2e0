//! The interface to the socket side: batches to send, and replies to the client's actions.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use guildhall_model::id::{ConnectionId, SessionId, UserId};

use crate::connection::{Connection, Generation, ReplyResult};
use crate::hub::Hub;
use crate::outbound::{CloseReason, OutboundMessage};

/// The writing half of one socket. Dropping it reports the socket as closed to the hub.
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

    /// Waits until messages are queued and appends all of them to `batch`, in order. The call confirms that the
    /// previous batch was written, so call it only then. Cancel safe: a batch is taken only when it is returned.
    pub async fn next_batch(&mut self, batch: &mut Vec<OutboundMessage>) -> Result<(), CloseReason> {
        poll_fn(|cx| self.poll_batch(cx, batch)).await
    }

    /// `next_batch` for a socket side without tasks: the waker is called once when messages are queued, and not again
    /// until they were taken.
    pub fn poll_batch(&mut self, cx: &mut Context<'_>, batch: &mut Vec<OutboundMessage>) -> Poll<Result<(), CloseReason>> {
        self.connection.poll_batch(self.generation, self.hub.config(), cx, batch)
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.hub.report_socket_closed(Arc::clone(&self.connection), self.generation);
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Outbox").field(&self.connection.id).finish()
    }
}

/// The reading half's view of its connection: its ids, and replies to its actions.
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

    /// Queues a reply to an action: behind the events so far and before those to come, without a number. A reply
    /// belongs to this socket; it is not replayed on another.
    pub fn reply(&self, bytes: impl Into<Bytes>) {
        match self.connection.reply(self.generation, bytes.into(), self.hub.config()) {
            ReplyResult::Queued | ReplyResult::Closed => {}
            ReplyResult::Wake(waker) => waker.wake(),
            ReplyResult::SlowReader => self.hub.report_slow_reader(Arc::clone(&self.connection), self.generation),
        }
    }
}

impl fmt::Debug for ConnectionHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ConnectionHandle").field(&self.connection.id).finish()
    }
}
