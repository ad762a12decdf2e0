//! The audit trail: administrators read all of it, users their own records. Records are written by `access`, in the batch
//! of what they record; only denied requests are recorded here.

mod denied;
mod list;

pub(crate) use denied::State;

noun! {
    /// The audit trail.
    audits::Audits, state: State, uses: []
}
