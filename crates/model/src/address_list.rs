//! Lists of addresses, networks and host names in settings, separated by commas or spaces.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use url::Host;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressList {
    networks: Vec<IpNet>,
    /// In lower case, international ones in their ASCII form.
    hosts: Vec<String>,
}

/// An invalid entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidAddress {
    entry: String,
    hosts_allowed: bool,
}

impl AddressList {
    /// Parses a list that may not contain host names.
    pub fn parse_networks(text: &str) -> Result<Self, InvalidAddress> {
        let list: Self = text.parse().map_err(|invalid| InvalidAddress { hosts_allowed: false, ..invalid })?;
        match list.hosts.into_iter().next() {
            Some(entry) => Err(InvalidAddress { entry, hosts_allowed: false }),
            None => Ok(Self { networks: list.networks, hosts: Vec::new() }),
        }
    }

    /// Whether the address is one of the listed ones or in one of the networks. An IPv4 address within IPv6
    /// (`::ffff:10.0.0.1`) counts as the IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// The networks that are not reachable from the Internet: this machine, private (RFC 1918, RFC 4193), shared (RFC 6598) and
    /// link-local ones (RFC 3927, RFC 4291).
    pub fn private_networks() -> Self {
        let networks = [
            Ipv4Net::new_assert([127, 0, 0, 0].into(), 8),
            Ipv4Net::new_assert([10, 0, 0, 0].into(), 8),
            Ipv4Net::new_assert([172, 16, 0, 0].into(), 12),
            Ipv4Net::new_assert([192, 168, 0, 0].into(), 16),
            Ipv4Net::new_assert([100, 64, 0, 0].into(), 10),
            Ipv4Net::new_assert([169, 254, 0, 0].into(), 16),
        ];
        let networks_v6 = [
            Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128),
            Ipv6Net::new_assert(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),
            Ipv6Net::new_assert(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
        ];
        Self { networks: networks.into_iter().map(IpNet::V4).chain(networks_v6.into_iter().map(IpNet::V6)).collect(), hosts: Vec::new() }
    }

    /// Whether the list contains this host name, whatever it resolves to.
    pub fn has_host(&self, host: &str) -> bool {
        self.hosts.iter().any(|listed| listed.eq_ignore_ascii_case(host))
    }
}

impl FromStr for AddressList {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        let mut list = Self::default();
        for entry in text.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty()) {
            if let Ok(network) = entry.parse::<IpNet>() {
                list.networks.push(canonical(network));
            } else if let Ok(address) = without_brackets(entry).parse::<IpAddr>() {
                list.networks.push(address.to_canonical().into());
            } else if let Ok(Host::Domain(name)) = Host::parse(entry)
                && !entry.contains('/')
            {
                list.hosts.push(name.trim_end_matches('.').to_owned());
            } else {
                return Err(InvalidAddress { entry: entry.to_owned(), hosts_allowed: true });
            }
        }
        Ok(list)
    }
}

impl fmt::Display for InvalidAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { entry, hosts_allowed } = self;
        match hosts_allowed {
            true => write!(f, "{entry:?} is neither an address, nor a network such as 10.0.0.0/8, nor a host name"),
            false => write!(f, "{entry:?} is neither an address nor a network such as 10.0.0.0/8"),
        }
    }
}

impl std::error::Error for InvalidAddress {}

/// A network of IPv4 addresses within IPv6 is the network of the IPv4 addresses.
fn canonical(network: IpNet) -> IpNet {
    let inner = match network {
        IpNet::V6(v6) => v6.addr().to_ipv4_mapped().zip(v6.prefix_len().checked_sub(96)),
        IpNet::V4(_) => None,
    };
    inner.and_then(|(address, prefix)| Ipv4Net::new(address, prefix).ok()).map_or(network, IpNet::V4)
}

fn without_brackets(text: &str) -> &str {
    text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text)
}

/// What counts as one client: an IPv4 address, or the /64 of an IPv6 address, which one client usually has.
pub fn client_network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

/// A client with its neighbours: the /24 of an IPv4 address. Of IPv6 it is the client's own network.
pub fn neighbouring_network(address: IpAddr) -> IpAddr {
    match client_network(address) {
        IpAddr::V4(v4) => IpAddr::V4((u32::from(v4) & !0xff).into()),
        v6 => v6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_networks_are_not_reachable_from_outside() {
        let private = AddressList::private_networks();
        let contains = |address: &str| private.contains(address.parse().unwrap());
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.0.5",
            "100.64.0.1",
            "169.254.1.1",
            "::1",
            "fd00::1",
            "fe80::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(contains(address), "{address}");
        }
        for address in ["203.0.113.1", "172.32.0.1", "100.128.0.1", "8.8.8.8", "2001:db8::1", "::ffff:203.0.113.1"] {
            assert!(!contains(address), "{address}");
        }
    }

    #[test]
    fn addresses_networks_and_hosts_are_matched() {
        let list: AddressList = "10.0.0.0/8, 127.0.0.1 [::1]\nBuild.internal.,fd00::/8,::ffff:192.168.0.0/112".parse().unwrap();
        for address in ["10.9.8.7", "127.0.0.1", "::ffff:127.0.0.1", "::1", "fd01::2", "192.168.3.4"] {
            assert!(list.contains(address.parse().unwrap()), "{address}");
        }
        for address in ["127.0.0.2", "192.169.0.1", "::2"] {
            assert!(!list.contains(address.parse().unwrap()), "{address}");
        }
        assert!(list.has_host("BUILD.internal") && !list.has_host("internal"));
        assert_eq!("".parse(), Ok(AddressList::default()));
    }

    #[test]
    fn an_error_names_the_invalid_entry() {
        for bad in ["10.0.0.0/33", "http://x", "a/b", "[::1"] {
            let error = format!("127.0.0.1,{bad}").parse::<AddressList>().unwrap_err();
            assert!(error.to_string().starts_with(&format!("{bad:?} is neither")), "{error}");
        }
        let error = AddressList::parse_networks("10.0.0.0/8,proxy").unwrap_err();
        assert_eq!(error.to_string(), "\"proxy\" is neither an address nor a network such as 10.0.0.0/8");
        assert!(AddressList::parse_networks("10.0.0.0/8, ::1").is_ok());
    }

    #[test]
    fn networks_of_a_client() {
        let networks = |text: &str| {
            let address = text.parse().unwrap();
            (client_network(address).to_string(), neighbouring_network(address).to_string())
        };
        let pair = |client: &str, neighbours: &str| (client.to_owned(), neighbours.to_owned());
        assert_eq!(networks("203.0.113.77"), pair("203.0.113.77", "203.0.113.0"));
        assert_eq!(networks("::ffff:203.0.113.77"), pair("203.0.113.77", "203.0.113.0"));
        assert_eq!(networks("2001:db8:1:2:3::4"), pair("2001:db8:1:2::", "2001:db8:1:2::"));
    }
}
