//! The port that messages are published through: memory within one process, a broker between nodes.

use crate::hub::Hub;
use crate::message::HubMessage;

/// Transports messages to every hub. A list is applied in its order, and the lists of one publisher in theirs.
pub trait Bus: Send + Sync {
    fn publish(&self, messages: Vec<HubMessage>);
}

/// The bus of a single process: applies messages to its hub directly.
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
