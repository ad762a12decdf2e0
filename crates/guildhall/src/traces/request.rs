//! Spans of requests, with the attributes of OpenTelemetry's conventions for HTTP
//! (<https://opentelemetry.io/docs/specs/semconv/http/http-spans/>).

use std::sync::Arc;

use guildhall_api::monitoring::{RequestTracer, TracedRequest};
use guildhall_metrics::Samples;
use http::{Method, StatusCode};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{Status, TraceContextExt};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::queue::QueueState;

pub struct OtelRequests {
    propagator: TraceContextPropagator,
    state: Arc<QueueState>,
    has_client_addresses: bool,
}

impl OtelRequests {
    pub(super) fn new(state: Arc<QueueState>, has_client_addresses: bool) -> Self {
        Self { propagator: TraceContextPropagator::new(), state, has_client_addresses }
    }
}

impl RequestTracer for OtelRequests {
    fn begin(&self, span: &Span, request: &TracedRequest<'_>) -> Option<String> {
        if let Some(headers) = request.context {
            // Fails only for spans that have begun.
            let _ = span.set_parent(self.propagator.extract(&HeaderExtractor(headers)));
        }
        span.set_attribute("http.request.method", method_name(request.method));
        span.set_attribute("url.scheme", if request.is_secure { "https" } else { "http" });
        if let Some(address) = request.address.filter(|_| self.has_client_addresses) {
            span.set_attribute("client.address", address.to_string());
        }
        let context = span.context();
        let span = context.span();
        span.update_name(method_name(request.method));
        let context = span.span_context();
        context.is_sampled().then(|| context.trace_id().to_string())
    }

    fn end(&self, span: &Span, method: &Method, route: Option<&str>, status: StatusCode) {
        if let Some(route) = route {
            span.context().span().update_name(format!("{} {route}", method_name(method)));
            span.set_attribute("http.route", route.to_owned());
        }
        span.set_attribute("http.response.status_code", i64::from(status.as_u16()));
        if status.is_server_error() {
            span.set_attribute("error.type", status.as_str().to_owned());
            span.set_status(Status::error(""));
        }
    }

    fn collect(&self, samples: &mut Samples) {
        self.state.collect(samples);
    }
}

/// Methods that nobody knows have one name, so that clients cannot add names.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "_OTHER",
    }
}
