//! Sending audit records to a syslog server: all of them, in their order, each at least once (`docs/decisions/0050-audit-export.md`).

use guildhall_model::audit::{CursorState, NumberedAudit, SyslogMessage, SyslogSeverity};
use guildhall_model::finding::{AuditExportFacts, shortened};
use guildhall_model::{Events, Millis, Result};
use guildhall_storage::audit_stream::{self, SYSLOG};

use crate::access::SystemGrant;
use crate::audits::Audits;
use crate::backoff::Backoff;
use crate::jobs::JobContext;

/// Records of a connection. After it was taken, they are not sent again.
const RECORDS_MAX: i64 = 500;
const ERROR_CHARS_MAX: usize = 500;
/// A server that is down is tried again for ever.
const RETRY: Backoff = Backoff { first_ms: 10_000, factor: 2, longest_ms: 5 * 60 * 1_000, attempts_max: i64::MAX };

impl Audits<'_> {
    /// Whether a server is set and gets something now.
    pub(crate) async fn has_records_to_send(&self, grant: &SystemGrant, now: Millis) -> Result<bool> {
        if self.settings().syslog_server().is_none() {
            return Ok(false);
        }
        let (db, server) = (self.access.read(grant), grant.server());
        let cursor = audit_stream::cursor(db, server, SYSLOG).await?;
        Ok(cursor.retry_at <= now && audit_stream::oldest_after(db, server, cursor.position).await?.is_some())
    }

    /// Sends what is there; returns how many records. That a server does not take them is stored, and is no failure of the job.
    pub(crate) async fn send_records(&self, job: &JobContext<'_>) -> Result<usize> {
        self.number_records().await?;
        let mut sent = 0;
        loop {
            // Read again each time, because administrators may have changed them.
            let settings = self.settings();
            let Some(server) = settings.syslog_server() else { return Ok(sent) };
            let db = self.access.read(&job.grant);
            let cursor = audit_stream::cursor(db, job.grant.server(), SYSLOG).await?;
            let records = audit_stream::after(db, job.grant.server(), cursor.position, RECORDS_MAX).await?;
            let Some(last) = records.last().map(|record| record.position) else { return Ok(sent) };
            let message = |record: &NumberedAudit| SyslogMessage {
                time: record.audit.create_at,
                severity: SyslogSeverity::of_action(&record.audit.action),
                id: record.audit.action.clone(),
                text: settings.export_format().line(record, env!("CARGO_PKG_VERSION")),
            };
            let messages: Vec<SyslogMessage> = records.iter().map(message).collect();
            let outcome = self.syslog.send(&server, &messages).await;
            let mut write = self.access.write(&job.grant, "audits.send");
            write.push(job.require_lease());
            write.push(audit_stream::create_cursor(job.grant.write_server(), SYSLOG));
            match &outcome {
                Ok(()) => write.push(audit_stream::advance(job.grant.write_server(), &cursor, last, self.clock.now())),
                Err(error) => {
                    let failed = self.failed(&cursor, &error.0);
                    tracing::warn!(%error, failures = failed.failures, "audit records were not taken; they are sent again later");
                    write.push(audit_stream::fail(job.grant.write_server(), &failed));
                }
            }
            write.commit(Events::none("nobody watches it")).await?;
            if outcome.is_err() {
                self.counters.audit_export_failures.increment();
                return Ok(sent);
            }
            self.counters.audit_records_sent.add(records.len() as u64);
            sent += records.len();
            job.renew().await?;
        }
    }

    fn failed(&self, cursor: &CursorState, error: &str) -> CursorState {
        let (now, failures) = (self.clock.now(), cursor.failures + 1);
        let delay_ms = RETRY.delay_ms(failures, self.ids.next_bytes()[15]).unwrap_or(RETRY.longest_ms);
        CursorState {
            update_at: now,
            failures,
            retry_at: now.plus_ms(delay_ms),
            last_error: shortened(error, ERROR_CHARS_MAX),
            ..cursor.clone()
        }
    }

    /// How far the sending is behind; `None` where records are not sent.
    pub(crate) async fn export_facts(&self, grant: &SystemGrant) -> Result<Option<AuditExportFacts>> {
        if self.settings().syslog_server().is_none() {
            return Ok(None);
        }
        audit_stream::export_facts(self.access.read(grant), grant.server()).await.map(Some)
    }
}
