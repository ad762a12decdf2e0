//! What is published, and the port it is published through: memory within one process, a broker between nodes.

use guildhall_model::id::{ChannelId, SessionId, TeamId, UserId};

use crate::audience::Audience;
use crate::frame::Frame;
use crate::hub::Hub;

/// One thing that hubs must know of. Plain data, so that a broker can carry it.
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
    /// The session is over: its sockets close and cannot resume.
    CloseSession(SessionId),
    /// Every session of this person is over.
    CloseUser(UserId),
}

/// Carries messages to every hub. A list is applied in its order, and the lists of one publisher in theirs.
pub trait Bus: Send + Sync {
    fn publish(&self, messages: Vec<HubMessage>);
}

/// The bus of a single process: straight into its hub.
#[derive(Debug, Clone)]
pub struct MemoryBus {
    hub: Hub,
}

impl MemoryBus {
    pub const fn new(hub: Hub) -> Self {
        Self { hub }
    }
}

impl Bus for MemoryBus {
    fn publish(&self, messages: Vec<HubMessage>) {
        self.hub.apply(messages);
    }
}
