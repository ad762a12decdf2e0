//! The PROXY protocol, versions 1 and 2 (`proxy-protocol.txt` of HAProxy): the header with which a proxy that forwards plain
//! connections names their client. It comes before everything else, TLS too.

use std::io;
use std::net::SocketAddr;

use guildhall_api::Peer;
use guildhall_model::AddressList;
use proxy_header::{ParseConfig, Protocol, ProxyHeader, Tlv};
use tokio::io::{AsyncRead, AsyncReadExt};

/// The longest header of version 1, with its line end.
const TEXT_BYTES_MAX: usize = 107;
/// The longest header of version 2. Those of proxies have some hundred bytes; the format allows 64 KiB.
const BINARY_BYTES_MAX: usize = 4 * 1024;
/// The first bytes of a header of version 2.
const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";
/// The signature, version and command, family and protocol, and the length of the rest.
const BINARY_START_BYTES: usize = 16;
const TEXT_START: &[u8] = b"PROXY ";

/// Which connections begin with a header.
#[derive(Debug, Clone)]
pub struct ProxyProtocol {
    /// Their connections have to begin with a header. Those of others never do: whoever is not trusted could name any client.
    trusted_proxies: AddressList,
}

impl ProxyProtocol {
    pub const fn new(trusted_proxies: AddressList) -> Self {
        Self { trusted_proxies }
    }

    /// The peer that the header of a trusted proxy names; of a connection from elsewhere nothing is read. Exactly the header
    /// is taken from the stream. The caller limits the time.
    pub async fn read_header(&self, stream: &mut (impl AsyncRead + Unpin), proxy: Peer) -> io::Result<Peer> {
        match proxy.address {
            Some(address) if self.trusted_proxies.contains(address.ip()) => client_of(&read(stream).await?, address),
            _ => Ok(proxy),
        }
    }
}

/// The bytes of the header.
async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    // The shortest header of version 1 has more bytes than this: nothing behind a header is read.
    let mut header = vec![0; SIGNATURE.len()];
    stream.read_exact(&mut header).await?;
    if header.starts_with(TEXT_START) {
        while !header.ends_with(b"\n") {
            if header.len() == TEXT_BYTES_MAX {
                return Err(invalid("its first line is too long"));
            }
            // One at a time, because what follows belongs to HTTP or TLS.
            header.push(stream.read_u8().await?);
        }
    } else if header == SIGNATURE {
        header.resize(BINARY_START_BYTES, 0);
        stream.read_exact(&mut header[SIGNATURE.len()..]).await?;
        let rest = usize::from(u16::from_be_bytes([header[14], header[15]]));
        if BINARY_START_BYTES + rest > BINARY_BYTES_MAX {
            return Err(invalid("it is too long"));
        }
        header.resize(BINARY_START_BYTES + rest, 0);
        stream.read_exact(&mut header[BINARY_START_BYTES..]).await?;
    } else {
        return Err(invalid("there is none"));
    }
    Ok(header)
}

fn client_of(header: &[u8], proxy: SocketAddr) -> io::Result<Peer> {
    let (parsed, length) = ProxyHeader::parse(header, ParseConfig::default()).map_err(|_| invalid("it is not valid"))?;
    if length != header.len() {
        return Err(invalid("it is followed by something else"));
    }
    let mut is_encrypted = false;
    for field in parsed.tlvs() {
        if let Tlv::Ssl(tls) = field.map_err(|_| invalid("a field of it is not valid"))? {
            is_encrypted = tls.client_ssl();
        }
    }
    match parsed.proxied_address() {
        Some(client) if client.protocol == Protocol::Stream => Ok(Peer { is_encrypted, ..Peer::tcp(client.source) }),
        Some(_) => Err(invalid("it is not for TCP")),
        // A check by the proxy itself (`LOCAL`), or a client whose address it does not know (`UNKNOWN`, a Unix socket).
        None => Ok(Peer { is_encrypted, ..Peer::unknown_behind(proxy) }),
    }
}

fn invalid(reason: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
