//! The last lines of this node's log, for administrators.

use guildhall_model::ports::LogLine;
use guildhall_model::{Actor, Millis, Permission, Result};

use crate::system::System;

/// Which lines to return.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Empty for all levels.
    pub levels: Vec<String>,
    pub from: Option<Millis>,
    pub until: Option<Millis>,
}

impl LogFilter {
    fn matches(&self, line: &LogLine) -> bool {
        (self.levels.is_empty() || self.levels.iter().any(|level| level.eq_ignore_ascii_case(line.level)))
            && self.from.is_none_or(|from| line.time >= from)
            && self.until.is_none_or(|until| line.time <= until)
    }
}

impl System<'_> {
    /// The oldest first.
    pub fn log_lines(&self, actor: &Actor, filter: &LogFilter) -> Result<Vec<LogLine>> {
        let _grant = self.access.system_permission_to_read(actor, Permission::GetLogs)?;
        let mut lines = self.recent_log.lines();
        lines.retain(|line| filter.matches(line));
        Ok(lines)
    }
}
