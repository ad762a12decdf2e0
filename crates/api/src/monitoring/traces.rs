//! The request as a trace: what the tracer is told at its begin and its end.

use std::net::IpAddr;
use std::sync::Arc;

use guildhall_metrics::Samples;
use http::{HeaderMap, Method, StatusCode};
use tracing::{Span, field};

/// Collects the traces of requests; the names of the attributes are its own.
pub trait RequestTracer: Send + Sync {
    /// Begins the trace of a request, and returns its id if it is sampled.
    fn begin(&self, span: &Span, request: &TracedRequest<'_>) -> Option<String>;
    /// `route` is the path of the route table, if the request matched one.
    fn end(&self, span: &Span, method: &Method, route: Option<&str>, status: StatusCode);
    /// Counts of what was sent and lost.
    fn collect(&self, samples: &mut Samples);
}

/// The head of a request.
#[derive(Debug)]
pub struct TracedRequest<'a> {
    pub method: &'a Method,
    pub is_secure: bool,
    pub address: Option<IpAddr>,
    /// Headers with the context of a trace, of a trusted proxy only: others would decide what is sampled.
    pub context: Option<&'a HeaderMap>,
}

/// The trace of one request, and its span; nothing where no traces are collected.
pub(crate) struct RequestTrace(Option<(Arc<dyn RequestTracer>, Span, Method)>);

impl RequestTrace {
    pub fn none() -> Self {
        Self(None)
    }

    pub fn begin(tracer: Arc<dyn RequestTracer>, span: Span, request: &TracedRequest<'_>) -> Self {
        if let Some(trace_id) = tracer.begin(&span, request) {
            span.record("trace_id", field::display(trace_id));
        }
        Self(Some((tracer, span, request.method.clone())))
    }

    pub fn end(self, route: &str, status: StatusCode) {
        if let Some((tracer, span, method)) = self.0 {
            tracer.end(&span, &method, Some(route).filter(|route| route.starts_with('/')), status);
        }
    }
}
