//! Exporting audit records as lines of JSON.

use guildhall_model::audit::ExportFormat;
use guildhall_model::{Actor, Events, Millis, Permission, Result};
use guildhall_storage::audit_stream::{self, Range};

use crate::access::{Origin, SystemGrant};
use crate::audits::Audits;
use crate::boxed;

/// Records that are read at once.
const PAGE: i64 = 500;

/// What is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportRange {
    pub since: Millis,
    /// Records before this moment.
    pub until: Millis,
    /// Records with greater sequence numbers, to go on after a part.
    pub after: i64,
    /// `None` for all.
    pub limit: Option<i64>,
}

/// An export that has begun, page by page.
pub struct AuditExport {
    grant: SystemGrant,
    range: Range,
    left: i64,
    format: ExportFormat,
}

impl Audits<'_> {
    /// The export itself is recorded first, with its range; the record is part of the export if its range allows it.
    #[boxed]
    pub async fn begin_export(&self, actor: &Actor, export: ExportRange, format: ExportFormat) -> Result<AuditExport> {
        let grant = self.access.system_permission_to_read(actor, Permission::ReadAudits)?;
        let system = self.access.system("an export is recorded, although it changes nothing");
        let ExportRange { since, until, after, limit } = export;
        let mut write = self.access.write(&system, "audits.export").recorded_as(Origin::of(actor));
        for (name, value) in [("since", since.0), ("until", until.0), ("after", after)] {
            if value != 0 && value != i64::MAX {
                write.detail(name, value);
            }
        }
        write.commit(Events::none("clients load the audit trail on request")).await?;
        self.number_records().await?;
        Ok(AuditExport { grant, range: Range { after, since, until }, left: limit.unwrap_or(i64::MAX), format })
    }

    /// The next lines, each with its end; empty at the end of the export.
    #[boxed]
    pub async fn next_page(&self, export: &mut AuditExport) -> Result<String> {
        let AuditExport { grant, range, left, format } = export;
        let limit = PAGE.min(*left);
        if limit == 0 {
            return Ok(String::new());
        }
        let records = audit_stream::within(self.access.read(grant), grant.server(), *range, limit).await?;
        let mut lines = String::new();
        for record in &records {
            lines.push_str(&format.line(record, env!("CARGO_PKG_VERSION")));
            lines.push('\n');
        }
        match records.last() {
            Some(last) => range.after = last.position,
            None => *left = 0,
        }
        *left = left.saturating_sub(records.len() as i64);
        Ok(lines)
    }
}
