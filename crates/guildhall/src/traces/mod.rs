//! Traces of OpenTelemetry: spans of requests, statements, jobs and publishing, sent to a collector by OTLP over HTTP.
//! Why and how: docs/decisions/0031-traces.md.

mod client;
mod exporter;
mod queue;
mod request;
mod tracer;

use std::sync::Arc;
use std::time::Duration;

use guildhall_model::settings::{self, parse_headers};
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider};
use tracing::level_filters::LevelFilter;
use tracing::{Metadata, Subscriber};
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::registry::LookupSpan;

use client::CollectorClient;
use exporter::ReportingExporter;
use queue::{BoundedQueue, QueueState, WAITING_SPANS_MAX};
pub use request::OtelRequests;
use tracer::NamingTracer;

/// The target of spans that are for traces alone; the log leaves them out, and with them what has it as the begin of its module.
pub const TARGET: &str = "guildhall::spans";

/// For one request to the collector, retries included.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);
/// How long spans wait for others, to be sent together.
const SEND_INTERVAL: Duration = Duration::from_secs(2);
/// Spans in one request to the collector.
const BATCH_SPANS: usize = 512;
/// For what is left when the server stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(3);

/// The spans that are collected, and the way to the collector.
pub struct Traces {
    provider: SdkTracerProvider,
    state: Arc<QueueState>,
    has_client_addresses: bool,
}

impl Traces {
    /// `None` without the address of a collector. To be called in the runtime, whose tasks send the spans.
    pub fn start(settings: &settings::Traces) -> Result<Option<Self>, String> {
        if settings.endpoint.is_empty() {
            return Ok(None);
        }
        let state = Arc::new(QueueState::default());
        let url = traces_url(&settings.endpoint);
        let client = CollectorClient::new(&url, Arc::clone(&state)).map_err(failed)?;
        let exporter = SpanExporter::builder().with_http().with_http_client(client).with_endpoint(&url);
        let exporter = exporter.with_protocol(Protocol::HttpBinary).with_timeout(SEND_TIMEOUT);
        // The setting's rule allows no other text.
        let headers = parse_headers(&settings.headers).unwrap_or_default();
        let exporter = exporter.with_headers(headers.into_iter().collect()).build().map_err(failed)?;
        let exporter = ReportingExporter::new(exporter, url, Arc::clone(&state));
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(WAITING_SPANS_MAX)
            .with_max_export_batch_size(BATCH_SPANS)
            .with_scheduled_delay(SEND_INTERVAL);
        let processor = BatchSpanProcessor::builder(exporter).with_batch_config(batches.build()).build();
        let provider = SdkTracerProvider::builder()
            .with_span_processor(BoundedQueue::new(processor, Arc::clone(&state)))
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(settings.sample_ratio.0))))
            .with_resource(resource(&settings.service_name))
            .build();
        Ok(Some(Self { provider, state, has_client_addresses: settings.client_address }))
    }

    /// The layer of the process's subscriber that turns our spans into those of OpenTelemetry.
    pub fn layer<S>(&self) -> impl Layer<S> + Send + Sync + 'static
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        let tracer = NamingTracer::new(self.provider.tracer("guildhall"));
        OpenTelemetryLayer::new(tracer)
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_context_activation(false)
            .with_filter(FilterFn::new(is_traced).with_max_level_hint(LevelFilter::INFO))
    }

    /// What the edge of the server tells of each request.
    pub fn requests(&self) -> OtelRequests {
        OtelRequests::new(Arc::clone(&self.state), self.has_client_addresses)
    }

    /// Sends what is left, within a few seconds.
    pub async fn finish(self) {
        let shutdown = tokio::task::spawn_blocking(move || self.provider.shutdown_with_timeout(STOP_TIMEOUT));
        if let Err(error) = shutdown.await.map_err(failed).and_then(|outcome| outcome.map_err(failed)) {
            tracing::debug!(error, "the last spans were not sent");
        }
    }
}

/// Spans of our own code; not those of libraries, and no events, which are the log's.
fn is_traced(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && *metadata.level() <= LevelFilter::INFO && metadata.target().starts_with("guildhall")
}

/// The address of OTLP for traces, below that of the collector.
fn traces_url(endpoint: &str) -> String {
    let endpoint = endpoint.trim_end_matches('/');
    if endpoint.ends_with("/v1/traces") { endpoint.to_owned() } else { format!("{endpoint}/v1/traces") }
}

fn resource(service_name: &str) -> Resource {
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    Resource::builder_empty().with_service_name(service_name.to_owned()).with_attribute(version).build()
}

fn failed(error: impl std::fmt::Display) -> String {
    format!("Traces cannot be collected: {error}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_for_traces_is_added_once() {
        for (endpoint, url) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("https://otlp.example.com/otlp/", "https://otlp.example.com/otlp/v1/traces"),
            ("https://otlp.example.com/v1/traces", "https://otlp.example.com/v1/traces"),
        ] {
            assert_eq!(traces_url(endpoint), url);
        }
    }
}
