//! Numbering audit records: the order in which their readers get them (`docs/decisions/0050-audit-export.md`).

use guildhall_model::id::AuditId;
use guildhall_model::{Events, Result};
use guildhall_storage::audit_stream;

use crate::access::{SystemGrant, Writing};
use crate::audits::Audits;
use crate::retry::retry_on_conflict;

/// Records of a batch.
const RECORDS_MAX: usize = 500;
/// The cursor of the last number that was given.
const NUMBERED: &str = "numbered";

impl Audits<'_> {
    /// Numbers all records that are committed by now. Several nodes may do it at once.
    pub(crate) async fn number_records(&self) -> Result<()> {
        let grant = self.access.system("the order of the records belongs to the server");
        loop {
            let count = retry_on_conflict(|| self.number_some(&grant)).await?;
            if count < RECORDS_MAX {
                return Ok(());
            }
        }
    }

    async fn number_some(&self, grant: &Writing<SystemGrant>) -> Result<usize> {
        let db = self.access.read(grant);
        // Read first: what was numbered after it is a conflict.
        let numbered = audit_stream::cursor(db, grant.server(), NUMBERED).await?;
        let ids: Vec<AuditId> = audit_stream::unnumbered(db, grant.server(), RECORDS_MAX as i64).await?;
        if ids.is_empty() {
            return Ok(0);
        }
        let mut write = self.access.write(grant, "audits.number");
        write.push(audit_stream::create_cursor(grant.write_server(), NUMBERED));
        write.extend(audit_stream::number(grant.write_server(), &numbered, &ids, self.clock.now()));
        write.commit(Events::none("readers of the trail poll")).await?;
        Ok(ids.len())
    }
}
