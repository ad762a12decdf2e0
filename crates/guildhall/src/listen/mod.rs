//! Listeners for plain TCP and the local socket, and what each knows about the peer of a connection.

mod connections;
mod http;
mod local;
mod stream;

use std::io;
use std::net::SocketAddr;

use guildhall_api::Peer;
use tokio::net::TcpListener;

pub use connections::{ConnectionLimits, Connections};
pub use http::{Limits, serve};
pub use local::LocalSocket;
pub use stream::Socket;

/// A source of connections.
pub enum Listener {
    Tcp(TcpListener),
    Local(LocalSocket),
}

impl Listener {
    /// Also returns the bound address, whose port the system chooses if 0 was requested.
    pub async fn tcp(address: SocketAddr) -> io::Result<(Self, SocketAddr)> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok((Self::Tcp(listener), address))
    }

    /// The next connection, and what is known about its peer independently of what it sends.
    pub async fn accept(&self) -> io::Result<(Socket, Peer)> {
        match self {
            Self::Tcp(listener) => {
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
}
