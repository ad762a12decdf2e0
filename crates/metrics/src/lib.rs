//! Metrics: the catalogue of their names, counters and histograms that cost a few atomic additions, and their encoding for
//! Prometheus and OpenMetrics. Counting takes no lock, so that it may stand in the path of every message.
//!
//! Each crate keeps the counters of its own part; what is a state rather than a count (connections, queues, disk space) is read
//! when somebody asks. Both are passed to [`Samples`], under a name of the [`catalogue`].

pub mod catalogue;
mod counter;
mod histogram;
mod samples;

pub use catalogue::{Kind, Metric, Unit};
pub use counter::{Counter, Gauge, InFlight, OwnedInFlight};
pub use histogram::{Histogram, HistogramSnapshot};
pub use samples::{Format, Samples};
