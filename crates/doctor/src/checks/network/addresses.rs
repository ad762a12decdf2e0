//! The public address of the setting `site.url`, and the addresses of this machine.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use guildhall_model::AddressList;

use url::{Host, Url};

use crate::check::Context;

/// The parts of `site.url`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Site {
    pub is_https: bool,
    /// A name, or an address without brackets.
    pub host: String,
    pub address: Option<IpAddr>,
    pub port: u16,
    /// Of a sub-path, without a slash at its end; else empty.
    pub path: String,
}

impl Site {
    /// `None` where it is empty or not valid.
    pub fn parse(site_url: &str) -> Option<Self> {
        let url = Url::parse(site_url).ok()?;
        let is_https = url.scheme() == "https";
        let (host, address) = match url.host()? {
            Host::Domain(name) => (name.to_owned(), None),
            Host::Ipv4(address) => (address.to_string(), Some(address.into())),
            Host::Ipv6(address) => (address.to_string(), Some(address.into())),
        };
        let port = url.port_or_known_default()?;
        Some(Self { is_https, host, address, port, path: url.path().trim_end_matches('/').to_owned() })
    }
}

/// The addresses of this machine's interfaces.
pub(super) async fn own_addresses(context: &Context<'_>) -> BTreeSet<IpAddr> {
    let mut own = BTreeSet::from([IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)]);
    if let Some(table) = context.kernel_value("/proc/net/fib_trie").await {
        own.extend(local_ipv4(&table).map(IpAddr::V4));
    }
    if let Some(table) = context.kernel_value("/proc/net/if_inet6").await {
        own.extend(table.lines().filter_map(local_ipv6).map(IpAddr::V6));
    }
    own
}

/// Each local address is a line `|-- 192.168.0.10`, and `/32 host LOCAL` follows.
fn local_ipv4(table: &str) -> impl Iterator<Item = Ipv4Addr> {
    let pairs = table.lines().zip(table.lines().skip(1));
    pairs.filter(|(_, next)| next.trim() == "/32 host LOCAL").filter_map(|(line, _)| line.trim().strip_prefix("|-- ")?.parse().ok())
}

/// The first column has 32 hexadecimal digits.
fn local_ipv6(line: &str) -> Option<Ipv6Addr> {
    u128::from_str_radix(line.split_ascii_whitespace().next()?, 16).ok().map(Ipv6Addr::from_bits)
}

/// Whether the address is one of the Internet, rather than of a local network or this machine.
pub(super) fn is_public(address: IpAddr) -> bool {
    !address.to_canonical().is_unspecified() && !AddressList::private_networks().contains(address)
}

#[cfg(test)]
pub(super) const FIB_TRIE: &str = "Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 192.168.0.0/24 2 0 2
        |-- 192.168.0.0
           /24 link UNICAST
        |-- 192.168.0.10
           /32 host LOCAL
        |-- 192.168.0.255
           /32 link BROADCAST
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_the_site_are_read() {
        let site = Site::parse("https://chat.example.com/team/").unwrap();
        assert_eq!((site.is_https, site.host.as_str(), site.port, site.path.as_str()), (true, "chat.example.com", 443, "/team"));
        let site = Site::parse("http://[2001:db8::1]:8065").unwrap();
        assert_eq!((site.address.unwrap().to_string().as_str(), site.port), ("2001:db8::1", 8065));
        assert_eq!(Site::parse(""), None);
    }

    #[test]
    fn the_addresses_of_the_machine_are_read() {
        assert_eq!(local_ipv4(FIB_TRIE).collect::<Vec<_>>(), [Ipv4Addr::new(192, 168, 0, 10)]);
        let line = "20010db8000000000000000000000010 02 40 00 80     eth0";
        assert_eq!(local_ipv6(line).unwrap().to_string(), "2001:db8::10");
    }

    #[test]
    fn addresses_of_local_networks_are_not_public() {
        for (address, expected) in [
            ("203.0.113.7", true),
            ("2001:db8::1", true),
            ("192.168.0.1", false),
            ("100.64.0.1", false),
            ("127.0.0.1", false),
            ("fd00::1", false),
            ("fe80::1", false),
        ] {
            assert_eq!(is_public(address.parse().unwrap()), expected, "{address}");
        }
    }
}
