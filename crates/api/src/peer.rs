//! The peer of a connection, as the listener that accepted it knows it.

use std::net::SocketAddr;

use guildhall_model::Actor;
use http::Extensions;

/// Set by the listener in each request's extensions, which no content of a request can reach.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Peer {
    /// `None` for the local socket.
    pub address: Option<SocketAddr>,
    /// The connection itself uses TLS, which ends in this process.
    pub is_encrypted: bool,
    /// The connection came over the local socket, whose peer is the server's own user or root.
    pub is_local: bool,
}

impl Peer {
    pub const LOCAL: Self = Self { address: None, is_encrypted: false, is_local: true };

    pub const fn tcp(address: SocketAddr) -> Self {
        Self { address: Some(address), is_encrypted: false, is_local: false }
    }

    /// The default without a listener, that is, if the router is called directly.
    pub(crate) fn from_extensions(extensions: &Extensions) -> Self {
        extensions.get::<Self>().copied().unwrap_or_default()
    }

    /// The actor of a request without a token over the local socket.
    pub(crate) fn local_administrator(&self) -> Option<Actor> {
        self.is_local.then(Actor::local_administrator)
    }
}
