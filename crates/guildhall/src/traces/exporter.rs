//! Counts what the collector takes, and says once when it takes nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use opentelemetry_otlp::SpanExporter as OtlpExporter;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use parking_lot::Mutex;

use super::queue::QueueState;

/// A collector that comes and goes is told of so often at most.
const WARNING_INTERVAL: Duration = Duration::from_secs(3600);

#[derive(Debug)]
pub(super) struct ReportingExporter {
    inner: OtlpExporter,
    url: String,
    state: Arc<QueueState>,
    outage: Mutex<Outage>,
}

/// Whether the collector takes spans, as far as the log tells it.
#[derive(Debug, Default)]
struct Outage {
    is_failing: bool,
    warned: Option<Instant>,
}

impl Outage {
    /// Whether to warn of this failure.
    fn begin(&mut self, now: Instant) -> bool {
        let is_new = !std::mem::replace(&mut self.is_failing, true);
        let is_due = self.warned.is_none_or(|warned| now.duration_since(warned) >= WARNING_INTERVAL);
        if is_new && is_due {
            self.warned = Some(now);
        }
        is_new && is_due
    }

    /// Whether an outage has ended.
    fn end(&mut self) -> bool {
        std::mem::take(&mut self.is_failing)
    }
}

impl ReportingExporter {
    pub fn new(inner: OtlpExporter, url: String, state: Arc<QueueState>) -> Self {
        Self { inner, url, state, outage: Mutex::default() }
    }

    fn report(&self, outcome: &OTelSdkResult) {
        let mut outage = self.outage.lock();
        match outcome {
            Ok(()) if outage.end() => tracing::info!(url = self.url, "traces are sent again"),
            Ok(()) => {}
            Err(error) => {
                let reason = self.state.take_cause().unwrap_or_else(|| error.to_string());
                if outage.begin(Instant::now()) {
                    tracing::warn!(
                        url = self.url,
                        reason,
                        "traces cannot be sent (traces.endpoint); spans are lost until the collector takes them"
                    );
                }
            }
        }
    }
}

impl SpanExporter for ReportingExporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let outcome = self.inner.export(batch).await;
        self.state.complete(spans, outcome.is_ok());
        self.report(&outcome);
        outcome
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_told_once_and_the_next_one_not_within_the_hour() {
        let (mut outage, now) = (Outage::default(), Instant::now());
        assert!(!outage.end());
        assert!(outage.begin(now));
        assert!(!outage.begin(now + WARNING_INTERVAL), "the same outage");
        assert!(outage.end());
        assert!(!outage.begin(now + WARNING_INTERVAL / 2), "too soon");
        assert!(outage.end());
        assert!(outage.begin(now + WARNING_INTERVAL));
    }
}
