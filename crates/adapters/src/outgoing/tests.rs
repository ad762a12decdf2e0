//! What the `outgoing` adapter promises, put to the test.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use bytes::Bytes;
use guildhall_model::codes::outgoing::TOO_LONG;
use guildhall_model::ports::Method;
use parking_lot::Mutex;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::*;

/// Answers each question with the next entry, the last one again and again, and counts the questions.
struct Script {
    answers: Mutex<VecDeque<Vec<&'static str>>>,
    asked: Mutex<Vec<String>>,
}

impl Script {
    fn new(answers: &[&[&'static str]]) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.iter().map(|answer| answer.to_vec()).collect()), asked: Mutex::default() })
    }
}

#[async_trait]
impl Resolver for Script {
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        self.asked.lock().push(host.to_owned());
        let mut answers = self.answers.lock();
        let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        let answer = answer.ok_or(io::ErrorKind::NotFound)?;
        Ok(answer.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), port)).collect())
    }
}

/// A listener that nothing should ever reach.
struct Canary {
    port: u16,
    listeners: Vec<TcpListener>,
}

impl Canary {
    fn new() -> Self {
        let v4 = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
        let port = v4.local_addr().unwrap().port();
        // Where the machine has no IPv6 there is nothing to be reached over it.
        let listeners: Vec<_> = std::iter::once(v4).chain(TcpListener::bind((Ipv6Addr::LOCALHOST, port))).collect();
        listeners.iter().for_each(|listener| listener.set_nonblocking(true).unwrap());
        Self { port, listeners }
    }

    /// A connection over loopback waits in the listener's queue before the caller goes on.
    fn assert_unseen(&self, what: &str) {
        for listener in &self.listeners {
            assert_eq!(listener.accept().map(|_| ()).unwrap_err().kind(), io::ErrorKind::WouldBlock, "{what}");
        }
    }
}

fn client(allowed: &str, resolver: Arc<Script>) -> GuardedHttp {
    GuardedHttp::with_roots(allowed.parse().unwrap(), resolver, rustls::RootCertStore::empty()).unwrap()
}

fn get(url: String) -> OutgoingRequest {
    OutgoingRequest { method: Method::Get, url, headers: vec![], body: Bytes::new(), timeout_ms: 10_000, max_response_bytes: 100 }
}

/// Serves one connection: reads the request up to the end of its body, and sends `answer`.
fn serve_one(answer: impl Into<Vec<u8>>) -> (u16, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    (listener.local_addr().unwrap().port(), serve_on(listener, answer))
}

fn serve_on(listener: TcpListener, answer: impl Into<Vec<u8>>) -> JoinHandle<String> {
    listener.set_nonblocking(true).unwrap();
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    let answer = answer.into();
    tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        exchange(socket, &answer).await
    })
}

/// Two listeners with one port: the server's at 127.0.0.2, and a canary at 127.0.0.1.
fn neighbours() -> (u16, TcpListener, TcpListener) {
    loop {
        let server = TcpListener::bind("127.0.0.2:0").unwrap();
        let port = server.local_addr().unwrap().port();
        if let Ok(canary) = TcpListener::bind(("127.0.0.1", port)) {
            canary.set_nonblocking(true).unwrap();
            return (port, server, canary);
        }
    }
}

async fn exchange(mut socket: impl AsyncRead + AsyncWrite + Unpin, answer: &[u8]) -> String {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                break;
            }
        }
        assert_ne!(socket.read_buf(&mut request).await.unwrap(), 0);
    }
    socket.write_all(answer).await.unwrap();
    socket.shutdown().await.unwrap();
    String::from_utf8(request).unwrap()
}

#[tokio::test]
async fn a_request_arrives_and_its_answer_comes_back() {
    let (port, server) = serve_one("HTTP/1.1 201 Created\r\nX-Two: a\r\nContent-Length: 5\r\n\r\nhello");
    let resolver = Script::new(&[&["127.0.0.1"]]);
    let request = OutgoingRequest {
        method: Method::Post,
        headers: vec![
            ("Content-Type".into(), "application/json".into()),
            ("Host".into(), "elsewhere".into()),
            ("Content-Length".into(), "1".into()),
            ("Transfer-Encoding".into(), "chunked".into()),
        ],
        body: Bytes::from_static(b"{\"a\":1}"),
        ..get(format!("http://Hooks.Test:{port}/in/b%20c?d=e#f"))
    };
    let answer = client("hooks.test", resolver).send(request).await.unwrap();
    assert_eq!((answer.status, answer.header("x-two"), &answer.body[..]), (201, Some("a"), &b"hello"[..]));
    let seen = server.await.unwrap();
    let (head, body) = seen.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /in/b%20c?d=e HTTP/1.1\r\n"), "{head}");
    for line in [&format!("host: hooks.test:{port}"), "content-length: 7", "content-type: application/json"] {
        assert!(head.lines().any(|seen| seen == line), "{line} in {head}");
    }
    assert!(!head.contains("transfer-encoding") && !head.contains("cookie"));
    assert_eq!(body, "{\"a\":1}");
}

