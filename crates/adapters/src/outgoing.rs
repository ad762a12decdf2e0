//! HTTP to other servers: resolved once, checked, and connected to exactly what was checked.

mod addresses;
mod exchange;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use guildhall_model::codes::outgoing::{FAILED, REFUSED};
use guildhall_model::ports::{OutgoingHttp, OutgoingRequest, OutgoingResponse};
use guildhall_model::{Error, Result};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::{Host, Url};

pub use addresses::{AllowedAddresses, BadAddress};

/// So many of a name's addresses are tried before giving up.
const MAX_ATTEMPTS: usize = 4;

/// Finds the addresses of a name.
#[async_trait]
pub trait Resolver: Send + Sync {
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// The operating system's resolver.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((host, port)).await?.collect())
    }
}

pub struct GuardedHttp {
    allowed: AllowedAddresses,
    resolver: Arc<dyn Resolver>,
    tls: TlsConnector,
}

impl GuardedHttp {
    /// Trusts the certificate authorities of the system, or Mozilla's where the system has none.
    pub fn new(allowed: AllowedAddresses, resolver: Arc<dyn Resolver>) -> io::Result<Self> {
        let mut roots = rustls::RootCertStore::empty();
        let system = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(system.certs);
        if roots.is_empty() {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        Self::with_roots(allowed, resolver, roots)
    }

    pub fn with_roots(allowed: AllowedAddresses, resolver: Arc<dyn Resolver>, roots: rustls::RootCertStore) -> io::Result<Self> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { allowed, resolver, tls: TlsConnector::from(Arc::new(config)) })
    }

    async fn send_within(&self, request: OutgoingRequest) -> Result<OutgoingResponse> {
        let target = Target::parse(&request.url)?;
        let socket = self.connect(&target).await?;
        if target.tls {
            let name = ServerName::try_from(target.host_name()).map_err(|error| REFUSED.with_source(error))?;
            let socket = self.tls.connect(name, socket).await.map_err(|error| FAILED.with_source(error))?;
            exchange::run(socket, &target.url, request).await
        } else {
            exchange::run(socket, &target.url, request).await
        }
    }

    /// The addresses that pass the check are the ones connected to: nothing is looked up a second time.
    async fn connect(&self, target: &Target) -> Result<TcpStream> {
        let found = match &target.host {
            Host::Ipv4(ip) => vec![SocketAddr::from((*ip, target.port))],
            Host::Ipv6(ip) => vec![SocketAddr::from((*ip, target.port))],
            Host::Domain(name) => self.resolver.resolve(name, target.port).await.map_err(|error| FAILED.with_source(error))?,
        };
        let trusted = self.allowed.has_host(&target.host_name());
        let mut last: Error = REFUSED.into();
        for address in found.into_iter().filter(|address| trusted || self.allowed.permits(address.ip())).take(MAX_ATTEMPTS) {
            // A resolver has no say in the port.
            match TcpStream::connect((address.ip(), target.port)).await {
                Ok(socket) => return Ok(socket),
                Err(error) => last = FAILED.with_source(error),
            }
        }
        Err(last)
    }
}

#[async_trait]
impl OutgoingHttp for GuardedHttp {
    async fn send(&self, request: OutgoingRequest) -> Result<OutgoingResponse> {
        let time_limit = Duration::from_millis(request.timeout_ms);
        tokio::time::timeout(time_limit, self.send_within(request)).await.map_err(|late| FAILED.with_source(late))?
    }
}

/// A URL that may be asked, taken apart.
struct Target {
    url: Url,
    host: Host<String>,
    port: u16,
    tls: bool,
}

impl Target {
    fn parse(text: &str) -> Result<Self> {
        // The parser is the browsers': 0x7f.1, 2130706433 and 0177.0.0.1 come out as the addresses they are.
        let url = Url::parse(text).map_err(|error| REFUSED.with_source(error))?;
        let tls = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(REFUSED.with_source("neither http nor https")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(REFUSED.with_source("a name or password in the URL"));
        }
        let host = url.host().ok_or(REFUSED)?.to_owned();
        let port = url.port_or_known_default().filter(|port| *port != 0).ok_or(REFUSED)?;
        Ok(Self { url, host, port, tls })
    }

    /// Without the brackets of an IPv6 address.
    fn host_name(&self) -> String {
        match &self.host {
            Host::Domain(name) => name.trim_end_matches('.').to_owned(),
            Host::Ipv4(ip) => ip.to_string(),
            Host::Ipv6(ip) => ip.to_string(),
        }
    }
}

#[cfg(test)]
mod tests;
