//! HTTP over accepted connections: HTTP/1 with upgrades, HTTP/2 by prior knowledge, time limits for both, and an end that
//! lets answers finish.

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
use crate::boot::stopped;

/// How long a request may take to say what it wants, and a connection may wait for its next one. Longer than proxies keep
/// theirs, which must not lose a request to a server that hangs up.
const HEAD_TIME: Duration = Duration::from_secs(90);
/// Where the machine has no more room for connections, some will end.
const FULL_PAUSE: Duration = Duration::from_secs(1);

/// HTTP/2 has many requests on one connection: so many at once, and no more memory for them than so many connections of
/// HTTP/1 would take.
const STREAMS_MAX: u32 = 100;
const STREAM_SEND_BUFFER_BYTES: usize = 64 * 1024;
const HEADERS_BYTES_MAX: u32 = 16 * 1024;
/// A peer that does not answer a ping is gone, however many answers it has asked for.
const PING_EVERY: Duration = Duration::from_secs(30);
const PING_TIME: Duration = Duration::from_secs(20);

/// How long connections may keep the server waiting.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub head_time: Duration,
    pub ping_every: Duration,
    pub ping_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { head_time: HEAD_TIME, ping_every: PING_EVERY, ping_time: PING_TIME }
    }
}

/// Serves until `stop` says so, and then until the answers that are under way are out.
pub async fn serve(listener: Listener, router: Router, limits: Limits, mut stop: watch::Receiver<bool>) {
    let http = protocol(limits);
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(&mut stop) => break,
            // Lets go of the tasks that are done.
            Some(_) = connections.join_next() => continue,
        };
        match accepted {
            Ok((stream, peer)) => {
                connections.spawn(answer(stream, peer, router.clone(), http.clone(), limits.head_time, stop.clone()));
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted");
                tokio::time::sleep(FULL_PAUSE).await;
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

fn protocol(limits: Limits) -> Builder<TokioExecutor> {
    let mut http = Builder::new(TokioExecutor::new());
    http.http1().timer(TokioTimer::new()).header_read_timeout(limits.head_time);
    http.http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_send_buf_size(STREAM_SEND_BUFFER_BYTES)
        .max_header_list_size(HEADERS_BYTES_MAX)
        .keep_alive_interval(limits.ping_every)
        .keep_alive_timeout(limits.ping_time);
    http
}

/// Answers the requests of one connection until either side ends it.
async fn answer(
    stream: Stream,
    peer: Peer,
    router: Router,
    http: Builder<TokioExecutor>,
    head_time: Duration,
    mut stop: watch::Receiver<bool>,
) {
    let (begin, begun) = watch::channel(None);
    let service = TowerToHyperService::new(router.map_request(move |mut request: Request<Incoming>| {
        begin.send_replace(Some(request.version()));
        request.extensions_mut().insert(peer);
        request
    }));
    let mut connection = std::pin::pin!(http.serve_connection_with_upgrades(TokioIo::new(stream), service));
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = async { tokio::select! { () = stopped(&mut stop) => {}, () = unused(begun, head_time) => {} } } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        tracing::trace!(?peer, %error, "a connection broke off");
    }
}

/// Ends once the connection was opened and nothing was asked for that long, or nothing more in HTTP/2. The pauses of
/// HTTP/1 are its reader's to watch: it knows when an answer is out.
async fn unused(mut begun: watch::Receiver<Option<Version>>, time: Duration) {
    loop {
        match tokio::time::timeout(time, begun.changed()).await {
            Err(_) => return,
            Ok(Ok(())) if *begun.borrow() == Some(Version::HTTP_2) => {}
            Ok(_) => std::future::pending().await,
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
