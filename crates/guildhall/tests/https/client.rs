//! HTTP and WebSockets over TLS, with a chosen address and name.

use std::net::SocketAddr;
use std::sync::Arc;

use futures::StreamExt;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// The authorities that a client trusts.
#[derive(Clone)]
pub struct Trust(RootCertStore);

impl Trust {
    pub fn new(root: CertificateDer<'static>) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(root).unwrap();
        Self(roots)
    }

    pub fn nobody() -> Self {
        Self(RootCertStore::empty())
    }

    fn connector(&self, protocols: &[&[u8]]) -> TlsConnector {
        let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()));
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let mut config = builder.with_root_certificates(self.0.clone()).with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        TlsConnector::from(Arc::new(config))
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Of the head.
    pub head: String,
    pub body: String,
}

impl Answer {
    /// Empty if there is no such header.
    pub fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }
}

/// The certificate is verified for the name.
pub async fn connect(trust: &Trust, address: SocketAddr, name: &str, protocols: &[&[u8]]) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    trust.connector(protocols).connect(ServerName::try_from(name.to_owned()).unwrap(), stream).await
}

pub async fn get(trust: &Trust, address: SocketAddr, name: &str, path: &str) -> Answer {
    try_get(trust, address, name, path).await.unwrap_or_else(|error| panic!("{name} at {address}: {error}"))
}

pub async fn try_get(trust: &Trust, address: SocketAddr, name: &str, path: &str) -> std::io::Result<Answer> {
    send(connect(trust, address, name, &[b"http/1.1"]).await?, &format!("GET {path}"), name, "").await
}

pub async fn post(trust: &Trust, address: SocketAddr, name: &str, path: &str, body: &str) -> Answer {
    let stream = connect(trust, address, name, &[]).await.unwrap();
    send(stream, &format!("POST {path}"), name, body).await.unwrap()
}

pub async fn get_plain(address: SocketAddr, name: &str, path: &str) -> Answer {
    send(TcpStream::connect(address).await.unwrap(), &format!("GET {path}"), name, "").await.unwrap()
}

pub async fn post_plain(address: SocketAddr, path: &str, body: &str) -> Answer {
    send(TcpStream::connect(address).await.unwrap(), &format!("POST {path}"), "localhost", body).await.unwrap()
}

async fn send(mut stream: impl AsyncReadExt + AsyncWriteExt + Unpin, line: &str, host: &str, body: &str) -> std::io::Result<Answer> {
    let length = body.len();
    let head = format!(
        "{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nX-Requested-With: XMLHttpRequest\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.flush().await?;
    let mut bytes = Vec::new();
    let read = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return Err(read.err().unwrap_or_else(|| std::io::ErrorKind::UnexpectedEof.into()));
    };
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Ok(Answer { status, head: head.to_owned(), body: body.to_owned() })
}

pub type SecureSocket = WebSocketStream<TlsStream<TcpStream>>;

/// A WebSocket from the page of this host, which has received `hello`.
pub async fn socket(trust: &Trust, address: SocketAddr, name: &str, token: &str) -> SecureSocket {
    let stream = connect(trust, address, name, &[b"http/1.1"]).await.unwrap();
    let mut request = format!("wss://{name}/api/v4/websocket").into_client_request().unwrap();
    request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    request.headers_mut().insert("origin", format!("https://{name}").parse().unwrap());
    let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await.unwrap();
    let hello = socket.next().await.unwrap().unwrap();
    assert!(hello.to_text().unwrap().contains("hello"), "{hello:?}");
    socket
}
