//! Connections over real sockets: who is asked, how long is waited, and how it ends.

use std::net::SocketAddr;

use axum::Extension;
use axum::routing::get;
use bytes::Bytes;
use http::StatusCode;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::*;

const SHORT: Duration = Duration::from_millis(20);

struct Served {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: tokio::task::JoinHandle<()>,
    /// `/slow` answers once for each permit.
    finish: std::sync::Arc<Notify>,
}

async fn start(limits: Limits) -> Served {
    let (listener, address) = Listener::tcp("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let (stop, stopped) = watch::channel(false);
    let finish = std::sync::Arc::new(Notify::new());
    let peer = |Extension(peer): Extension<Peer>| async move { format!("{peer:?}") };
    let slow = {
        let finish = std::sync::Arc::clone(&finish);
        move || async move {
            finish.notified().await;
            "done"
        }
    };
    let router = Router::new().route("/peer", get(peer)).route("/slow", get(slow));
    let serving = tokio::spawn(serve(listener, router, limits, stopped));
    Served { address, stop, serving, finish }
}

fn patient_but(head_time: Duration) -> Limits {
    Limits { head_time, ..Limits::default() }
}

async fn answer_to(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

type Http2 = http2::SendRequest<Empty<Bytes>>;

/// A client by prior knowledge, and what ends when its connection does.
async fn http2_client(address: SocketAddr) -> (Http2, tokio::task::JoinHandle<hyper::Result<()>>) {
    let stream = TcpStream::connect(address).await.unwrap();
    #[expect(clippy::disallowed_methods, reason = "the client of the tests")]
    let (client, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    (client, tokio::spawn(connection))
}

async fn http2_get(client: &mut Http2, address: SocketAddr, path: &str) -> (StatusCode, String) {
    let request = http::Request::get(format!("http://{address}{path}")).body(Empty::new()).unwrap();
    let (head, body) = client.send_request(request).await.unwrap().into_parts();
    (head.status, String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap())
}

#[tokio::test]
async fn requests_that_never_say_what_they_want_are_let_go_of() {
    let served = start(patient_but(SHORT)).await;
    // The last two begin like HTTP/2, and never get to its first request.
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    for slow in ["", "GET /peer HTTP/1.1\r\nHost: a\r\n", &preface[..10], preface] {
        let answer = answer_to(served.address, slow).await;
        assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

#[tokio::test]
async fn answers_go_out_while_the_server_stops_and_nothing_new_comes_in() {
    let served = start(Limits::default()).await;
    let answer = answer_to(served.address, "GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("127.0.0.1"), "{answer}");
    let mut idle = TcpStream::connect(served.address).await.unwrap();
    idle.write_all(b"GET /peer HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    assert!(idle.read(&mut [0; 1024]).await.unwrap() > 0);
    let (mut client, connection) = http2_client(served.address).await;
    assert_eq!(http2_get(&mut client, served.address, "/peer").await.0, StatusCode::OK);

    // Asked for before the end (both are answered in order), answered after it.
    let mut slow = TcpStream::connect(served.address).await.unwrap();
    slow.write_all(b"GET /peer HTTP/1.1\r\nHost: a\r\n\r\nGET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    assert!(slow.read(&mut [0; 1024]).await.unwrap() > 0);
    served.stop.send(true).unwrap();
    served.finish.notify_one();
    let mut rest = String::new();
    slow.read_to_string(&mut rest).await.unwrap();
    assert!(rest.is_empty() || rest.contains("done"), "{rest}");
    served.serving.await.unwrap();
    assert!(TcpStream::connect(served.address).await.is_err());
    let _ = connection.await;
}

#[tokio::test]
async fn http2_is_spoken_to_whoever_begins_with_it() {
    let served = start(Limits::default()).await;
    let (mut client, _connection) = http2_client(served.address).await;
    let (status, peer) = http2_get(&mut client, served.address, "/peer").await;
    assert_eq!(status, StatusCode::OK);
    assert!(peer.contains("127.0.0.1") && peer.contains("is_encrypted: false") && peer.contains("is_local: false"), "{peer}");
}

#[tokio::test]
async fn http2_that_asks_for_nothing_more_is_told_to_go_and_keeps_what_it_asked_for() {
    let served = start(patient_but(SHORT)).await;
    let (mut client, connection) = http2_client(served.address).await;
    let slow = http2_get(&mut client, served.address, "/slow");
    tokio::pin!(slow);
    // The server says that it takes no more; the client's half then refuses new requests by itself.
    tokio::select! {
        _ = &mut slow => panic!("answered before it was finished"),
        () = tokio::time::sleep(SHORT * 4) => {}
    }
    served.finish.notify_one();
    assert_eq!(slow.await, (StatusCode::OK, "done".to_owned()));
    connection.await.unwrap().unwrap();
}

#[tokio::test]
async fn http2_peers_that_answer_no_ping_are_let_go_of() {
    let served = start(Limits { ping_every: SHORT, ping_time: SHORT, ..Limits::default() }).await;
    // A preface and empty settings, and then silence.
    let mut silent = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    silent.extend([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    stream.write_all(&silent).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert!(!answer.is_empty(), "the server's own settings");
}
