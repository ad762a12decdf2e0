//! A collector for OTLP over HTTP, which decodes what it receives by OpenTelemetry's own types.

use std::collections::BTreeMap;
use std::future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::server::TEST_TIMEOUT;

/// How the collector answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Mode {
    Accept,
    Reject,
    /// Takes the request and never answers.
    Hang,
}

/// A request of the server.
pub struct Export {
    pub headers: HeaderMap,
    pub resource: BTreeMap<String, String>,
    pub spans: Vec<Span>,
}

pub struct Collector {
    pub url: String,
    exports: mpsc::Receiver<Export>,
    mode: Arc<AtomicU8>,
}

impl Collector {
    pub async fn start(mode: Mode) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, exports) = mpsc::channel(1024);
        let mode = Arc::new(AtomicU8::new(mode as u8));
        let router = Router::new().route("/v1/traces", post(receive)).with_state((sender, Arc::clone(&mode)));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, exports, mode }
    }

    pub fn set_mode(&self, mode: Mode) {
        self.mode.store(mode as u8, Ordering::Relaxed);
    }

    /// The next request.
    pub async fn export(&mut self) -> Export {
        tokio::time::timeout(TEST_TIMEOUT, self.exports.recv()).await.expect("an export").unwrap()
    }

    /// What was received so far; the server has ended.
    pub fn rest(&mut self) -> Vec<Span> {
        let mut spans = Vec::new();
        while let Ok(export) = self.exports.try_recv() {
            spans.extend(export.spans);
        }
        spans
    }
}

async fn receive(
    State((sender, mode)): State<(mpsc::Sender<Export>, Arc<AtomicU8>)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Bytes, StatusCode> {
    match mode.load(Ordering::Relaxed) {
        mode if mode == Mode::Reject as u8 => return Err(StatusCode::FORBIDDEN),
        mode if mode == Mode::Hang as u8 => return future::pending().await,
        _ => {}
    }
    let request = ExportTraceServiceRequest::decode(body).map_err(|_| StatusCode::BAD_REQUEST)?;
    for of_resource in request.resource_spans {
        let spans = of_resource.scope_spans.into_iter().flat_map(|scope| scope.spans).collect();
        let resource = attributes(&of_resource.resource.unwrap_or_default().attributes);
        let _ = sender.send(Export { headers: headers.clone(), resource, spans }).await;
    }
    // An empty answer of protobuf: everything was taken.
    Ok(Bytes::new())
}

pub fn attributes(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |value: &Option<AnyValue>| match value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    };
    attributes.iter().map(|attribute| (attribute.key.clone(), text(&attribute.value))).collect()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
