//! Who is at the other end of a connection, as the listener that accepted it knows.

use std::net::SocketAddr;

use guildhall_model::Actor;
use http::Extensions;

/// Put into each request's extensions by the listener, which alone can: nothing that a client sends ends up there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Peer {
    /// `None` where the connection has no address: the local socket.
    pub address: Option<SocketAddr>,
    /// The connection itself is encrypted (TLS ends here).
    pub is_encrypted: bool,
    /// Came over the local socket, whose other end the operating system says is the server's own user or root.
    pub is_local: bool,
}

impl Peer {
    pub const LOCAL: Self = Self { address: None, is_encrypted: false, is_local: true };

    pub const fn tcp(address: SocketAddr) -> Self {
        Self { address: Some(address), is_encrypted: false, is_local: false }
    }

    /// Without a listener (a router that is called directly) nothing is known.
    pub(crate) fn of(extensions: &Extensions) -> Self {
        extensions.get::<Self>().copied().unwrap_or_default()
    }

    /// Who asks where a request brings no token.
    pub(crate) fn local_administrator(&self) -> Option<Actor> {
        self.is_local.then(Actor::local_administrator)
    }
}
