//! The tools of the Model Context Protocol: what a program with an AI can do for a person, over the use cases that the person has
//! themselves. `docs/decisions/0065-mcp.md`.

mod call;
mod text;
mod tools;
mod views;

use std::convert::Infallible;
use std::fmt::Display;
use std::sync::Arc;

use bytes::Bytes;
use guildhall_model::Actor;
use guildhall_services::Services;
use guildhall_services::mcp::McpClient;
use http::{Request, Response};
use http_body_util::combinators::BoxBody;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};

pub use tools::Tools;

/// Of a request.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// Who calls, and for whom.
#[derive(Clone)]
pub struct Caller {
    pub services: Arc<Services>,
    pub actor: Actor,
    pub client: McpClient,
    /// The address of this server, for links to messages; empty where it is not known.
    pub site_url: String,
}

/// Answers a request of a program that was admitted. Every request stands for itself: there are no sessions, and the answer is one JSON
/// object. The address that the request was sent to is not looked at: the token, which no web page has, decides.
pub async fn serve<B>(caller: Caller, request: Request<B>) -> Response<BoxBody<Bytes, Infallible>>
where
    B: http_body::Body + Send + 'static,
    B::Error: Display,
    B::Data: Send + 'static,
{
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(BODY_BYTES_MAX)
        .disable_allowed_hosts();
    let tools = Tools::new(caller);
    let service = StreamableHttpService::new(move || Ok(tools.clone()), Arc::new(NeverSessionManager::default()), config);
    service.handle(request).await
}
