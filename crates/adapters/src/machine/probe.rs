//! A GET request to an address of the own server: what answers there, and with which certificate.

use std::io;

use bytes::Bytes;
use guildhall_model::ports::{Probe, ProbeResponse};
use http::header::{ACCEPT, HOST};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::certificate;

const BODY_BYTES_MAX: usize = 64 * 1024;

pub(super) async fn send(probe: &Probe) -> io::Result<ProbeResponse> {
    let stream = TcpStream::connect(probe.address).await?;
    if !probe.is_https {
        return get(stream, probe).await;
    }
    let (config, seen) = certificate::observing_config()?;
    let name = probe.host.clone().try_into().map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "not a name of a server"))?;
    let stream = TlsConnector::from(config).connect(name, stream).await?;
    let certificate = seen.take();
    // What is behind TLS may speak HTTP/2 only; the certificate is known all the same.
    let response = get(stream, probe).await.unwrap_or_default();
    Ok(ProbeResponse { certificate, ..response })
}

async fn get(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, probe: &Probe) -> io::Result<ProbeResponse> {
    let default_port = if probe.is_https { 443 } else { 80 };
    let host = if probe.host.contains(':') { format!("[{}]", probe.host) } else { probe.host.clone() };
    let port = probe.address.port();
    let host = if port == default_port { host } else { format!("{host}:{port}") };
    let request = http::Request::get(&probe.path).header(HOST, host).header(ACCEPT, "application/json").body(Empty::<Bytes>::new());
    let request = request.map_err(io::Error::other)?;
    #[expect(clippy::disallowed_methods, reason = "connects to the server's own address only, which outgoing calls may not reach")]
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    let connection = tokio::spawn(connection);
    let response = sender.send_request(request).await.map_err(io::Error::other)?;
    let (parts, body) = response.into_parts();
    let body = Limited::new(body, BODY_BYTES_MAX).collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    connection.abort();
    let headers =
        parts.headers.iter().map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    Ok(ProbeResponse {
        status: parts.status.as_u16(),
        headers: headers.collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
        certificate: None,
    })
}
