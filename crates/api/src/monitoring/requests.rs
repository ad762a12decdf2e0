//! Durations of requests by route. The routes are those of the route table, so that nobody can add names.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use guildhall_metrics::{Gauge, Histogram, Samples, catalogue};
use guildhall_model::id::UserId;
use http::StatusCode;

use crate::routes::Route;

/// The classes of status codes, 1xx to 5xx.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
/// What matches no route: files and pages of the web client, and everything that does not exist.
const WEB_CLIENT: &str = "(web client)";
const UNKNOWN: &str = "(unknown)";

/// What the gate learns about a request, for the edge, which is outside of it.
#[derive(Debug)]
pub(crate) struct RequestNotes {
    /// The position in the route table.
    route: AtomicUsize,
    user: OnceLock<UserId>,
}

impl Default for RequestNotes {
    fn default() -> Self {
        Self { route: AtomicUsize::new(usize::MAX), user: OnceLock::new() }
    }
}

impl RequestNotes {
    pub fn set_route(&self, position: usize) {
        self.route.store(position, Ordering::Relaxed);
    }

    pub fn set_user(&self, user: UserId) {
        let _ = self.user.set(user);
    }

    pub fn user(&self) -> Option<UserId> {
        self.user.get().copied()
    }
}

/// Histograms of one route, by class of the status; made when the first such response is sent.
struct RouteMetrics {
    method: &'static str,
    path: String,
    classes: [OnceLock<Box<Histogram>>; CLASSES.len()],
}

impl RouteMetrics {
    fn new(method: &'static str, path: &str) -> Self {
        Self { method, path: path.to_owned(), classes: Default::default() }
    }
}

pub(crate) struct RequestMetrics {
    /// In the order of the route table, and then the web client and what is unknown.
    routes: OnceLock<Vec<RouteMetrics>>,
    all: Histogram,
    pub in_flight: Gauge,
}

impl Default for RequestMetrics {
    fn default() -> Self {
        Self { routes: OnceLock::new(), all: Histogram::of_durations(), in_flight: Gauge::new() }
    }
}

impl RequestMetrics {
    pub fn set_routes(&self, table: &[Route]) {
        let rest = [RouteMetrics::new("GET", WEB_CLIENT), RouteMetrics::new("ANY", UNKNOWN)];
        let _ = self.routes.set(table.iter().map(|route| RouteMetrics::new(route.method, &route.path)).chain(rest).collect());
    }

    /// Counts a response and returns the path of its route.
    pub fn observe(&self, notes: &RequestNotes, status: StatusCode, duration: Duration) -> &str {
        self.all.observe_duration(duration);
        let Some(routes) = self.routes.get() else { return UNKNOWN };
        let rest = if matches!(status, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED) { 1 } else { 2 };
        let route = routes.get(notes.route.load(Ordering::Relaxed)).or_else(|| routes.get(routes.len().wrapping_sub(rest)));
        let Some(route) = route else { return UNKNOWN };
        if let Some(class) = route.classes.get(usize::from(status.as_u16() / 100).wrapping_sub(1)) {
            class.get_or_init(|| Box::new(Histogram::of_durations())).observe_duration(duration);
        }
        &route.path
    }

    pub fn all(&self) -> &Histogram {
        &self.all
    }

    pub fn collect(&self, samples: &mut Samples) {
        for route in self.routes.get().into_iter().flatten() {
            for (class, histogram) in CLASSES.iter().zip(&route.classes) {
                if let Some(histogram) = histogram.get() {
                    let labels = [route.method, route.path.as_str(), class];
                    samples.histogram(&catalogue::HTTP_REQUEST_DURATION, &labels, histogram.snapshot());
                }
            }
        }
        samples.gauge(&catalogue::HTTP_REQUESTS_IN_FLIGHT, &[], self.in_flight.get() as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_counted_under_its_route_and_class() {
        let metrics = RequestMetrics::default();
        let route = |path: &str| Route {
            method: "GET",
            path: path.to_owned(),
            gate: "public",
            permission: "",
            local: false,
            operation: "operation",
        };
        metrics.set_routes(&[route("/a"), route("/b/{id}")]);
        let notes = RequestNotes::default();
        notes.set_route(1);
        assert_eq!(metrics.observe(&notes, StatusCode::CREATED, Duration::from_millis(1)), "/b/{id}");
        assert_eq!(metrics.observe(&RequestNotes::default(), StatusCode::OK, Duration::ZERO), WEB_CLIENT);
        assert_eq!(metrics.observe(&RequestNotes::default(), StatusCode::NOT_FOUND, Duration::ZERO), UNKNOWN);
        assert_eq!(metrics.all().snapshot().count(), 3);
        let mut samples = Samples::default();
        metrics.collect(&mut samples);
        let text = samples.encode(guildhall_metrics::Format::Prometheus).unwrap();
        let line = "guildhall_http_request_duration_seconds_count{method=\"GET\",route=\"/b/{id}\",status=\"2xx\"} 1";
        assert!(text.lines().any(|found| found == line), "{text}");
        assert!(!text.contains("\"/a\""), "a route without requests has no lines:\n{text}");
    }
}
