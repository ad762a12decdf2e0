//! Wire format of security alerts. These routes are not Mattermost's.

use guildhall_model::security_alert;
use serde::Serialize;

use crate::common::opt_id;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SecurityAlert {
    pub id: String,
    /// `credential_stuffing`, `log_in_networks`, `token_networks`, `mass_download`, `mass_reading`, `new_administrator` or
    /// `denied_requests`.
    pub rule: String,
    /// A network, or the id of an account or an access token.
    pub subject: String,
    pub user_id: String,
    pub summary: String,
    pub first_at: i64,
    pub last_at: i64,
    pub count: i64,
    /// Ids of audit records, the latest last.
    pub evidence: Vec<String>,
    /// Zero where nobody's access was ended.
    pub revoked_at: i64,
    /// Zero while it is open.
    pub acknowledged_at: i64,
    pub acknowledged_by: String,
}

impl From<security_alert::SecurityAlert> for SecurityAlert {
    fn from(alert: security_alert::SecurityAlert) -> Self {
        Self {
            id: alert.id.to_string(),
            rule: alert.rule,
            subject: alert.subject,
            user_id: opt_id(alert.user_id),
            summary: alert.summary,
            first_at: alert.first_at.0,
            last_at: alert.last_at.0,
            count: alert.count,
            evidence: alert.evidence.iter().map(ToString::to_string).collect(),
            revoked_at: alert.revoked_at.0,
            acknowledged_at: alert.acknowledged_at.0,
            acknowledged_by: opt_id(alert.acknowledged_by),
        }
    }
}
