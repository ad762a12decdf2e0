//! Headers as proxies send them, in fragments, broken, too long, and random.

use proptest::prelude::*;
use proxy_header::{ProxiedAddress, SslInfo};
use tokio::io::{AsyncWriteExt, duplex};

use super::*;

const PROXY: &str = "10.0.0.1:4000";
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\n";

fn proxy() -> Peer {
    Peer::tcp(PROXY.parse().unwrap())
}

fn unknown() -> Peer {
    Peer::unknown_behind(PROXY.parse().unwrap())
}

fn client(address: &str) -> Peer {
    Peer::tcp(address.parse().unwrap())
}

/// The peer of a connection from `from` with these bytes, and the bytes that are left to read.
async fn read_from(from: Peer, bytes: &[u8]) -> (io::Result<Peer>, Vec<u8>) {
    let protocol = ProxyProtocol::new("10.0.0.1".parse().unwrap());
    let mut stream = bytes;
    let peer = protocol.read_header(&mut stream, from).await;
    (peer, stream.to_vec())
}

fn version_2(source: &str, destination: &str, fields: Vec<Tlv<'_>>) -> Vec<u8> {
    let address = ProxiedAddress::stream(source.parse().unwrap(), destination.parse().unwrap());
    let mut bytes = Vec::new();
    ProxyHeader::with_tlvs(Some(address), fields).encode_v2(&mut bytes).unwrap();
    bytes
}

/// A header of version 2 with this command, this family, and this rest.
fn raw_version_2(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
    let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
    [SIGNATURE.as_slice(), &[command, family], &length, rest].concat()
}

#[tokio::test]
async fn headers_name_the_client_and_end_where_the_request_begins() {
    let tls = |is_tls| vec![Tlv::Authority("chat.example.com".into()), Tlv::Ssl(SslInfo::new(is_tls, false, false, 1))];
    let [v4, to_v4] = ["203.0.113.7:5511", "10.0.0.2:8065"];
    let [v6, to_v6] = ["[2001:db8::7]:5511", "[2001:db8::2]:8065"];
    for (header, expected) in [
        (b"PROXY TCP4 203.0.113.7 10.0.0.2 5511 8065\r\n".to_vec(), client(v4)),
        (b"PROXY TCP6 2001:db8::7 2001:db8::2 5511 8065\r\n".to_vec(), client(v6)),
        (b"PROXY UNKNOWN\r\n".to_vec(), unknown()),
        (b"PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n".to_vec(), unknown()),
        (version_2(v4, to_v4, Vec::new()), client(v4)),
        (version_2(v6, to_v6, Vec::new()), client(v6)),
        (version_2(v4, to_v4, tls(true)), Peer { is_encrypted: true, ..client(v4) }),
        (version_2(v4, to_v4, tls(false)), client(v4)),
        (version_2(v4, to_v4, vec![Tlv::Noop(3000)]), client(v4)),
        // LOCAL, with and without addresses.
        (raw_version_2(0x20, 0x00, b""), unknown()),
        (raw_version_2(0x20, 0x11, &[7; 12]), unknown()),
        // PROXY of an unspecified family, and of a Unix socket.
        (raw_version_2(0x21, 0x00, b""), unknown()),
        (raw_version_2(0x21, 0x31, &[0; 216]), unknown()),
    ] {
        let (peer, rest) = read_from(proxy(), &[&header, REQUEST].concat()).await;
        assert_eq!((peer.unwrap(), rest.as_slice()), (expected, REQUEST), "{}", header.escape_ascii());
        // Byte by byte, as slow networks deliver it.
        let (mut sender, mut receiver) = duplex(1);
        let protocol = ProxyProtocol::new("10.0.0.1".parse().unwrap());
        let (sent, peer) = tokio::join!(sender.write_all(&header), protocol.read_header(&mut receiver, proxy()));
        sent.unwrap();
        assert_eq!(peer.unwrap(), expected);
        // And cut off at each byte.
        for end in 0..header.len() {
            assert!(read_from(proxy(), &header[..end]).await.0.is_err(), "{}", header[..end].escape_ascii());
        }
    }
}

