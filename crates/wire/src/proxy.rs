//! Proxies that are not trusted, for administrators. Mattermost has no such operation.

use std::net::IpAddr;

use guildhall_model::{Millis, proxy};
use serde::{Deserialize, Serialize};

/// An element of the response to `GET /system/untrusted_proxies`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UntrustedProxy {
    /// Of the Internet: of an IPv6 address the /64.
    pub address: IpAddr,
    /// `x-forwarded-for` or `forwarded`.
    pub header: String,
    /// Whether the address is not reachable from the Internet.
    pub is_private: bool,
    /// Requests since the start of the server, or since it was last forgotten.
    pub requests: u64,
    /// Milliseconds since 1970.
    pub seen_at: i64,
}

impl From<proxy::UntrustedProxy> for UntrustedProxy {
    fn from(seen: proxy::UntrustedProxy) -> Self {
        let proxy::UntrustedProxy { address, header, is_private, requests, seen_at } = seen;
        Self { address, header, is_private, requests, seen_at: seen_at.0 }
    }
}

impl From<UntrustedProxy> for proxy::UntrustedProxy {
    fn from(seen: UntrustedProxy) -> Self {
        let UntrustedProxy { address, header, is_private, requests, seen_at } = seen;
        Self { address, header, is_private, requests, seen_at: Millis(seen_at) }
    }
}
