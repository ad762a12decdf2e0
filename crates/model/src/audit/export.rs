//! Audit records on their way to other servers: their order, how far each reader is, and the syslog server that gets them.

use std::fmt;
use std::path::PathBuf;

use super::{Audit, ocsf};
use crate::time::Millis;

/// A record with its place in the order in which readers get the records: from 1 on, without gaps. Ids cannot serve for it, because
/// a record of another node may be committed after records with later ids were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberedAudit {
    pub position: i64,
    pub audit: Audit,
}

/// How far a reader of the records is, and how its attempts went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CursorState {
    pub name: String,
    /// Of the last record that was dealt with; 0 before the first.
    pub position: i64,
    pub update_at: Millis,
    /// Attempts in a row that failed.
    pub failures: i64,
    /// The next attempt; zero where nothing is waited for.
    pub retry_at: Millis,
    /// Why the last attempt failed, as a sentence; empty where it did not.
    pub last_error: String,
}

/// What a syslog message or a line of an export contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// An event of the Open Cybersecurity Schema Framework.
    Ocsf,
    /// The fields of the record as they are stored.
    Record,
}

impl ExportFormat {
    pub const NAMES: &[&str] = &["ocsf", "record"];

    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "ocsf" => Some(Self::Ocsf),
            "record" => Some(Self::Record),
            _ => None,
        }
    }

    /// One line of JSON. `version` is that of the server.
    pub fn line(self, record: &NumberedAudit, version: &str) -> String {
        match self {
            Self::Ocsf => ocsf::event(record, version).to_string(),
            Self::Record => {
                let NumberedAudit { position, audit } = record;
                serde_json::json!({
                    "sequence": position,
                    "id": audit.id.to_string(),
                    "create_at": audit.create_at.0,
                    "user_id": audit.user_id.map(|id| id.to_string()).unwrap_or_default(),
                    "action": audit.action,
                    "extra_info": audit.extra_info,
                    "ip_address": audit.ip_address,
                    "session_id": audit.session_id.map(|id| id.to_string()).unwrap_or_default(),
                })
                .to_string()
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyslogTransport {
    Tcp,
    /// Verified against the authorities of the system, or those of this file alone.
    Tls {
        authorities: Option<PathBuf>,
    },
}

/// A syslog server, and how to reach it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyslogServer {
    pub host: String,
    pub port: u16,
    pub transport: SyslogTransport,
    /// For each step: to be reached, to take the messages, to confirm them.
    pub timeout_ms: u64,
    /// By which the messages say that they are from this server.
    pub sender_name: String,
}

/// One message of RFC 5424.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyslogMessage {
    pub time: Millis,
    pub severity: SyslogSeverity,
    /// The kind of message, for filters.
    pub id: String,
    pub text: String,
}

/// By their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyslogSeverity {
    Alert = 1,
    Warning = 4,
    Informational = 6,
}

impl SyslogSeverity {
    /// Of the class of the event, and whether it says that something failed.
    pub fn of_action(action: &str) -> Self {
        match ocsf::mapping(action) {
            Some(mapping) if mapping.class == ocsf::Class::DetectionFinding => Self::Alert,
            Some(mapping) if mapping.is_failure => Self::Warning,
            _ => Self::Informational,
        }
    }
}

/// Why messages were not taken, as a sentence for administrators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyslogError(pub String);

impl fmt::Display for SyslogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SyslogError {}
