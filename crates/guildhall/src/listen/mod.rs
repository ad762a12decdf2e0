//! Listeners for plain TCP and the local socket, and what each knows about the peer of a connection.

mod connections;
mod http;
mod local;
mod proxy_protocol;
mod stream;

use std::io;
use std::net::SocketAddr;

use guildhall_api::Peer;
use tokio::net::TcpListener;

pub use connections::{ConnectionLimits, Connections};
pub use http::{Limits, serve};
pub use local::LocalSocket;
pub use proxy_protocol::ProxyProtocol;
pub use stream::Socket;

/// A source of connections.
pub enum Listener {
    Tcp(TcpListener, Opening),
    Local(LocalSocket),
}

/// What comes on a TCP connection before HTTP.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    proxy_protocol: Option<ProxyProtocol>,
}

impl Listener {
    /// Also returns the bound address, whose port the system chooses if 0 was requested.
    pub async fn tcp(address: SocketAddr) -> io::Result<(Self, SocketAddr)> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok((Self::Tcp(listener, Opening::default()), address))
    }

    /// Reads the header of the PROXY protocol, where it is configured; the local socket has none.
    pub fn with_proxy_protocol(mut self, proxy_protocol: Option<&ProxyProtocol>) -> Self {
        if let Self::Tcp(_, opening) = &mut self {
            opening.proxy_protocol = proxy_protocol.cloned();
        }
        self
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
                Ok((Socket::Tcp(stream), Peer::tcp(address)))
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

impl Opening {
    /// Turns an accepted connection into the one that HTTP is served on, and what is known about its peer by then. In this
    /// order: the header of the PROXY protocol. The caller limits the time.
    pub async fn open(&self, mut socket: Socket, mut peer: Peer) -> io::Result<(Socket, Peer)> {
        if let Some(proxy_protocol) = &self.proxy_protocol {
            peer = proxy_protocol.read_header(&mut socket, peer).await?;
        }
        Ok((socket, peer))
    }
}
