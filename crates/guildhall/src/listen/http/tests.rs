//! Connections over real sockets: peer, timeouts and graceful shutdown.

use std::net::SocketAddr;

use axum::Extension;
use axum::routing::get;
use bytes::Bytes;
use guildhall_model::AddressList;
use http::StatusCode;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::*;
use crate::listen::{ConnectionLimits, ProxyProtocol};

const SHORT: Duration = Duration::from_millis(20);
/// More than the buffers of the system take.
const LARGE_BYTES: usize = 64 * 1024 * 1024;

struct TestListener {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
    /// `/slow` answers once for each permit.
    finish: std::sync::Arc<Notify>,
}

async fn start(limits: Limits) -> TestListener {
    start_behind(None, limits).await
}

async fn start_behind(proxy_protocol: Option<ProxyProtocol>, limits: Limits) -> TestListener {
    let (listener, address) = Listener::tcp("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let listener = listener.with_proxy_protocol(proxy_protocol.as_ref());
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
    let large = || async { vec![7; LARGE_BYTES] };
    let router = Router::new().route("/peer", get(peer)).route("/slow", get(slow)).route("/large", get(large));
    let connections = Connections::new(ConnectionLimits::new(1_024, 0), AddressList::default());
    let task = tokio::spawn(serve(listener, router, limits, connections, stopped));
    TestListener { address, stop, task, finish }
}

fn limits_with_head_timeout(head_timeout: Duration) -> Limits {
    Limits { first_head_timeout: head_timeout, head_timeout, ..Limits::default() }
}

async fn response_to(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = Vec::new();
    let _ = stream.read_to_end(&mut response).await;
    String::from_utf8_lossy(&response).into_owned()
}

type Http2 = http2::SendRequest<Empty<Bytes>>;

/// A client by prior knowledge, and the task of its connection.
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
async fn connections_without_a_complete_request_are_closed() {
    let server = start(limits_with_head_timeout(SHORT)).await;
    // The last two begin as HTTP/2, and send no request.
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    for slow in ["", "GET /peer HTTP/1.1\r\nHost: a\r\n", &preface[..10], preface] {
        let response = response_to(server.address, slow).await;
        assert!(!response.starts_with("HTTP/1.1 200"), "{response}");
    }
}

#[tokio::test]
async fn a_stop_finishes_responses_and_accepts_no_connections() {
    let server = start(Limits::default()).await;
    let response = response_to(server.address, "GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(response.starts_with("HTTP/1.1 200") && response.contains("127.0.0.1"), "{response}");
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    idle.write_all(b"GET /peer HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    assert!(idle.read(&mut [0; 1024]).await.unwrap() > 0);
    let (mut client, connection) = http2_client(server.address).await;
    assert_eq!(http2_get(&mut client, server.address, "/peer").await.0, StatusCode::OK);

    // Requested before the stop (responses are in order), answered after it.
    let mut slow = TcpStream::connect(server.address).await.unwrap();
    slow.write_all(b"GET /peer HTTP/1.1\r\nHost: a\r\n\r\nGET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    assert!(slow.read(&mut [0; 1024]).await.unwrap() > 0);
    server.stop.send(true).unwrap();
    server.finish.notify_one();
    let mut rest = String::new();
    slow.read_to_string(&mut rest).await.unwrap();
    assert!(rest.is_empty() || rest.contains("done"), "{rest}");
    server.task.await.unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
    let _ = connection.await;
}

/// Without it, the system resets the connection, and the response is lost where the client goes on sending.
#[tokio::test]
async fn a_response_is_not_lost_when_the_body_of_its_request_is_still_being_sent() {
    let server = start(Limits::default()).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = format!("POST /peer HTTP/1.1\r\nHost: a\r\nContent-Length: {LARGE_BYTES}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    // The response waits in the buffers of the system, which a reset would empty.
    stream.readable().await.unwrap();
    let part = vec![0; LARGE_BYTES / 16];
    for _ in 0..15 {
        stream.write_all(&part).await.unwrap();
    }
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 405"), "{response}");
}

#[tokio::test]
async fn http2_is_accepted_by_prior_knowledge() {
    let server = start(Limits::default()).await;
    let (mut client, _connection) = http2_client(server.address).await;
    let (status, peer) = http2_get(&mut client, server.address, "/peer").await;
    assert_eq!(status, StatusCode::OK);
    assert!(peer.contains("127.0.0.1") && peer.contains("is_encrypted: false") && peer.contains("is_local: false"), "{peer}");
}

#[tokio::test]
async fn an_idle_http2_connection_is_shut_down_after_its_open_requests() {
    let server = start(limits_with_head_timeout(SHORT)).await;
    let (mut client, connection) = http2_client(server.address).await;
    let slow = http2_get(&mut client, server.address, "/slow");
    tokio::pin!(slow);
    // The server sends GOAWAY; the client's half then rejects new requests by itself.
    tokio::select! {
        _ = &mut slow => panic!("answered before it was finished"),
        () = tokio::time::sleep(SHORT * 4) => {}
    }
    server.finish.notify_one();
    assert_eq!(slow.await, (StatusCode::OK, "done".to_owned()));
    connection.await.unwrap().unwrap();
}

#[tokio::test]
async fn http2_peers_that_answer_no_ping_are_closed() {
    let server = start(Limits { ping_interval: SHORT, ping_timeout: SHORT, ..Limits::default() }).await;
    // A preface and empty settings, and then silence.
    let mut silent = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    silent.extend([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(&silent).await.unwrap();
    let mut response = Vec::new();
    let _ = stream.read_to_end(&mut response).await;
    assert!(!response.is_empty(), "the server's SETTINGS frame is sent");
}

/// Resolves when the peer has closed the connection, without reading what it sent.
async fn closed_by_peer(stream: &TcpStream) {
    let interest = tokio::io::Interest::ERROR;
    while stream.take_error().unwrap().is_none() && stream.try_write(b"x").is_ok() {
        let _ = tokio::time::timeout(SHORT, stream.ready(interest)).await;
    }
}

#[tokio::test]
async fn peers_that_take_no_response_are_closed() {
    let server = start(Limits { write_timeout: SHORT, ..Limits::default() }).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    closed_by_peer(&stream).await;

    // The client of HTTP/2 grants a window of 64 KiB, and never more while the body is not read.
    let (mut client, connection) = http2_client(server.address).await;
    let request = http::Request::get(format!("http://{}/large", server.address)).body(Empty::new()).unwrap();
    let response = client.send_request(request).await.unwrap();
    let _ = connection.await.unwrap();
    assert!(response.into_body().collect().await.is_err());
}

#[tokio::test]
async fn connections_without_requests_make_room_for_others() {
    let server = start(Limits::default()).await;
    // 1,024 descriptors allow 224 connections without a request.
    let mut silent = Vec::new();
    for _ in 0..300 {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(b"GET /peer HTTP/1.1\r\n").await.unwrap();
        silent.push(stream);
    }
    let response = response_to(server.address, "GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    let mut byte = [0];
    assert!(matches!(silent[0].read(&mut byte).await, Ok(0) | Err(_)), "the oldest is closed");
}

const GET_PEER: &str = "GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
const PROXY_HEADER: &str = "PROXY TCP4 203.0.113.7 127.0.0.1 5511 8065\r\n";

#[tokio::test]
async fn a_trusted_proxy_has_to_name_the_client() {
    let server = start_behind(Some(ProxyProtocol::new("127.0.0.1".parse().unwrap())), Limits::default()).await;
    let named = response_to(server.address, &format!("{PROXY_HEADER}{GET_PEER}")).await;
    assert!(named.starts_with("HTTP/1.1 200") && named.contains("203.0.113.7:5511") && !named.contains("127.0.0.1"), "{named}");
    let unknown = response_to(server.address, &format!("PROXY UNKNOWN\r\n{GET_PEER}")).await;
    assert!(unknown.starts_with("HTTP/1.1 200") && unknown.contains("is_client_unknown: true"), "{unknown}");
    assert_eq!(response_to(server.address, GET_PEER).await, "", "it is closed without an answer");

    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(PROXY_HEADER.as_bytes()).await.unwrap();
    #[expect(clippy::disallowed_methods, reason = "the client of the tests")]
    let (mut client, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    assert!(http2_get(&mut client, server.address, "/peer").await.1.contains("203.0.113.7:5511"));
}

#[tokio::test]
async fn others_cannot_name_a_client() {
    let server = start_behind(Some(ProxyProtocol::new("10.0.0.1".parse().unwrap())), Limits::default()).await;
    assert!(response_to(server.address, GET_PEER).await.starts_with("HTTP/1.1 200"));
    assert!(response_to(server.address, &format!("{PROXY_HEADER}{GET_PEER}")).await.starts_with("HTTP/1.1 400"));
}

#[tokio::test]
async fn slow_headers_of_proxies_are_closed() {
    let server = start_behind(Some(ProxyProtocol::new("127.0.0.1".parse().unwrap())), limits_with_head_timeout(SHORT)).await;
    for slow in ["", "P", "PROXY TCP4 203.0.113.7 ", PROXY_HEADER] {
        let response = response_to(server.address, slow).await;
        assert!(!response.starts_with("HTTP/1.1 200"), "{response}");
    }
    server.stop.send(true).unwrap();
    server.task.await.unwrap();
}

#[tokio::test]
async fn while_a_server_drains_clients_are_answered_and_sent_away() {
    let server = start(Limits { drain: Duration::from_secs(3_600), ..Limits::default() }).await;
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    idle.write_all(b"GET /peer HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let length = idle.read(&mut [0; 1024]).await.unwrap();
    assert!(length > 0);
    let silent = TcpStream::connect(server.address).await.unwrap();
    server.stop.send(true).unwrap();
    let late = TcpStream::connect(server.address).await.unwrap();
    for mut client in [idle, silent, late] {
        client.write_all(b"GET /peer HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        let mut response = String::new();
        client.read_to_string(&mut response).await.unwrap();
        assert!(response.starts_with("HTTP/1.1 200") && response.contains("\r\nconnection: close\r\n"), "{response}");
    }
    // By HTTP/2 it is told later.
    let (mut client, _connection) = http2_client(server.address).await;
    assert_eq!(http2_get(&mut client, server.address, "/peer").await.0, StatusCode::OK);
    server.task.abort();
}

#[tokio::test]
async fn a_drain_ends() {
    let server = start(Limits { drain: SHORT, ..Limits::default() }).await;
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    idle.write_all(b"GET /peer HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    assert!(idle.read(&mut [0; 1024]).await.unwrap() > 0);
    let (mut client, connection) = http2_client(server.address).await;
    assert_eq!(http2_get(&mut client, server.address, "/peer").await.0, StatusCode::OK);
    server.stop.send(true).unwrap();
    server.task.await.unwrap();
    assert_eq!(idle.read(&mut [0; 1024]).await.unwrap(), 0);
    let _ = connection.await;
}
