//! Sealing audit records (`docs/decisions/0048-audit-seals.md`).

use guildhall_model::audit::AuditSeal;
use guildhall_model::{Events, Millis, Result};
use guildhall_storage::{audits, security_alerts};

use crate::audits::Audits;
use crate::jobs::JobContext;

/// Records of a seal. A batch of the database each.
const RECORDS_MAX: i64 = 500;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl Audits<'_> {
    /// Seals all records; returns how many. Each seal is in the log, so that what is collected from there shows whether the chain
    /// was replaced.
    pub(crate) async fn seal_records(&self, job: &JobContext<'_>) -> Result<usize> {
        let (grant, db) = (&job.grant, self.access.read(&job.grant));
        let mut sealed = 0;
        loop {
            let records = audits::unsealed(db, grant.server(), RECORDS_MAX).await?;
            if records.is_empty() {
                return Ok(sealed);
            }
            let previous = audits::latest_seal(db, grant.server()).await?;
            let seal = AuditSeal::new(previous.as_ref(), &records, self.clock.now());
            let mut write = self.access.write(grant, "audits.seal");
            write.push(job.require_lease());
            write.extend(audits::insert_seal(grant.write_server(), &seal, &records));
            write.commit(Events::none("clients load the audit trail on request")).await?;
            tracing::info!(number = seal.number, records = seal.record_count, digest = seal.digest, "audit records were sealed");
            sealed += records.len();
            job.renew().await?;
        }
    }

    /// Deletes the records of seals without a record that must be kept.
    pub(crate) async fn delete_records(&self, job: &JobContext<'_>) -> Result<()> {
        let (grant, db) = (&job.grant, self.access.read(&job.grant));
        // Read first: a seal that is made meanwhile has records that must be kept.
        let latest = audits::latest_seal(db, grant.server()).await?.map_or(0, |seal| seal.number);
        let last = audits::first_seal_since(db, grant.server(), self.kept_since()).await?.map_or(latest, |kept| kept - 1);
        let mut write = self.access.write(grant, "audits.delete");
        write.push(job.require_lease());
        write.extend(audits::delete_up_to_seal(grant.write_server(), last));
        write.push(security_alerts::delete_before(grant.write_server(), self.kept_since()));
        write.commit(Events::none("clients load the audit trail on request")).await
    }

    /// Records from then on are kept.
    pub(super) fn kept_since(&self) -> Millis {
        match self.settings().limits.audit_days {
            0 => Millis::ZERO,
            days => self.clock.now().minus_ms(days.saturating_mul(DAY_MS)),
        }
    }
}
