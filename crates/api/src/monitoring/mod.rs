//! What the edge of the server counts, the metrics of all parts, health checks, and the log of requests.

mod access_log;
mod collect;
mod health;
mod rejections;
mod requests;
mod sampler;
mod traces;

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

use axum::Router;
use axum::routing::get;
use guildhall_metrics::Gauge;

use crate::App;

pub use access_log::AccessLevel;
pub(crate) use access_log::AccessRecord;
pub use collect::collect;
pub(crate) use health::routes;
pub(crate) use rejections::Rejections;
pub(crate) use requests::{RequestMetrics, RequestNotes};
pub use sampler::record_sample;
pub(crate) use traces::RequestTrace;
pub use traces::{RequestTracer, TracedRequest};

/// Where the process is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    Starting,
    Running,
    Stopping,
}

/// Counters of the edge, without locks.
pub struct Monitoring {
    pub(crate) requests: RequestMetrics,
    pub(crate) rejections: Rejections,
    pub(crate) websockets: Arc<Gauge>,
    pub(crate) event_streams: Arc<Gauge>,
    phase: AtomicU8,
    access_level: OnceLock<AccessLevel>,
    tracer: OnceLock<Arc<dyn RequestTracer>>,
}

impl Default for Monitoring {
    fn default() -> Self {
        Self {
            requests: RequestMetrics::default(),
            rejections: Rejections::default(),
            websockets: Arc::default(),
            event_streams: Arc::default(),
            phase: AtomicU8::new(Phase::Starting as u8),
            access_level: OnceLock::new(),
            tracer: OnceLock::new(),
        }
    }
}

impl Monitoring {
    pub fn set_phase(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    pub fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Relaxed) {
            phase if phase == Phase::Starting as u8 => Phase::Starting,
            phase if phase == Phase::Running as u8 => Phase::Running,
            _ => Phase::Stopping,
        }
    }

    /// The level at which each request is logged, once; off until then.
    pub fn set_access_level(&self, level: AccessLevel) {
        let _ = self.access_level.set(level);
    }

    /// Requests are traced from now on.
    pub fn set_tracer(&self, tracer: Arc<dyn RequestTracer>) {
        let _ = self.tracer.set(tracer);
    }

    pub(crate) fn tracer(&self) -> Option<&Arc<dyn RequestTracer>> {
        self.tracer.get()
    }

    pub(crate) fn access_level(&self) -> AccessLevel {
        self.access_level.get().copied().unwrap_or_default()
    }
}

/// The routes of the listener for monitoring, which are not those of the public one.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/metrics", get(collect::get_metrics))
        .route("/health/live", get(health::get_health_live))
        .route("/health/ready", get(health::get_health_ready))
        .with_state(app)
}
