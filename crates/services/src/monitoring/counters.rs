//! What the use cases count, for the metrics and the charts.

use guildhall_metrics::Counter;

#[derive(Debug, Default)]
pub struct Counters {
    /// Messages that were posted through this node.
    pub posts: Counter,
    pub failed_logins: Counter,
    /// Codes of authenticator apps that were right.
    pub second_factor_codes: Counter,
    pub recovery_codes: Counter,
    /// Wrong and used codes.
    pub rejected_codes: Counter,
    pub passkey_log_ins: Counter,
    /// Access tokens that apps were given.
    pub oauth_tokens: Counter,
    /// Calls of programs with an AI.
    pub mcp_calls: Counter,
    pub audit_records: Counter,
    /// Those that a syslog server has taken.
    pub audit_records_sent: Counter,
    /// Attempts to send them that failed and are repeated.
    pub audit_export_failures: Counter,
    pub security_alerts: Counter,
    pub uploaded_bytes: Counter,
    pub deliveries_made: Counter,
    /// Attempts that failed and are repeated.
    pub deliveries_failed: Counter,
    /// Deliveries that are given up.
    pub deliveries_abandoned: Counter,
    pub mails_sent: Counter,
    /// Attempts that failed and are repeated.
    pub mails_failed: Counter,
    /// Mails that the mail server will never take.
    pub mails_rejected: Counter,
    pub mail_notifications: MailNotifications,
    /// One for each address, and for each link.
    pub invitations_created: Counter,
    /// People who came by an invitation.
    pub invitations_used: Counter,
    pub backups: Outcomes,
    pub backup_checks: Outcomes,
    pub backup_drills: Outcomes,
}

/// Messages that waited to be mailed to a person.
#[derive(Debug, Default)]
pub struct MailNotifications {
    pub mailed: Counter,
    /// They were read meanwhile, or deleted, or not wanted any more.
    pub dropped: Counter,
}

/// How attempts have ended.
#[derive(Debug, Default)]
pub struct Outcomes {
    pub succeeded: Counter,
    pub failed: Counter,
}

impl Outcomes {
    pub fn count<T, E>(&self, outcome: &Result<T, E>) {
        if outcome.is_ok() { self.succeeded.increment() } else { self.failed.increment() }
    }
}
