//! Listeners for TCP, with and without TLS, and the local socket, and what each knows about the peer of a connection.

mod connections;
mod handshake;
mod http;
mod inherited;
mod linger;
mod local;
mod proxy_protocol;
mod stream;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use guildhall_api::Peer;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

pub use connections::{ConnectionLimits, Connections};
pub use http::{DRAIN, Limits, serve};
pub use inherited::InheritedListeners;
pub use local::LocalSocket;
pub use proxy_protocol::ProxyProtocol;
pub use stream::Socket;

/// A source of connections.
pub enum Listener {
    Tcp(TcpListener, Opening),
    Local(LocalSocket),
}

/// What comes on a TCP connection before HTTP.
#[derive(Clone, Default)]
pub struct Opening {
    proxy_protocol: Option<ProxyProtocol>,
    tls: Option<TlsAcceptor>,
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
        Ok((listener.into(), address))
    }

    /// Reads the header of the PROXY protocol, where it is configured; the local socket has none.
    pub fn with_proxy_protocol(mut self, proxy_protocol: Option<&ProxyProtocol>) -> Self {
        if let Self::Tcp(_, opening) = &mut self {
            opening.proxy_protocol = proxy_protocol.cloned();
        }
        self
    }

    /// Ends TLS in each connection.
    pub fn with_tls(mut self, acceptor: TlsAcceptor) -> Self {
        if let Self::Tcp(_, opening) = &mut self {
            opening.tls = Some(acceptor);
        }
        self
    }

    /// `None` for the local socket.
    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(listener, _) => listener.local_addr().ok(),
            Self::Local(_) => None,
        }
    }

    /// The next connection, and what is known about its peer independently of what it sends.
    pub async fn accept(&self) -> io::Result<(Socket, Peer)> {
        match self {
            Self::Tcp(listener, _) => {
                let (stream, address) = listener.accept().await?;
                // Events are small segments: the second must not wait for the acknowledgement of the first (Nagle's algorithm).
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::trace!(%address, %error, "TCP_NODELAY could not be set");
                }
                // IPv4 addresses arrive as IPv6 ones where both come to one socket.
                let peer = Peer::tcp(SocketAddr::new(address.ip().to_canonical(), address.port()));
                Ok((Socket::Tcp(stream), peer))
            }
            Self::Local(socket) => Ok((Socket::Local(socket.accept().await?), Peer::LOCAL)),
        }
    }

    /// What has to be done with each accepted connection.
    pub fn opening(&self) -> Opening {
        match self {
            Self::Tcp(_, opening) => opening.clone(),
            Self::Local(_) => Opening::default(),
        }
    }
}

impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        Self::Tcp(listener, Opening::default())
    }
}

impl Opening {
    /// Turns an accepted connection into the one that HTTP is served on, and what is known about its peer by then. In this
    /// order: the header of the PROXY protocol, TLS. The caller limits the time.
    pub async fn open(&self, mut socket: Socket, mut peer: Peer) -> io::Result<(Socket, Peer)> {
        if let Some(proxy_protocol) = &self.proxy_protocol {
            peer = proxy_protocol.read_header(&mut socket, peer).await?;
        }
        if let Some(acceptor) = &self.tls {
            // On the heap: a handshake has more state than a request, and is short.
            let encrypted = Box::pin(handshake::shake_hands(socket, acceptor)).await;
            // Scanners, and clients that do not trust the certificate, cause it all the time.
            socket = encrypted.map_err(|error| io::Error::new(io::ErrorKind::ConnectionAborted, error))?;
            peer.is_encrypted = true;
        }
        Ok((socket, peer))
    }
}

fn is_without_ipv6(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::AFNOSUPPORT.raw_os_error()) || error.kind() == io::ErrorKind::AddrNotAvailable
}
