//! The audit trail: administrators read all of it, users their own records. Records are written by `access`, in the batch
//! of what they record; only denied requests are recorded here. Records are sealed, so that nobody changes them unnoticed.

mod denied;
mod export;
mod list;
mod number;
mod seal;
mod syslog;
mod verify;

pub(crate) use denied::State;
pub use export::{AuditExport, ExportRange};
pub use verify::AuditVerification;

noun! {
    /// The audit trail.
    audits::Audits, state: State, uses: []
}
