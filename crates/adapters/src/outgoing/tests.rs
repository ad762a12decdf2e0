//! Tests of the `outgoing` adapter.

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

/// Returns the next entry for each lookup, repeats the last one, and records the looked up names.
struct ScriptedResolver {
    responses: Mutex<VecDeque<Vec<&'static str>>>,
    lookups: Mutex<Vec<String>>,
}

impl ScriptedResolver {
    fn new(responses: &[&[&'static str]]) -> Arc<Self> {
        Arc::new(Self { responses: Mutex::new(responses.iter().map(|response| response.to_vec()).collect()), lookups: Mutex::default() })
    }
}

#[async_trait]
impl Resolver for ScriptedResolver {
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        self.lookups.lock().push(host.to_owned());
        let mut responses = self.responses.lock();
        let response = if responses.len() > 1 { responses.pop_front() } else { responses.front().cloned() };
        let response = response.ok_or(io::ErrorKind::NotFound)?;
        Ok(response.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), port)).collect())
    }
}

/// A listener that must get no connection.
struct ForbiddenListener {
    port: u16,
    listeners: Vec<TcpListener>,
}

impl ForbiddenListener {
    fn new() -> Self {
        let v4 = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
        let port = v4.local_addr().unwrap().port();
        // Without IPv6 on the machine there is only one listener.
        let listeners: Vec<_> = std::iter::once(v4).chain(TcpListener::bind((Ipv6Addr::LOCALHOST, port))).collect();
        listeners.iter().for_each(|listener| listener.set_nonblocking(true).unwrap());
        Self { port, listeners }
    }

    /// Reliable without waiting: a loopback connection is in the listener's queue before `connect` returns.
    fn assert_no_connection(&self, what: &str) {
        for listener in &self.listeners {
            assert_eq!(listener.accept().map(|_| ()).unwrap_err().kind(), io::ErrorKind::WouldBlock, "{what}");
        }
    }
}

fn client(allowed: &str, resolver: Arc<ScriptedResolver>) -> GuardedHttp {
    GuardedHttp::with_roots(allowed.parse().unwrap(), resolver, rustls::RootCertStore::empty()).unwrap()
}

fn get(url: String) -> OutgoingRequest {
    OutgoingRequest { method: Method::Get, url, headers: vec![], body: Bytes::new(), timeout_ms: 10_000, max_response_bytes: 100 }
}

/// Serves one connection: reads the request up to the end of its body, and sends `response`.
fn serve_one(response: impl Into<Vec<u8>>) -> (u16, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    (listener.local_addr().unwrap().port(), serve_on(listener, response))
}

fn serve_on(listener: TcpListener, response: impl Into<Vec<u8>>) -> JoinHandle<String> {
    listener.set_nonblocking(true).unwrap();
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    let response = response.into();
    tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        exchange(socket, &response).await
    })
}

/// Two listeners with the same port: the server's at 127.0.0.2, and a forbidden one at 127.0.0.1.
fn listeners_on_one_port() -> (u16, TcpListener, TcpListener) {
    loop {
        let server = TcpListener::bind("127.0.0.2:0").unwrap();
        let port = server.local_addr().unwrap().port();
        if let Ok(forbidden) = TcpListener::bind(("127.0.0.1", port)) {
            forbidden.set_nonblocking(true).unwrap();
            return (port, server, forbidden);
        }
    }
}

async fn exchange(mut socket: impl AsyncRead + AsyncWrite + Unpin, response: &[u8]) -> String {
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
    socket.write_all(response).await.unwrap();
    socket.shutdown().await.unwrap();
    String::from_utf8(request).unwrap()
}

