//! Listeners for TCP, with and without TLS, and the local socket, and what each knows about the peer of a connection.

mod accept;
mod connections;
mod http;
mod local;
mod stream;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use guildhall_api::Peer;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use accept::Accepted;
pub use connections::{ConnectionLimits, Connections};
pub use http::{Limits, serve};
pub use local::LocalSocket;

/// A source of connections.
pub enum Listener {
    Tcp { listener: TcpListener, tls: Option<TlsAcceptor> },
    Local(LocalSocket),
}

impl Listener {
    /// Also returns the bound address, whose port the system chooses if 0 was requested.
    pub async fn tcp(address: SocketAddr) -> io::Result<(Self, SocketAddr)> {
        let mut bound = TcpListener::bind(address).await;
        // `[::]` takes connections of both versions, and exists only where the system has IPv6.
        if bound.as_ref().is_err_and(is_without_ipv6) && address.ip().is_unspecified() {
            bound = TcpListener::bind((Ipv4Addr::UNSPECIFIED, address.port())).await;
        }
        let listener = bound?;
        let address = listener.local_addr()?;
        Ok((Self::Tcp { listener, tls: None }, address))
    }

    /// Ends TLS in each connection.
    #[must_use]
    pub fn with_tls(self, acceptor: TlsAcceptor) -> Self {
        match self {
            Self::Tcp { listener, .. } => Self::Tcp { listener, tls: Some(acceptor) },
            Self::Local(_) => self,
        }
    }

    /// `None` for the local socket.
    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp { listener, .. } => listener.local_addr().ok(),
            Self::Local(_) => None,
        }
    }

    /// The next connection, and what is known about its peer independently of what it sends.
    pub async fn accept(&self) -> io::Result<(Accepted, Peer)> {
        match self {
            Self::Tcp { listener, tls } => {
                let (stream, address) = listener.accept().await?;
                // Events are small segments: the second must not wait for the acknowledgement of the first (Nagle's algorithm).
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::trace!(%address, %error, "TCP_NODELAY could not be set");
                }
                // IPv4 addresses arrive as IPv6 ones where both come to one socket.
                let peer = Peer::tcp(SocketAddr::new(address.ip().to_canonical(), address.port()));
                Ok((Accepted::Tcp { stream, tls: tls.clone() }, peer))
            }
            Self::Local(socket) => Ok((Accepted::Local(socket.accept().await?), Peer::LOCAL)),
        }
    }
}

fn is_without_ipv6(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::AFNOSUPPORT.raw_os_error()) || error.kind() == io::ErrorKind::AddrNotAvailable
}
