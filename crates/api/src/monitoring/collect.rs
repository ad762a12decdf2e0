//! The metrics of all parts of the server, and the page from which Prometheus reads them.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_metrics::{Format, HistogramSnapshot, Samples, catalogue};
use guildhall_model::Millis;
use guildhall_model::settings::TlsMode;
use guildhall_model::tls::TlsStatus;
use guildhall_realtime::AUDIENCE_BOUNDS;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};

use crate::App;

/// The values of all metrics at this moment.
pub async fn collect(app: &App) -> Samples {
    let mut samples = Samples::default();
    app.monitoring.requests.collect(&mut samples);
    app.monitoring.rejections.collect(&mut samples);
    collect_connections(app, &mut samples);
    if let Some(tracer) = app.monitoring.tracer() {
        tracer.collect(&mut samples);
    }
    collect_certificate(&app.tls.status(), &mut samples);
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

fn collect_certificate(status: &TlsStatus, samples: &mut Samples) {
    if let Some(certificate) = &status.certificate {
        samples.gauge(&catalogue::CERTIFICATE_EXPIRATION, &[], seconds(certificate.not_after));
    }
    if status.mode == TlsMode::Acme {
        samples.gauge(&catalogue::CERTIFICATE_LAST_ATTEMPT, &[], seconds(status.last_attempt_at));
        samples.gauge(&catalogue::CERTIFICATE_FAILED_ATTEMPTS, &[], f64::from(status.failed_attempts));
    }
}

fn seconds(at: Millis) -> f64 {
    at.0 as f64 / 1000.0
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

#[cfg(test)]
mod tests {
    use guildhall_model::tls::CertificateFacts;

    use super::*;

    fn text(status: &TlsStatus) -> String {
        let mut samples = Samples::default();
        collect_certificate(status, &mut samples);
        samples.encode(Format::Prometheus).unwrap()
    }

    #[test]
    fn times_of_the_certificate_are_seconds_since_1970() {
        let certificate = CertificateFacts {
            names: Vec::new(),
            issuer: String::new(),
            not_before: Millis(0),
            not_after: Millis(1_893_456_000_500),
            fingerprint: String::new(),
            is_self_signed: false,
        };
        let status = TlsStatus {
            mode: TlsMode::Acme,
            certificate: Some(certificate),
            failed_attempts: 3,
            last_attempt_at: Millis(1_795_968_000_000),
            ..TlsStatus::default()
        };
        let acme = text(&status);
        for line in [
            "guildhall_certificate_expiration_timestamp_seconds 1893456000.5",
            "guildhall_certificate_last_attempt_timestamp_seconds 1795968000",
            "guildhall_certificate_failed_attempts 3",
        ] {
            assert!(acme.lines().any(|found| found.trim_end_matches(".0") == line), "{line}: {acme}");
        }
        let files = text(&TlsStatus { mode: TlsMode::Files, ..status });
        assert!(files.contains("expiration_timestamp") && !files.contains("attempt"), "{files}");
        assert!(!text(&TlsStatus::default()).contains("guildhall_certificate"), "HTTPS is off");
    }
}
