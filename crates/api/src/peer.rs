//! The peer of a connection, as the listener that accepted it knows it.

use std::net::SocketAddr;

use guildhall_model::Actor;
use http::Extensions;

/// Set by the listener in each request's extensions, which no content of a request can reach.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Peer {
    /// `None` for the local socket.
    pub address: Option<SocketAddr>,
    /// The client's connection uses TLS, which ends in this process, or in a trusted proxy that says so by the PROXY protocol.
    pub is_encrypted: bool,
    /// The connection came over the local socket, whose peer is the server's own user or root.
    pub is_local: bool,
    /// The address is that of a trusted proxy which did not say whom it forwards, so that nothing in a request can tell, either.
    pub is_client_unknown: bool,
}

impl Peer {
    pub const LOCAL: Self = Self { address: None, is_encrypted: false, is_local: true, is_client_unknown: false };

    pub const fn tcp(address: SocketAddr) -> Self {
        Self { address: Some(address), is_encrypted: false, is_local: false, is_client_unknown: false }
    }

    /// A client behind a trusted proxy that forwards connections without naming their clients, or that proxy itself.
    pub const fn unknown_behind(proxy: SocketAddr) -> Self {
        Self { is_client_unknown: true, ..Self::tcp(proxy) }
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
