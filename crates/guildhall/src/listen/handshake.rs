//! The TLS handshake of an accepted connection.

use std::io;

use tokio::io::AsyncWriteExt;
use tokio_rustls::TlsAcceptor;

use super::stream::Socket;
use crate::tls::ACME_PROTOCOL;

/// The encrypted connection. The local socket is never encrypted.
///
/// # Errors
/// If the peer does not speak TLS, accepts no certificate, or wanted nothing but the handshake. No failure of the server.
pub(super) async fn shake_hands(socket: Socket, acceptor: &TlsAcceptor) -> io::Result<Socket> {
    let Socket::Tcp(stream) = socket else { return Ok(socket) };
    let mut stream = acceptor.accept(stream).await?;
    // The handshake itself was the answer to the authority's challenge.
    if stream.get_ref().1.alpn_protocol() == Some(ACME_PROTOCOL) {
        stream.shutdown().await?;
        return Err(io::ErrorKind::ConnectionAborted.into());
    }
    Ok(Socket::Tls(Box::new(stream)))
}
