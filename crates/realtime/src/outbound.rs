//! What the hub hands to a socket: messages to send, and the reason to close it.

use bytes::Bytes;

use crate::frame::Frame;

/// One message to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutboundMessage {
    Event { seq: i64, frame: Frame },
    Reply(Bytes),
}

impl OutboundMessage {
    /// The encoded message, for a socket side that sends messages one by one.
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
    #[error("the client did not resume within the resume window")]
    Expired,
    #[error("the memberships could not be loaded; the client has to connect again")]
    MembershipsUnavailable,
    #[error("events were lost; the client has to load again")]
    EventsLost,
    #[error("the server is stopping")]
    Shutdown,
}

impl CloseReason {
    /// Whether the client may resume with its connection id without missing an event.
    pub const fn is_resumable(self) -> bool {
        matches!(self, Self::SlowReader)
    }
}