#[tokio::test]
async fn a_request_is_sent_and_its_response_returned() {
    let (port, server) = serve_one("HTTP/1.1 201 Created\r\nX-Two: a\r\nContent-Length: 5\r\n\r\nhello");
    let resolver = ScriptedResolver::new(&[&["127.0.0.1"]]);
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
    let response = client("hooks.test", resolver).send(request).await.unwrap();
    assert_eq!((response.status, response.header("x-two"), &response.body[..]), (201, Some("a"), &b"hello"[..]));
    let received = server.await.unwrap();
    let (head, body) = received.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /in/b%20c?d=e HTTP/1.1\r\n"), "{head}");
    for line in [&format!("host: hooks.test:{port}"), "content-length: 7", "content-type: application/json"] {
        assert!(head.lines().any(|received| received == line), "{line} in {head}");
    }
    assert!(!head.contains("transfer-encoding") && !head.contains("cookie"));
    assert_eq!(body, "{\"a\":1}");
}

#[tokio::test]
async fn private_addresses_are_rejected() {
    let forbidden = ForbiddenListener::new();
    let port = forbidden.port;
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
        let error = client("", ScriptedResolver::new(&[&["127.0.0.1"]])).send(get(url.clone())).await.unwrap_err();
        assert!(error.is(REFUSED), "{url}: {error}");
        forbidden.assert_no_connection(&url);
    }
}

#[tokio::test]
async fn other_schemes_and_credentials_are_rejected() {
    let forbidden = ForbiddenListener::new();
    let port = forbidden.port;
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
        let error = client("127.0.0.1", ScriptedResolver::new(&[])).send(get(url.clone())).await.unwrap_err();
        assert!(error.is(REFUSED), "{url}: {error}");
    }
    forbidden.assert_no_connection("with credentials or another scheme");
}

#[tokio::test]
async fn names_that_resolve_to_private_addresses_are_rejected() {
    let forbidden = ForbiddenListener::new();
    let responses = ["127.0.0.1", "::1", "0.0.0.0", "169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fd00::1"];
    for response in responses {
        let resolver = ScriptedResolver::new(&[&[response]]);
        let error = client("", resolver).send(get(format!("http://resolved.test:{}/", forbidden.port))).await.unwrap_err();
        assert!(error.is(REFUSED), "{response}");
        forbidden.assert_no_connection(response);
    }
}

#[tokio::test]
async fn dns_rebinding_is_rejected() {
    // The first lookup has an allowed address, the second the forbidden one; a request makes one lookup.
    let (port, server, forbidden) = listeners_on_one_port();
    let server = serve_on(server, "HTTP/1.1 204 No Content\r\n\r\n");
    let resolver = ScriptedResolver::new(&[&["127.0.0.2"], &["127.0.0.1"]]);
    let http = client("127.0.0.2", resolver.clone());
    assert_eq!(http.send(get(format!("http://rebind.test:{port}/"))).await.unwrap().status, 204);
    server.await.unwrap();
    assert_eq!(resolver.lookups.lock().as_slice(), ["rebind.test"]);
    assert!(http.send(get(format!("http://rebind.test:{port}/"))).await.unwrap_err().is(REFUSED));
    assert_eq!(forbidden.accept().unwrap_err().kind(), io::ErrorKind::WouldBlock);
}

#[tokio::test]
async fn only_allowed_addresses_of_a_name_are_tried() {
    let (port, server, forbidden) = listeners_on_one_port();
    let server = serve_on(server, "HTTP/1.1 200 OK\r\n\r\n");
    let resolver = ScriptedResolver::new(&[&["127.0.0.1", "127.0.0.3", "127.0.0.2"]]);
    let response = client("127.0.0.2 127.0.0.3", resolver).send(get(format!("http://many.test:{port}/"))).await.unwrap();
    assert_eq!(response.status, 200);
    server.await.unwrap();
    assert_eq!(forbidden.accept().unwrap_err().kind(), io::ErrorKind::WouldBlock);
}

#[tokio::test]
async fn a_redirect_is_returned_and_not_followed() {
    let forbidden = ForbiddenListener::new();
    let response =
        format!("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{}/\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n", forbidden.port);
    let (port, _server) = serve_one(response);
    let response =
        client("hooks.test", ScriptedResolver::new(&[&["127.0.0.1"]])).send(get(format!("http://hooks.test:{port}/"))).await.unwrap();
    assert_eq!(response.status, 302);
    forbidden.assert_no_connection("the redirect's target");
}

