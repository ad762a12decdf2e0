//! HTTP over accepted connections: HTTP/1 with upgrades, HTTP/2 by prior knowledge, timeouts for both, and a graceful
//! shutdown.

mod progress;

use std::io;
use std::sync::{Arc, Once};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use guildhall_api::Peer;
use http::header::CONNECTION;
use http::{HeaderValue, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

use super::connections::{Admission, Connections};
use super::stream::Stream;
use super::{Listener, Opening, Socket};
use crate::boot::wait_for_stop;
use progress::Progress;

/// How long a request's head may take, and a connection may stay idle. Longer than the idle timeout of usual proxies, which
/// otherwise could send a request on a connection that the server is closing.
const HEAD_TIMEOUT: Duration = Duration::from_secs(90);
/// How long the head of the first request may take. Clients that connect in advance simply connect again.
const FIRST_HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a peer may take nothing of a response, or of the events of a socket.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);
/// Delay after a failed accept, such as when no file descriptors are left, until other connections have ended.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_secs(1);

/// How long the clients of a server that stops are answered, and told to connect anew, before connections are closed. Only where
/// the system keeps the listening sockets open: whoever connects anew waits in their queue for the next process.
pub const DRAIN: Duration = Duration::from_secs(1);

/// Concurrent requests of one HTTP/2 connection. The buffers below keep its memory within what as many HTTP/1 connections
/// would take.
const STREAMS_MAX: u32 = 100;
const STREAM_SEND_BUFFER_BYTES: usize = 64 * 1024;
const HEADERS_BYTES_MAX: u32 = 16 * 1024;
/// A peer that does not answer a ping is closed, even with requests in progress.
const PING_INTERVAL: Duration = Duration::from_secs(30);
const PING_TIMEOUT: Duration = Duration::from_secs(20);

/// The timeouts of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub first_head_timeout: Duration,
    pub write_timeout: Duration,
    pub head_timeout: Duration,
    pub ping_interval: Duration,
    pub ping_timeout: Duration,
    /// [`DRAIN`], or zero.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            first_head_timeout: FIRST_HEAD_TIMEOUT,
            write_timeout: WRITE_TIMEOUT,
            head_timeout: HEAD_TIMEOUT,
            ping_interval: PING_INTERVAL,
            ping_timeout: PING_TIMEOUT,
            drain: Duration::ZERO,
        }
    }
}

