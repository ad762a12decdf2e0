//! The WebSocket handshake, and the trait for what serves the upgraded connections.

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use futures::future::BoxFuture;
use guildhall_metrics::OwnedInFlight;
use guildhall_model::codes::context;
use guildhall_model::id::ConnectionId;
use guildhall_model::{Error, Result};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::socket;
use crate::App;
use crate::extract::Client;

/// Larger than the limit of an action, so that an oversized frame is answered with a close code that gives the reason.
const READ_BYTES_MAX: usize = 64 * 1024;
const BUFFER_BYTES: usize = 4 * 1024;

/// How a client opened its socket.
pub struct SocketRequest {
    pub client: Client,
    /// `None` where the client authenticates over the socket.
    pub token: Option<String>,
    /// The connection to resume, and the sequence number of the first event that the client missed.
    pub resume: Option<(ConnectionId, i64)>,
}

/// Serves sockets from the upgrade to their end.
pub trait SocketEngine: Send + Sync {
    /// Serves a connection. `upgrade` resolves once the response to the handshake is sent.
    fn serve(&self, app: App, upgrade: OnUpgrade, socket_request: SocketRequest);

    /// Closes the sockets that are not authenticated, and resolves when every socket is closed; the hub closes the others.
    fn wait_until_closed(&self) -> BoxFuture<'_, ()>;
}

/// Serves each socket in a task of its own.
#[derive(Default)]
pub struct TaskPerSocket {
    tasks: TaskTracker,
    stopping: CancellationToken,
}

impl SocketEngine for TaskPerSocket {
    fn serve(&self, app: App, upgrade: OnUpgrade, socket_request: SocketRequest) {
        let stopping = self.stopping.clone();
        self.tasks.spawn(async move {
            let stream = match upgrade.await {
                Ok(stream) => TokioIo::new(stream),
                Err(error) => return tracing::debug!(%error, "a connection was closed before it was upgraded"),
            };
            let config = WebSocketConfig::default()
                .max_message_size(Some(READ_BYTES_MAX))
                .max_frame_size(Some(READ_BYTES_MAX))
                .read_buffer_size(BUFFER_BYTES)
                .write_buffer_size(BUFFER_BYTES);
            let open = OwnedInFlight::enter(&app.monitoring.websockets);
            let socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
            socket::run(app, socket, socket_request, stopping).await;
            drop(open);
        });
    }

    fn wait_until_closed(&self) -> BoxFuture<'_, ()> {
        self.stopping.cancel();
        self.tasks.close();
        Box::pin(self.tasks.wait())
    }
}

/// Answers a handshake (RFC 6455, section 4.2) and hands the connection to the engine.
pub(super) fn upgrade(app: App, mut request: Request, socket_request: SocketRequest) -> Result<Response> {
    let upgrade_error = |error: BoxError| -> Error { context::WEBSOCKET_UPGRADE.with_source(error) };
    let response = create_response_with_body(&request, Body::empty).map_err(|error| upgrade_error(error.into()))?;
    // Absent where the connection cannot be upgraded.
    let upgrade = request.extensions_mut().remove::<OnUpgrade>().ok_or(context::WEBSOCKET_UPGRADE)?;
    let engine = app.sockets.clone();
    engine.serve(app, upgrade, socket_request);
    Ok(response)
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;
