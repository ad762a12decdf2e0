//! HTTP over accepted connections: HTTP/1 with upgrades, HTTP/2 by prior knowledge, timeouts for both, and a graceful
//! shutdown.

use std::io;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use guildhall_api::Peer;
use http::Version;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

use super::{Listener, Stream};
use crate::boot::wait_for_stop;

/// How long a request's head may take, and a connection may stay idle. Longer than the idle timeout of usual proxies, which
/// otherwise could send a request on a connection that the server is closing.
const HEAD_TIMEOUT: Duration = Duration::from_secs(90);
/// Delay after a failed accept, such as when no file descriptors are left, until other connections have ended.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_secs(1);

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
    pub head_timeout: Duration,
    pub ping_interval: Duration,
    pub ping_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { head_timeout: HEAD_TIMEOUT, ping_interval: PING_INTERVAL, ping_timeout: PING_TIMEOUT }
    }
}

/// Serves until `stop` is set, and then until the responses in progress are sent.
pub async fn serve(listener: Listener, router: Router, limits: Limits, mut stop: watch::Receiver<bool>) {
    let http = connection_builder(limits);
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = wait_for_stop(&mut stop) => break,
            // Frees the tasks that have ended.
            Some(_) = connections.join_next() => continue,
        };
        match accepted {
            Ok((stream, peer)) => {
                connections.spawn(serve_connection(stream, peer, router.clone(), http.clone(), limits.head_timeout, stop.clone()));
            }
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

/// Serves the requests of one connection until either side closes it.
async fn serve_connection(
    stream: Stream,
    peer: Peer,
    router: Router,
    http: Builder<TokioExecutor>,
    head_timeout: Duration,
    mut stop: watch::Receiver<bool>,
) {
    let (version_sender, version) = watch::channel(None);
    let service = TowerToHyperService::new(router.map_request(move |mut request: Request<Incoming>| {
        version_sender.send_replace(Some(request.version()));
        request.extensions_mut().insert(peer);
        request
    }));
    let mut connection = std::pin::pin!(http.serve_connection_with_upgrades(TokioIo::new(stream), service));
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = async { tokio::select! { () = wait_for_stop(&mut stop) => {}, () = wait_until_idle(version, head_timeout) => {} } } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = result {
        tracing::trace!(?peer, %error, "a connection failed");
    }
}

/// Returns when no request came for that long: the first one of any connection, or the next one of HTTP/2. Between the
/// requests of HTTP/1 hyper's header timeout applies instead, which begins after the response.
async fn wait_until_idle(mut version: watch::Receiver<Option<Version>>, timeout: Duration) {
    loop {
        match tokio::time::timeout(timeout, version.changed()).await {
            Err(_) => return,
            Ok(Ok(())) if *version.borrow() == Some(Version::HTTP_2) => {}
            Ok(_) => std::future::pending().await,
        }
    }
}

fn is_connection_error(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
