//! The metrics of all parts of the server, and the page from which Prometheus reads them.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_metrics::{Format, HistogramSnapshot, Samples, catalogue};
use guildhall_realtime::AUDIENCE_BOUNDS;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};

use crate::App;

/// The values of all metrics at this moment.
pub async fn collect(app: &App) -> Samples {
    let mut samples = Samples::default();
    app.monitoring.requests.collect(&mut samples);
    samples.counter(&catalogue::HTTP_RATE_LIMITED, &[], app.monitoring.rate_limited.get());
    collect_connections(app, &mut samples);
    if let Some(tracer) = app.monitoring.tracer() {
        tracer.collect(&mut samples);
    }
    app.services.monitoring().collect(&mut samples).await;
    samples
}

fn collect_connections(app: &App, samples: &mut Samples) {
    let hub = app.hub.stats();
    samples.gauge(&catalogue::USERS_ONLINE, &[], hub.online_users as f64);
    samples.gauge(&catalogue::CONNECTIONS, &["websocket"], app.monitoring.websockets.get() as f64);
    samples.gauge(&catalogue::CONNECTIONS, &["sse"], app.monitoring.event_streams.get() as f64);
    samples.gauge(&catalogue::RESUMABLE_CONNECTIONS, &[], hub.detached_connections as f64);
    samples.counter(&catalogue::HUB_EVENTS, &[], hub.events);
    samples.counter(&catalogue::HUB_DELIVERIES, &[], hub.deliveries);
    let audiences = HistogramSnapshot::from_counts(&AUDIENCE_BOUNDS, &hub.audiences, hub.deliveries);
    samples.histogram(&catalogue::HUB_AUDIENCE, &[], audiences);
    samples.counter(&catalogue::HUB_RESUMES, &["hit"], hub.resumed);
    samples.counter(&catalogue::HUB_RESUMES, &["miss"], hub.not_resumed);
    samples.counter(&catalogue::HUB_DROPPED, &["slow_reader"], hub.slow_readers);
    samples.counter(&catalogue::HUB_DROPPED, &["buffer_full"], hub.full_buffers);
    samples.gauge(&catalogue::HUB_QUEUE, &["inbox"], hub.inbox_messages as f64);
    samples.gauge(&catalogue::HUB_QUEUE, &["backlog"], hub.backlog_messages as f64);
}

pub(super) async fn get_metrics(State(app): State<App>, headers: HeaderMap) -> Response {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let format = Format::negotiate(accept);
    match collect(&app).await.encode(format) {
        Ok(text) => ([(CONTENT_TYPE, format.content_type())], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics could not be encoded");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
