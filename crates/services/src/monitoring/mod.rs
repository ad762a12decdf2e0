//! What administrators watch: counters, the state of queues and caches, readiness, and samples for the charts.

mod collect;
mod counters;
mod readiness;
mod samples;

use guildhall_model::Millis;
use parking_lot::Mutex;

pub use counters::Counters;
pub use readiness::{DiskState, Readiness};
pub use samples::{LiveFigures, Series, SeriesRange};

pub(crate) use samples::{FINE_RETENTION_MS, ROWS_MAX};

use samples::Measured;

noun! {
    /// Metrics, readiness and samples.
    monitoring::Monitoring, state: State, uses: [audits::Audits, findings::Findings, security_alerts::SecurityAlerts, sessions::Sessions, webhooks::Webhooks]
}

#[derive(Default)]
pub(crate) struct State {
    /// When the readiness was checked, and the result. Locked during a check, so that callers at the same time share it.
    readiness: tokio::sync::Mutex<Option<(Millis, Readiness)>>,
    /// What the last sample has measured.
    measured: Mutex<Option<Measured>>,
    /// When the tables were counted, and the result.
    stored: tokio::sync::Mutex<Option<(Millis, collect::StoredFigures)>>,
}