#[tokio::test]
async fn other_headers_are_rejected() {
    let too_long = raw_version_2(0x21, 0x11, &[0; BINARY_BYTES_MAX]);
    let broken_field = [&[7; 12][..], &[0x02, 0xff, 0xff, b'x']].concat();
    let cases: [&[u8]; 19] = [
        b"",
        b"GET / HTTP/1.1\r\nHost: chat.example.com\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00\x00\x00\x00\x00",
        b"proxy TCP4 203.0.113.7 10.0.0.2 5511 8065\r\n",
        b"PROXY  TCP4 203.0.113.7 10.0.0.2 5511 8065\r\n",
        b"PROXY TCP5 203.0.113.7 10.0.0.2 5511 8065\r\n",
        b"PROXY TCP4 203.0.113.7 10.0.0.2 5511\r\n",
        b"PROXY TCP4 203.0.113.7 10.0.0.2 5511 65536\r\n",
        b"PROXY TCP4 2001:db8::7 10.0.0.2 5511 8065\r\n",
        b"PROXY TCP4 203.0.113.7 10.0.0.2 5511 8065\n",
        b"PROXY TCP4 203.0.113.7\r10.0.0.2 5511 8065\r\n",
        &[b"PROXY UNKNOWN ".as_slice(), &[b'x'; 200], b"\r\n"].concat(),
        // Version 3, an unknown command, an unknown family, UDP, too few bytes of addresses.
        &raw_version_2(0x31, 0x11, &[7; 12]),
        &raw_version_2(0x2f, 0x11, &[7; 12]),
        &raw_version_2(0x21, 0x12, &[7; 12]),
        &raw_version_2(0x21, 0x11, &[7; 11]),
        &raw_version_2(0x21, 0x11, &broken_field),
        &too_long,
    ];
    for bytes in cases {
        assert!(read_from(proxy(), bytes).await.0.is_err(), "{}", bytes.escape_ascii());
    }
}

#[tokio::test]
async fn only_trusted_proxies_send_headers() {
    let header = b"PROXY TCP4 203.0.113.7 10.0.0.2 5511 8065\r\n";
    for other in [client("10.0.0.9:4000"), client("[2001:db8::9]:4000"), Peer::LOCAL] {
        let (peer, rest) = read_from(other, header).await;
        assert_eq!((peer.unwrap(), rest.as_slice()), (other, header.as_slice()), "nothing is read");
    }
    // Its own address as a socket for IPv6 has it.
    let (peer, _) = read_from(client("[::ffff:10.0.0.1]:4000"), header).await;
    assert_eq!(peer.unwrap(), client("203.0.113.7:5511"));
}

/// Random bytes behind the beginnings of headers.
fn header_like() -> impl Strategy<Value = Vec<u8>> {
    let beginning = prop_oneof![
        Just(Vec::new()),
        Just(SIGNATURE.to_vec()),
        Just(b"PROXY ".to_vec()),
        Just(b"PROXY TCP4 ".to_vec()),
        Just(b"PROXY TCP6 ::1 ".to_vec()),
        (0x1fu8..0x23, any::<u8>(), 0u8..2, any::<u8>()).prop_map(|(command, family, high, low)| [
            SIGNATURE.as_slice(),
            &[command, family, high, low]
        ]
        .concat()),
    ];
    let rest = prop_oneof![proptest::collection::vec(any::<u8>(), 0..600), "[0-9a-f:. \r\n]{0,120}".prop_map(String::into_bytes)];
    (beginning, rest).prop_map(|(beginning, rest)| [beginning, rest].concat())
}

proptest! {
    /// Never a panic, and never more than the header is taken.
    #[test]
    fn random_bytes_are_a_header_or_an_error(bytes in header_like()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (peer, rest) = runtime.block_on(read_from(proxy(), &bytes));
        let taken = bytes.len() - rest.len();
        prop_assert!(taken <= BINARY_BYTES_MAX);
        if peer.is_ok() {
            let again = runtime.block_on(read_from(proxy(), &bytes[..taken]));
            prop_assert_eq!(again.0.unwrap(), peer.unwrap());
        }
    }
}
