//! Kinds and names of spans that are the log's, too: fields such as `otel.kind` would stand in every line.

use std::borrow::Cow;

use opentelemetry::Context;
use opentelemetry::trace::{SpanBuilder, SpanKind, Tracer};
use opentelemetry_sdk::trace::{SdkTracer, Span};

pub(super) struct NamingTracer(SdkTracer);

impl NamingTracer {
    pub fn new(tracer: SdkTracer) -> Self {
        Self(tracer)
    }
}

impl Tracer for NamingTracer {
    type Span = Span;

    fn build_with_context(&self, mut builder: SpanBuilder, parent: &Context) -> Span {
        match &*builder.name {
            "request" => builder.span_kind = Some(SpanKind::Server),
            "job" | "delivery" => {
                let kind = builder.attributes.iter().flatten().find(|attribute| attribute.key.as_str() == "kind");
                if let Some(kind) = kind {
                    builder.name = Cow::Owned(format!("{} {}", builder.name, kind.value));
                }
            }
            _ => {}
        }
        self.0.build_with_context(builder, parent)
    }
}
