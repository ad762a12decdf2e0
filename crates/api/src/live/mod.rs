//! Live connections: WebSockets and their actions, server-sent events for networks that block WebSockets, and the
//! encoding of events for both.

mod actions;
mod connect;
pub mod encode;
mod engine;
mod recheck;
mod socket;
mod stream;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use guildhall_metrics::OwnedInFlight;
use guildhall_model::codes::context;
use http::HeaderMap;
use http::header::{ACCEPT, HeaderName, ORIGIN};

use crate::error::ApiResult;
use crate::extract::{Client, Me, Query};
use crate::routes::{Gate, Routes};
use crate::{App, gate};
use connect::{ConnectRejection, ResumeQuery, connect};
pub use engine::{SocketEngine, SocketRequest, TaskPerSocket};
pub use recheck::recheck_connections;

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = routes.under("/api/v4");
    routes.get("/websocket", Gate::Public, connect_websocket).get("/events", Gate::Session, stream_events)
}

async fn connect_websocket(
    State(app): State<App>,
    client: Client,
    Query(resume): Query<ResumeQuery>,
    request: Request,
) -> ApiResult<Response> {
    let headers = request.headers();
    if !is_own_origin(headers, &client.host, app.services.settings().site.origin()) {
        return Err(context::PERMISSIONS.into());
    }
    let token = gate::auth_token(headers).map(|token| token.as_str().to_owned());
    Ok(engine::upgrade(app, request, SocketRequest { client, token, resume: resume.parse() })?)
}

/// The response is a stream that does not end by itself, so it requires `Accept: text/event-stream`.
async fn stream_events(
    State(app): State<App>,
    _: Me,
    client: Client,
    Query(resume): Query<ResumeQuery>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let accepts = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !accepts.contains("text/event-stream") {
        return Err(context::INVALID_PARAM.with("name", "Accept").into());
    }
    if !is_own_origin(&headers, &client.host, app.services.settings().site.origin()) {
        return Err(context::PERMISSIONS.into());
    }
    let token = gate::auth_token(&headers).ok_or(context::SESSION_EXPIRED)?;
    let connected = connect(&app, token.as_str(), client.address, resume.parse()).await.map_err(|rejection| match rejection {
        ConnectRejection::Unauthenticated => context::SESSION_EXPIRED,
        ConnectRejection::ServerStops => context::BUSY,
    })?;
    // Disables buffering in nginx.
    Ok((
        [(HeaderName::from_static("x-accel-buffering"), "no")],
        stream::events(connected, OwnedInFlight::enter(&app.monitoring.event_streams)),
    )
        .into_response())
}

/// Browsers send cookies along with requests of foreign pages, so only pages of our own origin may connect: that of the host
/// that the client connected to, or of the site.
fn is_own_origin(headers: &HeaderMap, own_host: &str, site_origin: &str) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    let is = |own: &str, other: &str| !own.is_empty() && own.eq_ignore_ascii_case(other);
    is(own_host, host) || is(site_origin, origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_our_own_origin_may_connect() {
        let connects = |origin: Option<&str>, site_origin| {
            let headers = origin.map(|origin| (ORIGIN, origin.parse().unwrap())).into_iter().collect();
            is_own_origin(&headers, "chat.example.com", site_origin)
        };
        for origin in [None, Some("https://chat.example.com"), Some("https://Other.example.com")] {
            assert!(connects(origin, "https://other.example.com"), "{origin:?}");
        }
        for origin in ["https://evil.example.com", "null", "", "https://chat.example.com.evil.com", "https://chat.example.com/"] {
            assert!(!connects(Some(origin), ""), "{origin}");
        }
        assert!(!is_own_origin(&[(ORIGIN, "null".parse().unwrap())].into_iter().collect(), "", ""));
    }
}
