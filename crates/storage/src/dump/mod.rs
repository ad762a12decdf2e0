//! Copies of a whole database: one consistent state of every table, as lines of JSON that each of the three databases can load.
//!
//! The tables come from the database's own catalogue, so none can be forgotten. Full-text indexes are left out: a job makes
//! them again. `docs/decisions/0032-backups.md` describes the format.

mod insert;
mod line;
mod lines;
mod load;
mod reconcile;
mod snapshot;
mod summary;
mod table;

pub use load::{Loader, TableLoader};
pub use reconcile::{Reconciled, reconcile};
pub use snapshot::{Snapshot, snapshot};
pub use summary::TableSummary;
pub use table::{ColumnKind, ColumnShape, TableShape};

pub(crate) use lines::Lines;
pub(crate) use snapshot::SnapshotConnection;
