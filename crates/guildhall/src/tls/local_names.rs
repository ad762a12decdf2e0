//! The names and addresses under which the local network reaches this machine.

use std::net::IpAddr;

/// A machine with containers has an address for each of their networks.
const ADDRESSES_MAX: usize = 50;

/// For the certificate that the server makes itself: the host name, also with `.local`, and the IPv4 addresses. IPv6 addresses
/// change by the day (RFC 8981), and each change would be a new certificate to accept.
pub fn local_names() -> Vec<String> {
    let mut names = names_of_host(rustix::system::uname().nodename().to_str().unwrap_or_default());
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "the addresses of this machine cannot be read; its own certificate is for its names only");
        Vec::new()
    });
    let is_stable = |address: &IpAddr| matches!(address, IpAddr::V4(address) if !address.is_link_local() && !address.is_loopback());
    let mut addresses: Vec<IpAddr> = interfaces.iter().map(if_addrs::Interface::ip).filter(is_stable).collect();
    addresses.sort_unstable();
    addresses.dedup();
    names.extend(addresses.iter().take(ADDRESSES_MAX).map(ToString::to_string));
    names.extend(["127.0.0.1", "::1"].map(str::to_owned));
    names
}

fn names_of_host(host: &str) -> Vec<String> {
    let mut names = vec!["localhost".to_owned()];
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
    let host = host.to_ascii_lowercase();
    if is_name(&host) && host != "localhost" {
        let short = host.split('.').next().unwrap_or_default();
        names.push(format!("{short}.local"));
        names.push(short.to_owned());
        names.push(host);
    }
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_known_with_and_without_its_domain() {
        assert_eq!(names_of_host("Studio"), ["localhost", "studio", "studio.local"]);
        assert_eq!(names_of_host("box.lan"), ["box", "box.lan", "box.local", "localhost"]);
        for none in ["localhost", "", "a b"] {
            assert_eq!(names_of_host(none), ["localhost"], "{none}");
        }
        assert!(local_names().contains(&"127.0.0.1".to_owned()));
    }
}
