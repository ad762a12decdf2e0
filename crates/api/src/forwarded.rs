//! What trusted proxies say of the client that they forward: `X-Forwarded-For`, `-Proto` and `-Host`, or `Forwarded`
//! (RFC 7239). Only one of the two is read, as configured: whichever a proxy does not set, a client can.

mod untrusted;

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use guildhall_model::AddressList;
use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue, Version};

use crate::peer::Peer;

pub use untrusted::UntrustedProxies;

/// Hops that are followed from the right. Chains of proxies are short; the head of a request is not.
const HOPS_MAX: usize = 32;

const FORWARDED: HeaderName = http::header::FORWARDED;
const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const PREFIX: HeaderName = HeaderName::from_static("x-forwarded-prefix");

/// Which headers are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ForwardedHeader {
    #[default]
    XForwardedFor,
    Forwarded,
}

/// The proxies that are believed, and how they name the client.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies {
    pub addresses: AddressList,
    pub header: ForwardedHeader,
    /// Those that were seen, and are not believed.
    pub untrusted: Arc<UntrustedProxies>,
}

/// The client of a request, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ForwardedClient {
    /// An IPv4 address within IPv6 is the IPv4 address.
    pub address: Option<IpAddr>,
    pub is_secure: bool,
    /// Host and port that the client connected to, where a proxy says so.
    pub host: Option<String>,
}

impl TrustedProxies {
    /// The limits' settings have been checked.
    pub fn new(addresses: AddressList, header: &str) -> Self {
        let header = if header == "forwarded" { ForwardedHeader::Forwarded } else { ForwardedHeader::XForwardedFor };
        Self { addresses, header, untrusted: Arc::default() }
    }

    /// Whether the headers of this peer's requests are believed.
    pub(crate) fn trusts(&self, peer: &Peer) -> bool {
        !peer.is_client_unknown && peer.address.is_some_and(|address| self.addresses.contains(address.ip()))
    }

    /// The peer itself, or the client that it forwards.
    pub(crate) fn client_of(&self, peer: &Peer, headers: &HeaderMap) -> ForwardedClient {
        let address = peer.address.map(|address| address.ip().to_canonical());
        let own = ForwardedClient { address, is_secure: peer.is_encrypted, host: None };
        if !self.trusts(peer) {
            return own;
        }
        let (forwarded, proto, host) = match self.header {
            ForwardedHeader::XForwardedFor => {
                let addresses = entries_from_right(headers, &FOR).map(parse_address);
                (self.client_address(addresses), last(headers, &PROTO), last(headers, &HOST))
            }
            ForwardedHeader::Forwarded => {
                let addresses = entries_from_right(headers, &FORWARDED).map(|entry| parse_address(parameter(entry, "for")?));
                let latest = entries_from_right(headers, &FORWARDED).next().unwrap_or_default();
                (self.client_address(addresses), parameter(latest, "proto"), parameter(latest, "host"))
            }
        };
        ForwardedClient {
            address: forwarded.or(own.address),
            is_secure: own.is_secure || proto.is_some_and(|proto| proto.eq_ignore_ascii_case("https")),
            host: host.map(str::to_owned),
        }
    }

    /// Whether the proxy of this peer has removed the path from the request's address.
    pub(crate) fn has_removed(&self, path: &str, peer: &Peer, headers: &HeaderMap) -> bool {
        self.trusts(peer) && last(headers, &PREFIX).is_some_and(|prefix| prefix.trim_end_matches('/') == path)
    }

    /// The last address of the chain that is not a trusted proxy: the client can forge everything before it. `None`, hence
    /// the peer, where that entry is not an address.
    fn client_address(&self, from_right: impl Iterator<Item = Option<IpAddr>>) -> Option<IpAddr> {
        let mut furthest = None;
        for address in from_right.take(HOPS_MAX) {
            let address = address?;
            if !self.addresses.contains(address) {
                return Some(address);
            }
            furthest = Some(address);
        }
        furthest
    }
}

/// The header that only proxies send, if a request has one.
pub(crate) fn header_of_proxy(headers: &HeaderMap) -> Option<&'static str> {
    let name = |header: HeaderName, name| headers.contains_key(header).then_some(name);
    name(FOR, "x-forwarded-for").or_else(|| name(FORWARDED, "forwarded"))
}

/// Headers that show a proxy, whether it is trusted or not. They are looked for, never read.
const SIGNS_OF_PROXIES: [HeaderName; 12] = [
    FOR,
    FORWARDED,
    PROTO,
    HOST,
    PREFIX,
    http::header::VIA,
    HeaderName::from_static("x-forwarded-server"),
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("x-client-ip"),
    HeaderName::from_static("true-client-ip"),
    HeaderName::from_static("cf-connecting-ip"),
    HeaderName::from_static("cf-ray"),
];

/// Whether a request comes from a program of this machine, as far as can be seen: over loopback, to a name of loopback, and
/// without a sign of a proxy (nginx without settings leaves one: HTTP/1.0). A proxy that leaves none looks the same, and so may a
/// port that this machine forwards: `signup.setup_code_always` is for those.
pub(crate) fn is_from_this_machine(proxies: &TrustedProxies, peer: &Peer, version: Version, host: &str, headers: &HeaderMap) -> bool {
    let Some(address) = peer.address.map(|address| address.ip().to_canonical()) else { return true };
    let is_direct = address.is_loopback() && !peer.is_client_unknown && !proxies.addresses.contains(address);
    let has_signs = version < Version::HTTP_11 || SIGNS_OF_PROXIES.iter().any(|name| headers.contains_key(name));
    is_direct && !has_signs && is_loopback_host(host)
}

/// A host with or without a port: a name or an address of loopback.
fn is_loopback_host(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

/// The entries of all headers of a name, the last first: proxies add theirs at the end. Text that is not ASCII is one entry.
fn entries_from_right<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> + use<'a> {
    let text = |value: &'a HeaderValue| value.to_str().unwrap_or("?");
    // A comma within quotes separates, too: then the entry is no address, and the chain ends there.
    headers.get_all(name).iter().rev().flat_map(move |value| text(value).rsplit(',')).map(str::trim)
}

fn last<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    entries_from_right(headers, name).next().filter(|value| !value.is_empty())
}

/// A parameter of an entry of `Forwarded`, without its quotes.
fn parameter<'a>(entry: &'a str, name: &str) -> Option<&'a str> {
    entry.split(';').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        let value = value.trim();
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        (key.trim().eq_ignore_ascii_case(name) && !value.is_empty()).then_some(value)
    })
}

/// An address, with or without a port; IPv6 addresses with or without brackets.
fn parse_address(entry: &str) -> Option<IpAddr> {
    let without_port = || entry.parse::<SocketAddr>().ok().map(|address| address.ip());
    let without_brackets = || entry.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    let address: Option<IpAddr> = entry.parse().ok().or_else(without_port).or_else(without_brackets);
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests;
