//! Security alerts: what a rule over the audit trail has found, and what the server does about it.

use crate::id::{AuditId, SecurityAlertId, UserId};
use crate::time::Millis;

/// Records that an alert names at most: the latest ones.
pub const EVIDENCE_MAX: usize = 20;
pub const SUBJECT_CHARS_MAX: usize = 64;

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AlertRule {
    /// Log-ins with the names of many accounts fail from one network.
    CredentialStuffing,
    /// Somebody logs in from several networks at about the same time.
    LogInNetworks,
    /// An access token is used from several networks at about the same time.
    TokenNetworks,
    MassDownload,
    MassReading,
    NewAdministrator,
    /// Many requests of somebody were denied.
    DeniedRequests,
}

impl AlertRule {
    pub const ALL: [Self; 7] = [
        Self::CredentialStuffing,
        Self::LogInNetworks,
        Self::TokenNetworks,
        Self::MassDownload,
        Self::MassReading,
        Self::NewAdministrator,
        Self::DeniedRequests,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::CredentialStuffing => "credential_stuffing",
            Self::LogInNetworks => "log_in_networks",
            Self::TokenNetworks => "token_networks",
            Self::MassDownload => "mass_download",
            Self::MassReading => "mass_reading",
            Self::NewAdministrator => "new_administrator",
            Self::DeniedRequests => "denied_requests",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }
}

/// What the server does where a rule applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    Nothing,
    Alert,
    /// And ends the sessions and access tokens of the accounts that it is about.
    AlertAndRevoke,
}

impl Reaction {
    pub const NAMES: &[&str] = &["off", "alert", "revoke"];

    /// Of a setting. An unknown name alerts.
    pub fn from_name(name: &str) -> Self {
        match name {
            "off" => Self::Nothing,
            "revoke" => Self::AlertAndRevoke,
            _ => Self::Alert,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityAlert {
    pub id: SecurityAlertId,
    /// The name of the rule.
    pub rule: String,
    /// A network, or the id of an account or an access token: there is one open alert of a rule for each.
    pub subject: String,
    /// The account that it is about, where it is one.
    pub user_id: Option<UserId>,
    /// A sentence.
    pub summary: String,
    pub first_at: Millis,
    pub last_at: Millis,
    /// Of records that have raised it.
    pub count: i64,
    /// Of the latest records.
    pub evidence: Vec<AuditId>,
    /// When access was last ended because of it; zero if it was not.
    pub revoked_at: Millis,
    /// Zero while it is open.
    pub acknowledged_at: Millis,
    /// `None` also for the local administrator.
    pub acknowledged_by: Option<UserId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_settings() {
        assert!(AlertRule::ALL.into_iter().all(|rule| AlertRule::from_name(rule.name()) == Some(rule)));
        assert_eq!(
            Reaction::NAMES.iter().map(|name| Reaction::from_name(name)).collect::<Vec<_>>(),
            [Reaction::Nothing, Reaction::Alert, Reaction::AlertAndRevoke]
        );
    }
}
