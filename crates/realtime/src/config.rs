//! The hub's limits.

/// What the hub keeps for whom, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubConfig {
    /// How long a connection without a socket is kept for its client to return to.
    pub resume_window_ms: i64,
    /// Events kept behind what was written to a socket, and gathered while there is none.
    pub resume_buffer_events: u32,
    /// The same in bytes; events are shared, so this bounds the size of a replay rather than memory.
    pub resume_buffer_bytes: u32,
    /// How long at least, and twice that at most, such events are kept behind a live socket. More than it takes to
    /// notice that a socket is dead; it makes memory follow the traffic of the last minutes.
    pub written_retention_ms: i64,
    /// What may wait for a socket; a reader that falls further behind is closed, and can resume.
    pub outbox_bytes_cap: u32,
    /// Connections without a socket that one person can leave behind; the oldest goes first.
    pub detached_per_user_cap: usize,
    /// Messages remembered while someone's memberships are being loaded.
    pub load_backlog_messages: usize,
}

impl Default for HubConfig {
    fn default() -> Self {
        Self {
            resume_window_ms: 180_000,
            resume_buffer_events: 256,
            resume_buffer_bytes: 1 << 20,
            written_retention_ms: 120_000,
            outbox_bytes_cap: 1 << 20,
            detached_per_user_cap: 16,
            load_backlog_messages: 16_384,
        }
    }
}
