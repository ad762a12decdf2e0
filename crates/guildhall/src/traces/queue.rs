//! The bound of the spans that wait for the collector, and the counts of what became of them. OpenTelemetry's own queue has a
//! bound, too, but nobody can read how many spans it has dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use guildhall_metrics::{Counter, Samples, catalogue};
use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{BatchSpanProcessor, Span, SpanData, SpanProcessor};
use parking_lot::Mutex;

/// Spans that wait or are being sent. One has about a kilobyte, a few where statements are long.
pub(super) const WAITING_SPANS_MAX: usize = 4096;

#[derive(Debug, Default)]
pub(super) struct QueueState {
    waiting: AtomicUsize,
    sent: Counter,
    failed: Counter,
    dropped: Counter,
    /// Why the last request to the collector failed before it was answered.
    cause: Mutex<Option<String>>,
}

impl QueueState {
    /// Room for one span; `false`, and counted, where there is none.
    fn reserve(&self) -> bool {
        let reserved =
            self.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |waiting| (waiting < WAITING_SPANS_MAX).then_some(waiting + 1));
        if reserved.is_err() {
            self.dropped.increment();
        }
        reserved.is_ok()
    }

    pub fn complete(&self, spans: usize, is_sent: bool) {
        self.waiting.fetch_sub(spans, Ordering::Relaxed);
        let counter = if is_sent { &self.sent } else { &self.failed };
        counter.add(spans as u64);
    }

    pub fn set_cause(&self, cause: String) {
        *self.cause.lock() = Some(cause);
    }

    pub fn take_cause(&self) -> Option<String> {
        self.cause.lock().take()
    }

    pub fn collect(&self, samples: &mut Samples) {
        for (result, counter) in [("sent", &self.sent), ("failed", &self.failed), ("dropped", &self.dropped)] {
            samples.counter(&catalogue::TRACE_SPANS, &[result], counter.get());
        }
    }
}

/// Passes spans on while there is room for them; never waits.
#[derive(Debug)]
pub(super) struct BoundedQueue {
    inner: BatchSpanProcessor,
    state: Arc<QueueState>,
}

impl BoundedQueue {
    /// The queue of `inner` has room for [`WAITING_SPANS_MAX`] at least.
    pub fn new(inner: BatchSpanProcessor, state: Arc<QueueState>) -> Self {
        Self { inner, state }
    }
}

impl SpanProcessor for BoundedQueue {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.inner.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() && self.state.reserve() {
            self.inner.on_end(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_room_is_dropped_and_counted() {
        let state = QueueState::default();
        let reserved = (0..WAITING_SPANS_MAX + 10).filter(|_| state.reserve()).count();
        assert_eq!((reserved, state.dropped.get()), (WAITING_SPANS_MAX, 10));
        state.complete(512, false);
        state.complete(512, true);
        assert_eq!((state.failed.get(), state.sent.get()), (512, 512));
        assert_eq!((0..2000).filter(|_| state.reserve()).count(), 1024);
    }
}
