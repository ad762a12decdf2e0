//! Traces by OTLP: what a request looks like, who decides what is sampled, and collectors that do not work.

use guildhall_storage::Dialect;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use serde_json::{Value, json};

use super::collector::{Collector, Mode, attributes, hex};
use super::server::{Server, TEST_TIMEOUT};
use super::support::TestStore;

/// The address of the proxy that is trusted; the tests' other requests have 127.0.0.1.
const PROXY: &str = "127.0.0.3";
const TRACE_ID: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT_ID: &str = "b7ad6b7169203331";

fn traceparent(trace_id: &str, is_sampled: bool) -> String {
    format!("00-{trace_id}-{PARENT_ID}-0{}", u8::from(is_sampled))
}

async fn start(collector: &str, settings: &[(&str, &str)]) -> Server {
    let all = [("TRACES_ENDPOINT", collector), ("LIMITS_TRUSTED_PROXIES", PROXY), ("METRICS_LISTEN", "127.0.0.1:0")];
    Server::start(&all.iter().chain(settings).copied().collect::<Vec<_>>()).await
}

/// Sends from this address, with the context of a trace.
#[expect(clippy::disallowed_methods, reason = "the client of the tests")]
async fn send_traced(server: &Server, from: &str, context: &str, path: &str, token: &str, body: Option<Value>) -> reqwest::Response {
    let http = reqwest::Client::builder().no_proxy().local_address(Some(from.parse().unwrap())).build().unwrap();
    let url = format!("{}{path}", server.url);
    let request = if body.is_some() { http.post(url) } else { http.get(url) };
    let request = request.header("authorization", format!("Bearer {token}")).header("traceparent", context);
    request.header("content-type", "application/json").body(body.unwrap_or_default().to_string()).send().await.unwrap()
}

fn find<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("{name} is not among {:?}", names(spans)))
}

fn names(spans: &[Span]) -> Vec<&str> {
    spans.iter().map(|span| span.name.as_str()).collect()
}

/// A counter of spans at the page of metrics.
async fn spans(server: &Server, metrics: &str, result: &str) -> f64 {
    let text = server.http.get(metrics).send().await.unwrap().text().await.unwrap();
    let line = format!("guildhall_trace_spans_total{{result=\"{result}\"}} ");
    text.lines().find_map(|found| found.strip_prefix(&line)).unwrap_or_else(|| panic!("{text}")).parse().unwrap()
}

on_every_database!(a_message_is_a_trace_of_the_request_its_statements_and_its_publishing);

