//! From a request for a WebSocket to whoever serves it: the handshake, and the seam behind which the upgraded connection
//! is somebody's own.

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use futures::future::BoxFuture;
use guildhall_model::codes::context;
use guildhall_model::id::ConnectionId;
use guildhall_model::{Error, Result};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_util::task::TaskTracker;

use super::socket;
use crate::App;
use crate::extract::Client;

/// What is read before a frame is looked at: a little more than is taken, so that its sender can be told why it was refused.
const READ_BYTES_MAX: usize = 64 * 1024;
const BUFFER_BYTES: usize = 4 * 1024;

/// How a client opened its socket.
pub struct Opening {
    pub client: Client,
    /// `None` where the client is to authenticate over the socket.
    pub token: Option<String>,
    /// The connection to go on with, and the number of the first event that the client lacks.
    pub resume: Option<(ConnectionId, i64)>,
}

/// Serves sockets from the upgrade to their end.
pub trait SocketEngine: Send + Sync {
    /// Takes over a connection. Its stream comes once the answer to the handshake is out.
    fn take(&self, app: App, upgrade: OnUpgrade, opening: Opening);

    /// Ends when every socket that was taken is closed.
    fn drained(&self) -> BoxFuture<'_, ()>;
}

/// A task for each socket.
#[derive(Default)]
pub struct TaskPerSocket(TaskTracker);

impl SocketEngine for TaskPerSocket {
    fn take(&self, app: App, upgrade: OnUpgrade, opening: Opening) {
        self.0.spawn(async move {
            let stream = match upgrade.await {
                Ok(stream) => TokioIo::new(stream),
                Err(error) => return tracing::debug!(%error, "a connection broke off before it was upgraded"),
            };
            let config = WebSocketConfig::default()
                .max_message_size(Some(READ_BYTES_MAX))
                .max_frame_size(Some(READ_BYTES_MAX))
                .read_buffer_size(BUFFER_BYTES)
                .write_buffer_size(BUFFER_BYTES);
            let socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
            socket::run(app, socket, opening).await;
        });
    }

    fn drained(&self) -> BoxFuture<'_, ()> {
        self.0.close();
        Box::pin(self.0.wait())
    }
}

/// Answers a handshake (RFC 6455, section 4.2) and hands the connection to the engine.
pub(super) fn upgrade(app: App, mut request: Request, opening: Opening) -> Result<Response> {
    let refused = |error: BoxError| -> Error { context::WEBSOCKET_UPGRADE.because(error) };
    let response = create_response_with_body(&request, Body::empty).map_err(|error| refused(error.into()))?;
    // Absent where the connection cannot be upgraded.
    let upgrade = request.extensions_mut().remove::<OnUpgrade>().ok_or(context::WEBSOCKET_UPGRADE)?;
    let engine = app.sockets.clone();
    engine.take(app, upgrade, opening);
    Ok(response)
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;
