//! The last lines of the process's log.

use crate::time::Millis;

/// One event of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    pub time: Millis,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub level: &'static str,
    /// The part of the server that wrote it.
    pub target: String,
    pub message: String,
    /// What else it says, by name.
    pub fields: Vec<(String, String)>,
}

pub trait RecentLog: Send + Sync + 'static {
    /// The oldest first. Their number and size are bounded.
    fn lines(&self) -> Vec<LogLine>;
}