async fn a_message_is_a_trace_of_the_request_its_statements_and_its_publishing(dialect: Dialect) {
    let Some(store) = TestStore::fresh(dialect).await else { return };
    let system = match dialect {
        Dialect::Sqlite => "sqlite",
        Dialect::Postgres => "postgresql",
        Dialect::Mysql => "mysql",
    };
    let mut collector = Collector::start(Mode::Accept).await;
    let settings = [
        ("TRACES_HEADERS", "authorization=Basic%20c3R1ZGlv"),
        ("TRACES_SERVICE_NAME", "studio chat"),
        ("LOG_FORMAT", "json"),
        ("LOG_LEVEL", "info"),
        ("LOG_ACCESS_LEVEL", "info"),
        ("DATABASE_SLOW_QUERY_MS", "1"),
        ("DATABASE_URL", store.url().unwrap_or_default()),
    ];
    let server = start(&collector.url, &settings).await;
    let (token, channel) = server.use_it("hello").await;
    let message = json!({"channel_id": channel, "message": "the text of a message"});
    let posted = send_traced(&server, PROXY, &traceparent(TRACE_ID, true), "/api/v4/posts", &token, Some(message)).await;
    assert!(posted.status().is_success());
    let request_id = posted.headers()["x-request-id"].to_str().unwrap().to_owned();

    let first = collector.export().await;
    assert_eq!(first.headers["authorization"], "Basic c3R1ZGlv");
    assert_eq!(
        (first.resource["service.name"].as_str(), first.resource["service.version"].as_str()),
        ("studio chat", env!("CARGO_PKG_VERSION"))
    );
    let mut spans = first.spans;
    while !spans.iter().any(|span| hex(&span.trace_id) == TRACE_ID && span.name == "POST /api/v4/posts") {
        spans.extend(collector.export().await.spans);
    }
    let spans: Vec<Span> = spans.into_iter().filter(|span| hex(&span.trace_id) == TRACE_ID).collect();

    let request = find(&spans, "POST /api/v4/posts");
    assert_eq!((hex(&request.parent_span_id).as_str(), request.kind()), (PARENT_ID, SpanKind::Server));
    let expected = [
        ("http.request.method", "POST"),
        ("http.response.status_code", "201"),
        ("http.route", "/api/v4/posts"),
        ("request_id", &request_id),
        // Of the log, which shares the span.
        ("trace_id", TRACE_ID),
        ("url.scheme", "http"),
    ];
    assert_eq!(attributes(&request.attributes), expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());

    let commit = find(&spans, "COMMIT");
    assert_eq!((&commit.parent_span_id, commit.kind()), (&request.span_id, SpanKind::Client));
    let written = attributes(&commit.attributes);
    assert_eq!(written["db.system.name"], system);
    assert!(written["db.query.text"].contains("INSERT INTO posts") && written["db.query.text"].contains('?'), "{written:?}");
    let read = find(&spans, "SELECT");
    assert_eq!((&read.parent_span_id, read.kind()), (&request.span_id, SpanKind::Client));
    assert!(attributes(&read.attributes)["db.query.text"].starts_with("SELECT "));
    assert_eq!(find(&spans, "publish").parent_span_id, commit.span_id);
    assert!(spans.iter().all(|span| span.events.is_empty() && !format!("{span:?}").contains("the text of a message")), "{spans:?}");

    let log = server.stop().await;
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect();
    let ours: Vec<&Value> = lines.iter().filter(|line| line["span"]["request_id"] == request_id.as_str()).collect();
    assert!(!ours.is_empty() && ours.iter().all(|line| line["span"]["trace_id"] == TRACE_ID), "{log}");
    assert!(lines.iter().all(|line| line["span"]["name"] != "read" && line["span"]["name"] != "commit"), "{log}");
    assert!(!log.contains("c3R1ZGlv"), "a secret is in the log:\n{log}");
}

#[tokio::test]
async fn a_job_is_a_trace_of_its_own() {
    let mut collector = Collector::start(Mode::Accept).await;
    let server = start(&collector.url, &[]).await;
    let (token, _) = server.use_it("hello").await;
    assert_eq!(server.send("POST", "/api/v4/jobs", &token, json!({"type": "search_index"})).await.status(), 201);
    let mut spans: Vec<Span> = Vec::new();
    while !spans.iter().any(|span| span.name == "job search_index") {
        spans.extend(collector.export().await.spans);
    }
    let job = find(&spans, "job search_index");
    assert!(job.parent_span_id.is_empty() && attributes(&job.attributes).contains_key("job_id"));
    assert!(spans.iter().any(|span| span.name == "COMMIT" && span.parent_span_id == job.span_id), "{:?}", names(&spans));
    server.stop().await;
}

#[tokio::test]
async fn only_a_trusted_proxy_continues_a_trace_and_decides_what_is_sampled() {
    let mut collector = Collector::start(Mode::Accept).await;
    let settings = [("TRACES_SAMPLE_RATIO", "0"), ("TRACES_CLIENT_ADDRESS", "true"), ("LOG_FORMAT", "json")];
    let server = start(&collector.url, &settings).await;
    let (token, _) = server.use_it("hello").await;
    let strange = "1".repeat(32);
    let unwanted = "2".repeat(32);
    let broken = "00-0-0-01";
    for (from, context) in [("127.0.0.1", traceparent(&strange, true)), (PROXY, traceparent(&unwanted, false)), (PROXY, broken.to_owned())]
    {
        assert!(send_traced(&server, from, &context, "/api/v4/users/me", &token, None).await.status().is_success());
    }
    assert_eq!(send_traced(&server, PROXY, &traceparent(TRACE_ID, true), "/api/v4/users/nobody", &token, None).await.status(), 400);
    server.stop().await;
    // The end of the server has sent the rest.
    let spans = collector.rest();
    assert!(spans.iter().all(|span| hex(&span.trace_id) == TRACE_ID), "{:?}", names(&spans));
    let request = find(&spans, "GET /api/v4/users/{user_id}");
    let attributes = attributes(&request.attributes);
    assert_eq!((attributes["http.response.status_code"].as_str(), attributes["client.address"].as_str()), ("400", PROXY));
    assert_eq!(request.status.clone().unwrap_or_default().code(), StatusCode::Unset, "what a client does wrong is no error of the server");
}

