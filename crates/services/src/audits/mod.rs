//! The audit trail: administrators read all of it, users their own records. Records are written by `access`, in the batch
//! of what they record; only refused requests are recorded here.

mod list;
mod refused;

pub(crate) use refused::State;

noun! {
    /// The audit trail.
    audits::Audits, state: State, uses: []
}
