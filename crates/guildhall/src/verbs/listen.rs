//! Connections: accepted, answered over HTTP/1 and upgraded to WebSockets, and let go of when they keep the server waiting.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

/// How long a request may take to say what it wants, and a connection may wait for its next one. Longer than proxies keep
/// theirs, which must not lose a request to a server that hangs up.
pub const HEAD_TIME: Duration = Duration::from_secs(90);
/// Where the machine has no more room for connections, some will end.
const FULL_PAUSE: Duration = Duration::from_secs(1);

/// Serves until `stop` says so, and then until the answers that are under way are out.
pub async fn serve(listener: TcpListener, router: Router, head_time: Duration, mut stop: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = told(&mut stop) => break,
            // Lets go of the tasks that are done.
            Some(_) = connections.join_next() => continue,
        };
        match accepted {
            Ok((stream, peer)) => {
                // Two events in a row are two small segments: the second must not wait until the first is confirmed.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::trace!(%peer, %error, "a connection cannot be hurried");
                }
                connections.spawn(converse(stream, peer, router.clone(), head_time, stop.clone()));
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

async fn converse(stream: TcpStream, peer: SocketAddr, router: Router, head_time: Duration, mut stop: watch::Receiver<bool>) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let router = router.clone();
        async move { Ok::<Response, Infallible>(router.oneshot(request.map(Body::new)).await.unwrap_or_else(|never| match never {})) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(head_time);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service).with_upgrades());
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = told(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        tracing::trace!(%peer, %error, "a connection broke off");
    }
}

async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    async fn start(head_time: Duration) -> (SocketAddr, watch::Sender<bool>, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let whence = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() };
        let serving = tokio::spawn(serve(listener, Router::new().route("/whence", get(whence)), head_time, stopped));
        (address, stop, serving)
    }

    async fn said_after(address: SocketAddr, request: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    }

    #[tokio::test]
    async fn requests_that_never_say_what_they_want_are_let_go_of() {
        let (address, _stop, _serving) = start(Duration::from_millis(20)).await;
        for slow in ["", "GET /whence HTTP/1.1\r\nHost: a\r\n"] {
            let answer = said_after(address, slow).await;
            assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
        }
    }

    #[tokio::test]
    async fn who_asks_is_answered_also_while_the_server_stops() {
        let (address, stop, serving) = start(HEAD_TIME).await;
        let answer = said_after(address, "GET /whence HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("127.0.0.1"), "{answer}");
        let mut idle = TcpStream::connect(address).await.unwrap();
        idle.write_all(b"GET /whence HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        assert!(idle.read(&mut [0; 1024]).await.unwrap() > 0);
        stop.send(true).unwrap();
        serving.await.unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }
}
