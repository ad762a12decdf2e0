//! Which addresses the server may reach on somebody's behalf: the open internet, and what is allowed by name.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// IPv4 blocks that are not the open internet (the IANA special-purpose registry, multicast, reserved).
const CLOSED_V4: [Ipv4Net; 16] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 31, 196, 0], 24),
    v4([192, 52, 193, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 3),
];

/// All of the open internet's IPv6 is in here. Outside are loopback, unique local, link-local, multicast,
/// IPv4 in disguise (mapped, compatible, NAT64) and what is not given out.
const OPEN_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);
/// Within it: protocol assignments with Teredo and ORCHID, documentation, 6to4, AS112.
const CLOSED_V6: [Ipv6Net; 5] = [
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    v6([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];

const fn v4([a, b, c, d]: [u8; 4], prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6([a, b, c, d, e, f, g, h]: [u16; 8], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), prefix)
}

/// The private addresses and host names that outgoing calls may reach besides the open internet.
#[derive(Debug, Clone, Default)]
pub struct AllowedAddresses {
    networks: Vec<IpNet>,
    hosts: Vec<String>,
}

/// Part of the setting that is neither an address, nor a network, nor a host name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadAddress(pub String);

impl std::fmt::Display for BadAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} is neither an address, nor a network such as 10.0.0.0/8, nor a host name", self.0)
    }
}

impl std::error::Error for BadAddress {}

impl FromStr for AllowedAddresses {
    type Err = BadAddress;

    /// Addresses, networks and host names, between spaces or commas.
    fn from_str(text: &str) -> Result<Self, BadAddress> {
        let mut allowed = Self::default();
        for part in text.split(|c: char| c == ',' || c.is_whitespace()).filter(|part| !part.is_empty()) {
            if let Ok(network) = part.parse::<IpNet>() {
                allowed.networks.push(network);
            } else if let Ok(ip) = without_brackets(part).parse::<IpAddr>() {
                allowed.networks.push(ip.into());
            } else if let Ok(url::Host::Domain(name)) = url::Host::parse(part)
                && !part.contains('/')
            {
                allowed.hosts.push(name.trim_end_matches('.').to_owned());
            } else {
                return Err(BadAddress(part.to_owned()));
            }
        }
        Ok(allowed)
    }
}

fn without_brackets(text: &str) -> &str {
    text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text)
}

impl AllowedAddresses {
    /// Whether a host is allowed by its name, wherever it leads.
    pub fn has_host(&self, host: &str) -> bool {
        self.hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(host))
    }

    pub fn permits(&self, ip: IpAddr) -> bool {
        // ::ffff:10.0.0.1 reaches 10.0.0.1, and is judged as such.
        let ip = ip.to_canonical();
        is_open(ip) || self.networks.iter().any(|network| network.contains(&ip))
    }
}

fn is_open(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !CLOSED_V4.iter().any(|network| network.contains(&ip)),
        IpAddr::V6(ip) => OPEN_V6.contains(&ip) && !CLOSED_V6.iter().any(|network| network.contains(&ip)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_open_internet_is_open() {
        let nothing_allowed = AllowedAddresses::default();
        for closed in [
            "0.0.0.0",
            "0.1.2.3",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::a00:1",
            "100::1",
            "2001::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:a00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!nothing_allowed.permits(closed.parse().unwrap()), "{closed}");
        }
        for open in ["1.1.1.1", "8.8.8.8", "100.63.255.255", "172.32.0.1", "223.255.255.255", "2606:4700::1111", "::ffff:8.8.8.8"] {
            assert!(nothing_allowed.permits(open.parse().unwrap()), "{open}");
        }
    }

    #[test]
    fn the_setting_opens_what_it_names() {
        let allowed: AllowedAddresses = "10.0.0.0/8, 127.0.0.1 [::1]\nbuild.internal,fd00::/8".parse().unwrap();
        for ip in ["10.9.8.7", "127.0.0.1", "::ffff:127.0.0.1", "::1", "fd01::2"] {
            assert!(allowed.permits(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["127.0.0.2", "192.168.0.1", "::2"] {
            assert!(!allowed.permits(ip.parse().unwrap()), "{ip}");
        }
        assert!(allowed.has_host("BUILD.internal") && !allowed.has_host("internal"));
        assert!("".parse::<AllowedAddresses>().is_ok());
        for bad in ["10.0.0.0/33", "http://x", "a/b", "[::1"] {
            assert!(bad.parse::<AllowedAddresses>().is_err(), "{bad}");
        }
    }
}
