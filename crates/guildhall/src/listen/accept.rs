//! From an accepted connection to one that HTTP is served over: the steps before the first request, in their order.

use std::io;

use guildhall_api::Peer;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsAcceptor;

use super::stream::Socket;
use crate::tls::ACME_PROTOCOL;

/// A connection from which nothing has been read yet.
pub enum Accepted {
    Tcp { stream: TcpStream, tls: Option<TlsAcceptor> },
    Local(UnixStream),
}

impl Accepted {
    /// The steps wait for the peer; the caller limits their time.
    ///
    /// # Errors
    /// If the peer does not keep to the protocols. The connection is closed then; that is no failure of the server.
    pub async fn open(self, peer: Peer) -> io::Result<(Socket, Peer)> {
        match self {
            Self::Local(stream) => Ok((Socket::Local(stream), peer)),
            Self::Tcp { stream, tls: None } => Ok((Socket::Tcp(stream), peer)),
            Self::Tcp { stream, tls: Some(acceptor) } => {
                // On the heap: the state of a handshake is larger than that of a request, and short-lived.
                let socket = Box::pin(shake_hands(stream, &acceptor)).await?;
                Ok((socket, Peer { is_encrypted: true, ..peer }))
            }
        }
    }
}

async fn shake_hands(stream: TcpStream, acceptor: &TlsAcceptor) -> io::Result<Socket> {
    let mut stream = acceptor.accept(stream).await?;
    // The handshake itself was the answer to the authority's challenge.
    if stream.get_ref().1.alpn_protocol() == Some(ACME_PROTOCOL) {
        stream.shutdown().await?;
        return Err(io::ErrorKind::ConnectionAborted.into());
    }
    Ok(Socket::Tls(Box::new(stream)))
}
