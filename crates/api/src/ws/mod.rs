//! The WebSocket: its upgrade, one task a socket, the actions that clients send, and events on their way out.

mod actions;
pub mod encode;
mod socket;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, Request, State};
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::context;
use guildhall_model::id::ConnectionId;
use http::HeaderMap;
use http::header::{HOST, ORIGIN};
use serde::Deserialize;

use crate::extract::{Client, Query};
use crate::routes::{Gate, Routes};
use crate::{ApiError, App, gate};

/// What is read before a frame is looked at: a little more than is taken, so that its sender can be told why it was refused.
const READ_BYTES_MAX: usize = 64 * 1024;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.under("/api/v4").get("/websocket", Gate::Public, connect_websocket)
}

/// What a returning client knows: the connection it had, and the number of the first event that it lacks.
#[derive(Debug, Default, Deserialize)]
struct Resume {
    #[serde(default)]
    connection_id: String,
    #[serde(default)]
    sequence_number: String,
}

impl Resume {
    /// Anything that is not a connection of ours starts anew.
    fn parsed(&self) -> Option<(ConnectionId, i64)> {
        Some((self.connection_id.parse().ok()?, self.sequence_number.parse().ok()?))
    }
}

async fn connect_websocket(State(app): State<App>, client: Client, Query(resume): Query<Resume>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    if !is_own_origin(&parts.headers, &app.services.settings().site.url) {
        return ApiError(context::PERMISSIONS.into()).into_response();
    }
    let token = gate::credential(&parts.headers).map(|credential| credential.token().to_owned());
    match WebSocketUpgrade::from_request_parts(&mut parts, &app).await {
        Err(_) => ApiError(context::WEBSOCKET_UPGRADE.into()).into_response(),
        Ok(upgrade) => upgrade
            .max_message_size(READ_BYTES_MAX)
            .max_frame_size(READ_BYTES_MAX)
            .read_buffer_size(4 * 1024)
            .write_buffer_size(4 * 1024)
            .on_upgrade(move |socket| socket::run(app, socket, client, token, resume.parsed())),
    }
}

/// Browsers say where a page came from: only our own pages may connect with the visitor's cookie.
fn is_own_origin(headers: &HeaderMap, site_url: &str) -> bool {
    let text = |name| headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
    let Some(origin) = text(ORIGIN) else { return true };
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    text(HOST).is_some_and(|own| host.eq_ignore_ascii_case(own))
        || !site_url.is_empty() && origin.eq_ignore_ascii_case(site_url.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_connect() {
        let headers = |origin: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, "chat.example.com".parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(ORIGIN, origin.parse().unwrap());
            }
            headers
        };
        for origin in [None, Some("https://chat.example.com"), Some("https://other.example.com")] {
            assert!(is_own_origin(&headers(origin), "https://other.example.com/"), "{origin:?}");
        }
        for origin in ["https://evil.example.com", "null", "https://chat.example.com.evil.com"] {
            assert!(!is_own_origin(&headers(Some(origin)), ""), "{origin}");
        }
    }
}
