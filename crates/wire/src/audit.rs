//! Audits.

use guildhall_model::audit;
use serde::{Deserialize, Serialize};

use crate::common::opt_id;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Audit {
    pub id: String,
    pub create_at: i64,
    pub user_id: String,
    pub action: String,
    pub extra_info: String,
    pub ip_address: String,
    pub session_id: String,
}

impl From<audit::Audit> for Audit {
    fn from(audit: audit::Audit) -> Self {
        Self {
            id: audit.id.to_string(),
            create_at: audit.create_at.0,
            user_id: opt_id(audit.user_id),
            action: audit.action,
            extra_info: audit.extra_info,
            ip_address: audit.ip_address,
            session_id: opt_id(audit.session_id),
        }
    }
}

/// A seal of audit records. Ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditSeal {
    pub number: i64,
    pub sealed_at: i64,
    /// When the newest of its records was made.
    pub last_record_at: i64,
    pub record_count: i64,
    pub records_digest: String,
    pub previous_digest: String,
    pub digest: String,
}

impl From<audit::AuditSeal> for AuditSeal {
    fn from(seal: audit::AuditSeal) -> Self {
        Self {
            number: seal.number,
            sealed_at: seal.sealed_at.0,
            last_record_at: seal.last_record_at.0,
            record_count: seal.record_count,
            records_digest: seal.records_digest,
            previous_digest: seal.previous_digest,
            digest: seal.digest,
        }
    }
}

/// What one request has verified of the audit trail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditVerification {
    pub seals: i64,
    pub records: i64,
    pub faults: Vec<AuditFault>,
    pub last: Option<AuditSeal>,
    /// From where to go on; null at the end.
    pub next: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditFault {
    pub seal: i64,
    /// `records_removed`, `records_added`, `records_changed`, `seal_changed` or `chain_broken`.
    pub fault: String,
}
