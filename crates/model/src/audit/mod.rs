//! The audit trail: which user performed which action, and from which address.

mod details;
mod export;
pub mod ocsf;
mod seal;

pub use details::parse_details;
pub use export::{CursorState, ExportFormat, NumberedAudit, SyslogError, SyslogMessage, SyslogServer, SyslogSeverity, SyslogTransport};
pub use seal::{AuditSeal, SealFault};

use crate::id::{AuditId, SessionId, UserId};
use crate::time::Millis;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    pub id: AuditId,
    pub create_at: Millis,
    pub user_id: Option<UserId>,
    /// The name of the use case, e.g. "login" or "channels.archive".
    pub action: String,
    pub extra_info: String,
    pub ip_address: String,
    pub session_id: Option<SessionId>,
}