#[tokio::test]
async fn nothing_private_is_reached() {
    let canary = Canary::new();
    let port = canary.port;
    for host in [
        "127.0.0.1",
        "127.1",
        "127.0.0.1.",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "0",
        "0.0.0.0",
        "169.254.169.254",
        "10.0.0.1",
        "192.168.0.1",
        "\u{ff11}\u{ff12}\u{ff17}.0.0.1",
        "127\u{3002}0\u{3002}0\u{3002}1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fc00::1]",
        "user@127.0.0.1",
        "example.com@127.0.0.1",
        "example.com:secret@127.0.0.1",
    ] {
        let url = format!("http://{host}:{port}/");
        let error = client("", Script::new(&[&["127.0.0.1"]])).send(get(url.clone())).await.unwrap_err();
        assert!(error.is(REFUSED), "{url}: {error}");
        canary.assert_unseen(&url);
    }
}

#[tokio::test]
async fn only_http_without_credentials_is_spoken() {
    let canary = Canary::new();
    let port = canary.port;
    for url in [
        format!("ftp://127.0.0.1:{port}/"),
        format!("gopher://127.0.0.1:{port}/_x"),
        format!("ws://127.0.0.1:{port}/"),
        "file:///etc/passwd".to_owned(),
        "data:text/plain,x".to_owned(),
        format!("http://a@127.0.0.1:{port}/"),
        format!("http://:b@127.0.0.1:{port}/"),
        "http://127.0.0.1:0/".to_owned(),
        "http://".to_owned(),
        "//127.0.0.1/".to_owned(),
        "/etc/passwd".to_owned(),
        String::new(),
    ] {
        let error = client("127.0.0.1", Script::new(&[])).send(get(url.clone())).await.unwrap_err();
        assert!(error.is(REFUSED), "{url}: {error}");
    }
    canary.assert_unseen("with credentials or another scheme");
}

#[tokio::test]
async fn names_that_lead_to_private_addresses_are_refused() {
    let canary = Canary::new();
    let answers = ["127.0.0.1", "::1", "0.0.0.0", "169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fd00::1"];
    for answer in answers {
        let resolver = Script::new(&[&[answer]]);
        let error = client("", resolver).send(get(format!("http://innocent.test:{}/", canary.port))).await.unwrap_err();
        assert!(error.is(REFUSED), "{answer}");
        canary.assert_unseen(answer);
    }
}

#[tokio::test]
async fn a_name_that_changes_its_mind_gains_nothing() {
    // The first answer is allowed, the second would lead to the canary: it is never asked for.
    let (port, server, canary) = neighbours();
    let server = serve_on(server, "HTTP/1.1 204 No Content\r\n\r\n");
    let resolver = Script::new(&[&["127.0.0.2"], &["127.0.0.1"]]);
    let http = client("127.0.0.2", resolver.clone());
    assert_eq!(http.send(get(format!("http://rebind.test:{port}/"))).await.unwrap().status, 204);
    server.await.unwrap();
    assert_eq!(resolver.asked.lock().as_slice(), ["rebind.test"]);
    assert!(http.send(get(format!("http://rebind.test:{port}/"))).await.unwrap_err().is(REFUSED));
    assert_eq!(canary.accept().unwrap_err().kind(), io::ErrorKind::WouldBlock);
}

#[tokio::test]
async fn of_several_addresses_only_the_permitted_are_tried() {
    let (port, server, canary) = neighbours();
    let server = serve_on(server, "HTTP/1.1 200 OK\r\n\r\n");
    let resolver = Script::new(&[&["127.0.0.1", "127.0.0.3", "127.0.0.2"]]);
    let answer = client("127.0.0.2 127.0.0.3", resolver).send(get(format!("http://many.test:{port}/"))).await.unwrap();
    assert_eq!(answer.status, 200);
    server.await.unwrap();
    assert_eq!(canary.accept().unwrap_err().kind(), io::ErrorKind::WouldBlock);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let canary = Canary::new();
    let answer =
        format!("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{}/\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n", canary.port);
    let (port, _server) = serve_one(answer);
    let answer = client("hooks.test", Script::new(&[&["127.0.0.1"]])).send(get(format!("http://hooks.test:{port}/"))).await.unwrap();
    assert_eq!(answer.status, 302);
    canary.assert_unseen("the redirect's target");
}