#[tokio::test]
async fn without_a_trusted_proxy_a_stranger_does_not_choose_the_trace() {
    let mut collector = Collector::start(Mode::Accept).await;
    let server = start(&collector.url, &[]).await;
    let (token, _) = server.use_it("hello").await;
    let strange = "1".repeat(32);
    assert!(send_traced(&server, "127.0.0.1", &traceparent(&strange, false), "/api/v4/users/me", &token, None).await.status().is_success());
    server.stop().await;
    let spans = collector.rest();
    let request = find(&spans, "GET /api/v4/users/{user_id}");
    assert!(request.parent_span_id.is_empty() && hex(&request.trace_id) != strange);
    assert!(!attributes(&request.attributes).contains_key("client.address"));
}

#[tokio::test]
async fn a_collector_that_fails_is_told_once_and_nothing_waits_for_it() {
    let absent = "http://127.0.0.1:9".to_owned();
    let rejecting = Collector::start(Mode::Reject).await;
    for (url, reason) in [(absent, "refused"), (rejecting.url.clone(), "403")] {
        let mut server = start(&url, &[("LOG_LEVEL", "info")]).await;
        let metrics = server.line("Metrics for Prometheus are at ").await;
        let (token, _) = server.use_it("hello").await;
        let failing = async {
            let mut before = 0.0;
            // Several requests to the collector.
            for _ in 0..2 {
                loop {
                    server.send("GET", "/api/v4/users/me", &token, Value::Null).await;
                    let failed = spans(&server, &metrics, "failed").await;
                    if failed > before {
                        before = failed;
                        break;
                    }
                }
            }
        };
        tokio::time::timeout(TEST_TIMEOUT, failing).await.expect("spans that failed");
        assert_eq!(spans(&server, &metrics, "sent").await, 0.0);
        let log = server.stop().await;
        let told: Vec<&str> = log.lines().filter(|line| line.contains("traces cannot be sent")).collect();
        assert!(told.len() == 1 && told[0].contains(reason) && told[0].contains(&url), "{log}");
    }
}

#[tokio::test]
async fn what_a_hanging_collector_does_not_take_is_dropped_and_a_working_one_is_used_again() {
    let mut collector = Collector::start(Mode::Hang).await;
    let mut server = start(&collector.url, &[("LOG_LEVEL", "info")]).await;
    let metrics = server.line("Metrics for Prometheus are at ").await;
    let (token, _) = server.use_it("hello").await;
    // Until no more spans may wait: the server goes on answering.
    let filling = async {
        while spans(&server, &metrics, "dropped").await == 0.0 {
            let requests = (0..100).map(|_| server.send("GET", "/api/v4/users/me/teams", &token, Value::Null));
            assert!(futures::future::join_all(requests).await.iter().all(|answer| answer.status().is_success()));
        }
    };
    tokio::time::timeout(TEST_TIMEOUT, filling).await.expect("spans that are dropped");
    collector.set_mode(Mode::Accept);
    collector.export().await;
    let failed = spans(&server, &metrics, "failed").await;
    assert!(failed > 0.0, "those of the request that was not answered");
    let log = server.stop().await;
    assert_eq!(log.matches("traces cannot be sent").count(), 1, "{log}");
    assert_eq!(log.matches("traces are sent again").count(), 1, "{log}");
}

#[tokio::test]
async fn the_end_of_the_server_does_not_wait_for_a_hanging_collector() {
    let collector = Collector::start(Mode::Hang).await;
    let server = start(&collector.url, &[]).await;
    server.use_it("hello").await;
    // Longer than the server's own limit, shorter than the collector would take.
    tokio::time::timeout(TEST_TIMEOUT, server.stop()).await.expect("the end of the server");
}
