//! Verifying the audit trail: that the seals are a chain, and that the records of each are those that were sealed.

use guildhall_model::audit::{AuditSeal, SealFault};
use guildhall_model::codes::context;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::audits;

use crate::access::SystemGrant;
use crate::audits::Audits;
use crate::boxed;

/// Seals that one request verifies: 50,000 records at most.
const SEALS_MAX: i64 = 100;

/// What was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditVerification {
    pub seals: i64,
    pub records: i64,
    pub faults: Vec<(i64, SealFault)>,
    /// The last seal that was verified; `None` where there is none.
    pub last: Option<AuditSeal>,
    /// From where to go on; `None` at the end.
    pub next: Option<i64>,
}

impl Audits<'_> {
    /// A seal by its number, to be compared with what is known of it from elsewhere.
    #[boxed]
    pub async fn seal(&self, actor: &Actor, number: i64) -> Result<AuditSeal> {
        let grant = self.access.system_permission_to_read(actor, Permission::ReadAudits)?;
        audits::seal(self.access.read(&grant), grant.server(), number).await?.ok_or_else(|| context::NOT_FOUND.into())
    }

    /// Verifies some seals from this number on, and their records.
    #[boxed]
    pub async fn verify_seals(&self, actor: &Actor, from: i64) -> Result<AuditVerification> {
        let grant = self.access.system_permission_to_read(actor, Permission::ReadAudits)?;
        let db = self.access.read(&grant);
        let mut seals = audits::seals_from(db, grant.server(), from, SEALS_MAX + 1).await?;
        let next = if seals.len() as i64 > SEALS_MAX { seals.pop().map(|seal| seal.number) } else { None };
        let mut previous = audits::seal_before(db, grant.server(), from).await?;
        let mut verified = AuditVerification { seals: 0, records: 0, faults: Vec::new(), last: None, next };
        for seal in seals {
            verified.seals += 1;
            if let Err(fault) = seal.check(previous.as_ref()) {
                verified.faults.push((seal.number, fault));
            }
            match self.check_records(&grant, &seal, previous.is_none()).await? {
                Ok(records) => verified.records += records,
                Err(fault) => verified.faults.push((seal.number, fault)),
            }
            verified.last = Some(seal.clone());
            previous = Some(seal);
        }
        Ok(verified)
    }

    /// How many records the seal has.
    async fn check_records(&self, grant: &SystemGrant, seal: &AuditSeal, is_oldest: bool) -> Result<Result<i64, SealFault>> {
        let records = audits::sealed(self.access.read(grant), grant.server(), seal.number).await?;
        if records.is_empty() && is_oldest && seal.last_record_at < self.kept_since() {
            return Ok(Ok(0));
        }
        Ok(seal.check_records(&records).map(|()| seal.record_count))
    }
}