#[tokio::test]
async fn long_answers_are_errors_however_they_are_framed() {
    let long = "x".repeat(101);
    let many_headers: String = (0..200).map(|n| format!("X-{n}: 1\r\n")).collect();
    for (answer, code) in [
        (format!("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n{long}"), TOO_LONG),
        (format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n{long}\r\n0\r\n\r\n"), TOO_LONG),
        (format!("HTTP/1.1 200 OK\r\n\r\n{long}"), TOO_LONG),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi".to_owned(), FAILED),
        (format!("HTTP/1.1 200 OK\r\n{many_headers}\r\n"), FAILED),
        (format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "y".repeat(1_000_000)), FAILED),
        ("SSH-2.0-OpenSSH_9.2\r\n".to_owned(), FAILED),
        (String::new(), FAILED),
    ] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        // The client may hang up while the answer is still being sent.
        let server = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let _ = socket.read(&mut [0; 2048]).await;
            let _ = socket.write_all(answer.as_bytes()).await;
        });
        let error = client("127.0.0.1", Script::new(&[]))
            .send(get(format!("http://127.0.0.1:{port}/")))
            .await
            .map(|answer| answer.body.len())
            .unwrap_err();
        assert!(error.is(code), "{error}: {:?}", error.source);
        server.await.unwrap();
    }
}

/// Answers every request of one connection.
async fn serve_all(listener: &tokio::net::TcpListener) {
    let (mut socket, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    while socket.read_buf(&mut request).await.unwrap_or(0) > 0 {
        if request.ends_with(b"\r\n\r\n") {
            request.clear();
            socket.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_connection_is_used_again_until_the_rules_change() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let resolver = Script::new(&[&["127.0.0.1"]]);
    let http = client("127.0.0.1", resolver.clone());
    let url = format!("http://hooks.test:{port}/");
    tokio::join!(serve_all(&listener), async {
        for _ in 0..3 {
            assert_eq!(&http.send(get(url.clone())).await.unwrap().body[..], b"ok");
        }
        assert_eq!(resolver.asked.lock().len(), 1, "one connection");
        http.set_allowed(AllowedAddresses::default());
        assert!(http.send(get(url.clone())).await.unwrap_err().is(REFUSED));
    });
    http.set_allowed("hooks.test".parse().unwrap());
    tokio::select! {
        () = serve_all(&listener) => unreachable!("the connection is kept"),
        response = http.send(get(url)) => assert_eq!(response.unwrap().status, 200),
    }
}

#[tokio::test]
async fn silence_ends_at_the_deadline() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let request = OutgoingRequest { timeout_ms: 30, ..get(format!("http://127.0.0.1:{port}/")) };
    let http = client("127.0.0.1", Script::new(&[]));
    assert!(http.send(request).await.unwrap_err().is(FAILED));
    let (mut socket, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    socket.read_to_end(&mut request).await.unwrap();
    assert!(request.starts_with(b"GET / "), "and the connection is closed");
    drop(listener);
    let gone = get(format!("http://127.0.0.1:{port}/"));
    assert!(client("127.0.0.1", Script::new(&[])).send(gone).await.unwrap_err().is(FAILED));
    assert!(client("", Script::new(&[])).send(get("http://unknown.test/".into())).await.unwrap_err().is(FAILED));
}

#[tokio::test]
async fn headers_cannot_smuggle_lines() {
    for header in [("X-A", "b\r\nX-C: d"), ("X-A\r\nX-B", "c"), ("", "x"), ("X A", "b")] {
        let (port, server) = serve_one("");
        let request = OutgoingRequest { headers: vec![(header.0.into(), header.1.into())], ..get(format!("http://127.0.0.1:{port}/")) };
        assert!(client("127.0.0.1", Script::new(&[])).send(request).await.unwrap_err().is(REFUSED));
        server.abort();
    }
}

#[tokio::test]
async fn certificates_are_checked() {
    let issued = rcgen::generate_simple_self_signed(["hooks.test".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(issued.signing_key.serialize_der()));
    let certificate = issued.cert.der().clone();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let server = tokio::spawn(async move {
        let mut served = 0;
        for _ in 0..3 {
            let (socket, _) = listener.accept().await.unwrap();
            if let Ok(socket) = acceptor.accept(socket).await {
                exchange(socket, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
                served += 1;
            }
        }
        served
    });
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate).unwrap();
    let allowed: AllowedAddresses = "127.0.0.1".parse().unwrap();
    let trusting = GuardedHttp::with_roots(allowed, Script::new(&[&["127.0.0.1"]]), roots).unwrap();
    let wary = client("127.0.0.1", Script::new(&[&["127.0.0.1"]]));
    assert_eq!(&trusting.send(get(format!("https://hooks.test:{port}/"))).await.unwrap().body[..], b"ok");
    assert!(trusting.send(get(format!("https://other.test:{port}/"))).await.unwrap_err().is(FAILED));
    assert!(wary.send(get(format!("https://hooks.test:{port}/"))).await.unwrap_err().is(FAILED));
    assert_eq!(server.await.unwrap(), 1);
}

#[test]
fn the_systems_roots_load() {
    assert!(GuardedHttp::new(AllowedAddresses::default(), Arc::new(SystemResolver)).is_ok());
}