#[tokio::test]
async fn oversized_and_malformed_responses_are_errors() {
    let long = "x".repeat(101);
    let many_headers: String = (0..200).map(|n| format!("X-{n}: 1\r\n")).collect();
    for (response, code) in [
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
        // The client may close the connection while the response is being sent.
        let server = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let _ = socket.read(&mut [0; 2048]).await;
            let _ = socket.write_all(response.as_bytes()).await;
        });
        let error = client("127.0.0.1", ScriptedResolver::new(&[]))
            .send(get(format!("http://127.0.0.1:{port}/")))
            .await
            .map(|response| response.body.len())
            .unwrap_err();
        assert!(error.is(code), "{error}: {:?}", error.source);
        server.await.unwrap();
    }
}

/// Responds to every request of one connection.
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
async fn a_connection_is_reused_until_the_allowed_addresses_change() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let resolver = ScriptedResolver::new(&[&["127.0.0.1"]]);
    let http = client("127.0.0.1", resolver.clone());
    let url = format!("http://hooks.test:{port}/");
    tokio::join!(serve_all(&listener), async {
        for _ in 0..3 {
            assert_eq!(&http.send(get(url.clone())).await.unwrap().body[..], b"ok");
        }
        assert_eq!(resolver.lookups.lock().len(), 1, "one connection");
        http.set_allowed_addresses(AddressList::default());
        assert!(http.send(get(url.clone())).await.unwrap_err().is(REFUSED));
    });
    http.set_allowed_addresses("hooks.test".parse().unwrap());
    tokio::select! {
        () = serve_all(&listener) => unreachable!("the connection is kept"),
        response = http.send(get(url)) => assert_eq!(response.unwrap().status, 200),
    }
}

#[tokio::test]
async fn a_missing_response_ends_at_the_timeout() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let request = OutgoingRequest { timeout_ms: 30, ..get(format!("http://127.0.0.1:{port}/")) };
    let http = client("127.0.0.1", ScriptedResolver::new(&[]));
    assert!(http.send(request).await.unwrap_err().is(FAILED));
    let (mut socket, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    socket.read_to_end(&mut request).await.unwrap();
    assert!(request.starts_with(b"GET / "), "and the connection is closed");
    drop(listener);
    let gone = get(format!("http://127.0.0.1:{port}/"));
    assert!(client("127.0.0.1", ScriptedResolver::new(&[])).send(gone).await.unwrap_err().is(FAILED));
    assert!(client("", ScriptedResolver::new(&[])).send(get("http://unknown.test/".into())).await.unwrap_err().is(FAILED));
}

#[tokio::test]
async fn headers_with_line_breaks_are_rejected() {
    for header in [("X-A", "b\r\nX-C: d"), ("X-A\r\nX-B", "c"), ("", "x"), ("X A", "b")] {
        let (port, server) = serve_one("");
        let request = OutgoingRequest { headers: vec![(header.0.into(), header.1.into())], ..get(format!("http://127.0.0.1:{port}/")) };
        assert!(client("127.0.0.1", ScriptedResolver::new(&[])).send(request).await.unwrap_err().is(REFUSED));
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
    let allowed: AddressList = "127.0.0.1".parse().unwrap();
    let trusting = GuardedHttp::with_roots(allowed, ScriptedResolver::new(&[&["127.0.0.1"]]), roots).unwrap();
    let distrusting = client("127.0.0.1", ScriptedResolver::new(&[&["127.0.0.1"]]));
    assert_eq!(&trusting.send(get(format!("https://hooks.test:{port}/"))).await.unwrap().body[..], b"ok");
    assert!(trusting.send(get(format!("https://other.test:{port}/"))).await.unwrap_err().is(FAILED));
    assert!(distrusting.send(get(format!("https://hooks.test:{port}/"))).await.unwrap_err().is(FAILED));
    assert_eq!(server.await.unwrap(), 1);
}

#[test]
fn system_certificates_load() {
    assert!(GuardedHttp::new(AddressList::default(), Arc::new(SystemResolver)).is_ok());
}
