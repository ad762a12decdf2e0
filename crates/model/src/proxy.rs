//! Proxies in front of the server.

use std::net::IpAddr;

use crate::time::Millis;

/// An address that forwards requests of others, as their headers say, and is not among the trusted proxies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UntrustedProxy {
    /// Of the Internet: of an IPv6 address the /64.
    pub address: IpAddr,
    /// The header of its last request, in lower case.
    pub header: String,
    /// Whether the address is not reachable from the Internet. Anybody there can send such a header.
    pub is_private: bool,
    pub requests: u64,
    /// When the last one arrived.
    pub seen_at: Millis,
}