/// Serves until `stop` is set and the drain is over, and then until the responses in progress are sent.
pub async fn serve(listener: Listener, router: Router, limits: Limits, open_connections: Arc<Connections>, stop: watch::Receiver<bool>) {
    let http = connection_builder(limits);
    let opening = listener.opening();
    let mut connections = JoinSet::new();
    let mut drained = std::pin::pin!(wait_until_drained(stop.clone(), limits.drain));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = drained.as_mut() => break,
            // Frees the tasks that have ended.
            Some(_) = connections.join_next() => continue,
        };
        match accepted {
            Ok((socket, peer)) => match open_connections.admit(&peer) {
                Some(admission) => {
                    let accepted = Connection { socket, peer, admission: Arc::new(admission) };
                    let (opening, router, http, stop) = (opening.clone(), router.clone(), http.clone(), stop.clone());
                    connections.spawn(async move {
                        if let Some(connection) = accepted.open(&opening, limits, stop.clone()).await {
                            connection.serve(router, http, limits, stop).await;
                        }
                    });
                }
                None => tracing::debug!(?peer, "too many connections are open"),
            },
            Err(error) if is_connection_error(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted");
                tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

fn connection_builder(limits: Limits) -> Builder<TokioExecutor> {
    let mut http = Builder::new(TokioExecutor::new());
    http.http1().timer(TokioTimer::new()).header_read_timeout(limits.head_timeout);
    http.http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_send_buf_size(STREAM_SEND_BUFFER_BYTES)
        .max_header_list_size(HEADERS_BYTES_MAX)
        .keep_alive_interval(limits.ping_interval)
        .keep_alive_timeout(limits.ping_timeout);
    http
}

struct Connection {
    socket: Socket,
    peer: Peer,
    admission: Arc<Admission>,
}

impl Connection {
    /// Does what comes before HTTP, in the time for the head of a first request; `None` if the connection is closed.
    async fn open(self, opening: &Opening, limits: Limits, stop: watch::Receiver<bool>) -> Option<Self> {
        let Self { socket, peer, admission } = self;
        let opened = tokio::select! {
            opened = tokio::time::timeout(limits.first_head_timeout, opening.open(socket, peer)) => opened,
            () = admission.evicted() => return None,
            () = wait_until_drained(stop, limits.drain) => return None,
        };
        match opened.unwrap_or_else(|elapsed| Err(elapsed.into())) {
            Ok((socket, client)) if admission.set_client(&client) => Some(Self { socket, peer: client, admission }),
            Ok((_, client)) => {
                tracing::debug!(?client, "too many connections of this client are open");
                None
            }
            Err(error) => {
                log_unopened(peer, &error);
                None
            }
        }
    }

    /// Serves the requests until either side closes the connection.
    async fn serve(self, router: Router, http: Builder<TokioExecutor>, limits: Limits, stop: watch::Receiver<bool>) {
        let Self { socket, peer, admission } = self;
        let stream = Stream::new(socket, Arc::clone(&admission), limits.write_timeout, stop.clone());
        let (version_sender, version) = watch::channel(None);
        let progress = Arc::new(Progress::default());
        let service = {
            let (admission, progress) = (Arc::clone(&admission), Arc::clone(&progress));
            let router = router.map_request(move |mut request: Request<Incoming>| {
                admission.request_received();
                version_sender.send_replace(Some(request.version()));
                request.extensions_mut().insert(peer);
                request
            });
            let (version, stop) = (version.clone(), stop.clone());
            TowerToHyperService::new(router.map_response(move |mut response: Response<Body>| {
                let is_upgrade = response.status() == StatusCode::SWITCHING_PROTOCOLS;
                // hyper closes the connection after it. HTTP/2 has a message of its own for that.
                if *stop.borrow() && !is_upgrade && *version.borrow() != Some(Version::HTTP_2) {
                    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                }
                response.map(|body| progress.supervise(body))
            }))
        };
        let mut connection = std::pin::pin!(http.serve_connection_with_upgrades(TokioIo::new(stream), service));
        let must_close = async {
            tokio::select! {
                () = wait_until_idle(version.clone(), limits.head_timeout) => {}
                () = wait_until_drained(stop, limits.drain) => {}
            }
        };
        let must_abort = async {
            tokio::select! {
                () = wait_without_request(version.clone(), limits.first_head_timeout) => "no request has arrived",
                () = admission.evicted() => "it made room for a newer one",
                () = progress.stalled(limits.write_timeout) => "the peer takes no response",
            }
        };
        let mut must_abort = std::pin::pin!(must_abort);
        let result = tokio::select! {
            result = connection.as_mut() => result,
            reason = must_abort.as_mut() => return tracing::debug!(?peer, reason, "a connection is closed"),
            () = must_close => {
                connection.as_mut().graceful_shutdown();
                tokio::select! {
                    result = connection => result,
                    reason = must_abort => return tracing::debug!(?peer, reason, "a connection is closed"),
                }
            }
        };
        if let Err(error) = result {
            tracing::trace!(?peer, %error, "a connection failed");
        }
    }
}

/// A header that is not one is most often a proxy that is configured otherwise than this server, so the first is a warning.
fn log_unopened(peer: Peer, error: &io::Error) {
    static WARNED: Once = Once::new();
    if error.kind() == io::ErrorKind::InvalidData {
        WARNED.call_once(|| {
            tracing::warn!(?peer, %error, "a trusted proxy sends no header of the PROXY protocol, which limits.proxy_protocol requires");
        });
    }
    tracing::debug!(?peer, %error, "a connection is closed before its first request");
}

/// Returns so long after the stop or, for a connection that was accepted later, so long after that.
async fn wait_until_drained(mut stop: watch::Receiver<bool>, drain: Duration) {
    wait_for_stop(&mut stop).await;
    if !drain.is_zero() {
        tokio::time::sleep(drain).await;
    }
}

/// Returns when the first request has not arrived within the timeout.
async fn wait_without_request(mut version: watch::Receiver<Option<Version>>, timeout: Duration) {
    if tokio::time::timeout(timeout, version.changed()).await.is_ok() {
        std::future::pending().await
    }
}

/// Returns when the next request of HTTP/2 does not come for that long. Between the requests of HTTP/1 hyper's header timeout
/// applies instead, which begins after the response.
async fn wait_until_idle(mut version: watch::Receiver<Option<Version>>, timeout: Duration) {
    if version.changed().await.is_err() || *version.borrow() != Some(Version::HTTP_2) {
        std::future::pending().await
    }
    while tokio::time::timeout(timeout, version.changed()).await.is_ok_and(|changed| changed.is_ok()) {}
}

fn is_connection_error(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
