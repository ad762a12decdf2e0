//! Where connections come from: plain TCP and the local socket, and what each knows about the other end.

mod http;
mod local;
mod stream;

use std::io;
use std::net::SocketAddr;

use guildhall_api::Peer;
use tokio::net::TcpListener;

pub use http::{Limits, serve};
pub use local::LocalSocket;
pub use stream::Stream;

/// Accepts connections of one kind.
pub enum Listener {
    Tcp(TcpListener),
    Local(LocalSocket),
}

impl Listener {
    /// Also answers the address, whose port is the system's choice where 0 was asked for.
    pub async fn tcp(address: SocketAddr) -> io::Result<(Self, SocketAddr)> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok((Self::Tcp(listener), address))
    }

    /// The next connection, and what is known of its other end by other means than what it sends.
    pub async fn accept(&self) -> io::Result<(Stream, Peer)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, address) = listener.accept().await?;
                // Two events in a row are two small segments: the second must not wait until the first is confirmed.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::trace!(%address, %error, "TCP_NODELAY could not be set");
                }
                Ok((Stream::Tcp(stream), Peer::tcp(address)))
            }
            Self::Local(socket) => Ok((Stream::Local(socket.accept().await?), Peer::LOCAL)),
        }
    }
}
