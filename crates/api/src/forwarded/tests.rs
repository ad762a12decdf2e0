//! Chains of proxies, spoofed and broken headers, and long lists.

use super::*;

fn proxies(header: &str) -> TrustedProxies {
    TrustedProxies::new("10.0.0.1, 10.1.0.0/16, fd00::/8".parse().unwrap(), header)
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
}

fn peer(address: &str) -> Peer {
    Peer::tcp(format!("{address}:4000").parse().unwrap())
}

fn address_of(proxies: &TrustedProxies, from: &str, pairs: &[(&'static str, &str)]) -> String {
    proxies.client_of(&peer(from), &headers(pairs)).address.unwrap().to_string()
}

#[test]
fn the_client_is_the_last_address_that_is_not_a_proxy() {
    let proxies = proxies("x-forwarded-for");
    for (from, forwarded_for, expected) in [
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7, 10.1.2.3", "203.0.113.7"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.7 , 10.1.2.3,10.0.0.1", "203.0.113.7"),
        // Only proxies: the one that is the furthest away.
        ("10.0.0.1", "10.1.0.9, 10.1.2.3", "10.1.0.9"),
        ("10.0.0.1", "203.0.113.7:5511", "203.0.113.7"),
        ("10.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.1", "[2001:db8::7]", "2001:db8::7"),
        ("10.0.0.1", "[2001:db8::7]:5511, fd00::2", "2001:db8::7"),
        ("[fd00::1]", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7, ::ffff:10.1.2.3", "203.0.113.7"),
        ("[::ffff:10.0.0.1]", "203.0.113.7", "203.0.113.7"),
        // Garbage where the client should be.
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7, unknown", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7,", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7:port", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7:99999", "10.0.0.1"),
        ("10.0.0.1", "fe80::1%eth0", "10.0.0.1"),
        ("10.0.0.1", "for=203.0.113.7", "10.0.0.1"),
        ("10.0.0.1", "garbage, 203.0.113.7", "203.0.113.7"),
        // Spoofed by others.
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("203.0.113.9", "10.0.0.1", "203.0.113.9"),
        ("[::ffff:203.0.113.9]", "198.51.100.1", "203.0.113.9"),
    ] {
        assert_eq!(address_of(&proxies, from, &[("x-forwarded-for", forwarded_for)]), expected, "{from}: {forwarded_for}");
    }
}

#[test]
fn several_headers_are_one_list() {
    let proxies = proxies("x-forwarded-for");
    let lists = |first, second| [("x-forwarded-for", first), ("x-forwarded-for", second)];
    assert_eq!(address_of(&proxies, "10.0.0.1", &lists("198.51.100.1", "203.0.113.7")), "203.0.113.7");
    assert_eq!(address_of(&proxies, "10.0.0.1", &lists("198.51.100.1, 203.0.113.7", "10.1.2.3")), "203.0.113.7");
    // Behind a proxy that adds a header of its own, the client's comes first.
    let protos = headers(&[("x-forwarded-proto", "https"), ("x-forwarded-proto", "http")]);
    assert!(!proxies.client_of(&peer("10.0.0.1"), &protos).is_secure);
}

#[test]
fn long_lists_are_followed_for_a_number_of_hops_only() {
    let proxies = proxies("x-forwarded-for");
    let chain = |hops: usize| format!("203.0.113.7{}", ", 10.1.2.3".repeat(hops));
    assert_eq!(address_of(&proxies, "10.0.0.1", &[("x-forwarded-for", &chain(HOPS_MAX - 1))]), "203.0.113.7");
    assert_eq!(address_of(&proxies, "10.0.0.1", &[("x-forwarded-for", &chain(100_000))]), "10.1.2.3");
    let spoofed = format!("{}203.0.113.7", "198.51.100.1,".repeat(100_000));
    assert_eq!(address_of(&proxies, "10.0.0.1", &[("x-forwarded-for", &spoofed)]), "203.0.113.7");
}

#[test]
fn only_the_configured_header_counts() {
    let both = [("x-forwarded-for", "198.51.100.1"), ("forwarded", "for=203.0.113.7"), ("x-real-ip", "198.51.100.2")];
    assert_eq!(address_of(&proxies("x-forwarded-for"), "10.0.0.1", &both), "198.51.100.1");
    assert_eq!(address_of(&proxies("forwarded"), "10.0.0.1", &both), "203.0.113.7");
    assert_eq!(address_of(&proxies("x-forwarded-for"), "10.0.0.1", &both[1..]), "10.0.0.1");
    assert_eq!(address_of(&proxies("forwarded"), "10.0.0.1", &both[..1]), "10.0.0.1");
    let names = headers(&[("x-forwarded-proto", "https"), ("x-forwarded-host", "evil.example.com")]);
    assert_eq!(proxies("forwarded").client_of(&peer("10.0.0.1"), &names).host, None);
    assert!(!proxies("forwarded").client_of(&peer("10.0.0.1"), &names).is_secure);
}

#[test]
fn the_standard_header_has_parameters() {
    let proxies = proxies("forwarded");
    for (entry, expected) in [
        ("for=203.0.113.7", "203.0.113.7"),
        ("For=\"203.0.113.7:5511\";proto=http", "203.0.113.7"),
        ("proto=https;for=\"[2001:db8::7]:5511\"", "2001:db8::7"),
        ("for=198.51.100.1, for=203.0.113.7;by=10.0.0.1, for=10.1.2.3", "203.0.113.7"),
        // Quotes do not hide a comma, so that nothing can be hidden within them.
        ("for=\"198.51.100.1, for=203.0.113.7\"", "10.0.0.1"),
        ("for=_hidden", "10.0.0.1"),
        ("for=unknown", "10.0.0.1"),
        ("by=203.0.113.7", "10.0.0.1"),
        ("for", "10.0.0.1"),
        ("", "10.0.0.1"),
    ] {
        assert_eq!(address_of(&proxies, "10.0.0.1", &[("forwarded", entry)]), expected, "{entry}");
    }
    let client = proxies.client_of(&peer("10.0.0.1"), &headers(&[("forwarded", "for=203.0.113.7;proto=HTTPS;host=\"chat.example.com\"")]));
    assert!(client.is_secure);
    assert_eq!(client.host.as_deref(), Some("chat.example.com"));
}

#[test]
fn what_a_client_says_counts_only_through_a_proxy() {
    let proxies = proxies("x-forwarded-for");
    let names = headers(&[
        ("x-forwarded-for", "203.0.113.7"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "chat.example.com"),
        ("x-forwarded-prefix", "/chat/"),
    ]);
    let client = proxies.client_of(&peer("10.0.0.1"), &names);
    let host = Some("chat.example.com".to_owned());
    assert_eq!(client, ForwardedClient { address: "203.0.113.7".parse().ok(), is_secure: true, host });
    assert!(proxies.has_removed("/chat", &peer("10.0.0.1"), &names));
    assert!(!proxies.has_removed("/other", &peer("10.0.0.1"), &names));
    let unknown = Peer::unknown_behind("10.0.0.1:4000".parse().unwrap());
    for other in [peer("203.0.113.9"), unknown, Peer::LOCAL] {
        let own = other.address.map(|address| address.ip());
        assert_eq!(proxies.client_of(&other, &names), ForwardedClient { address: own, is_secure: false, host: None });
        assert!(!proxies.has_removed("/chat", &other, &names));
    }
    let encrypted = Peer { is_encrypted: true, ..peer("203.0.113.9") };
    assert!(proxies.client_of(&encrypted, &headers(&[("x-forwarded-proto", "http")])).is_secure);
}
