//! The messages that are published to hubs: events to deliver, membership changes and revoked sessions.

use guildhall_model::id::{ChannelId, SessionId, TeamId, UserId};

use crate::audience::Audience;
use crate::frame::Frame;

/// One change that every hub must apply. Plain data, so that a broker can transport it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HubMessage {
    Deliver {
        frame: Frame,
        audience: Audience,
    },
    JoinChannel {
        user: UserId,
        channel: ChannelId,
    },
    LeaveChannel {
        user: UserId,
        channel: ChannelId,
    },
    JoinTeam {
        user: UserId,
        team: TeamId,
    },
    LeaveTeam {
        user: UserId,
        team: TeamId,
    },
    /// The session is revoked: its sockets close and cannot resume.
    CloseSession(SessionId),
    /// All sessions of the user are revoked.
    CloseUser(UserId),
    /// Events are missing: all sockets close, and their clients connect anew and load what they show. None can resume.
    CloseAll,
}
