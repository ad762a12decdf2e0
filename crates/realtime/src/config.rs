//! The hub's limits.

/// The largest event, with room for others: a post of the longest message (262,144 characters) and 64 KiB of props, in JSON
/// within JSON, where a control character takes seven bytes.
const EVENT_BYTES_MAX: u32 = 4 * 1024 * 1024;

/// Bounds of the hub's queues and buffers, in events, bytes and milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubConfig {
    /// How long a connection without a socket is kept for a resume.
    pub resume_window_ms: i64,
    /// Events kept for a resume after they were written to a socket, and events queued while there is no socket.
    pub resume_buffer_events: u32,
    /// The same in bytes; events are shared, so this bounds the size of a replay rather than memory.
    pub resume_buffer_bytes: u32,
    /// How long at least, and twice that at most, events written to a live socket are kept. Longer than it takes to
    /// detect a dead socket; it bounds memory by the traffic of the last minutes.
    pub written_retention_ms: i64,
    /// Bytes queued for a socket; a reader that falls further behind is closed, and can resume.
    pub outbox_bytes_cap: u32,
    /// Connections without a socket kept per user; the oldest is discarded first.
    pub detached_per_user_cap: usize,
    /// Messages kept in the backlog while memberships are being loaded.
    pub load_backlog_messages: usize,
}

impl Default for HubConfig {
    fn default() -> Self {
        Self {
            resume_window_ms: 180_000,
            resume_buffer_events: 256,
            resume_buffer_bytes: EVENT_BYTES_MAX,
            written_retention_ms: 120_000,
            outbox_bytes_cap: EVENT_BYTES_MAX,
            detached_per_user_cap: 16,
            load_backlog_messages: 16_384,
        }
    }
}
