//! Audits.

use guildhall_model::audit;
use serde::Serialize;

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
