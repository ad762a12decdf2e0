//! The connector of outgoing HTTP: a name is resolved once, and only the checked addresses are connected to.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_trait::async_trait;
use guildhall_model::codes::outgoing::{FAILED, REFUSED};
use guildhall_model::{AddressList, Error, Result};
use http::Uri;
use http::uri::Scheme;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;
use url::Host;

use super::addresses::is_public;

/// How many addresses of a name are tried.
const ATTEMPTS_MAX: usize = 4;

/// Resolves host names.
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

/// The client's only source of connections, so that no request can bypass the check.
#[derive(Clone)]
pub struct GuardedConnector {
    allowed: Arc<AddressList>,
    resolver: Arc<dyn Resolver>,
}

impl GuardedConnector {
    pub fn new(allowed: AddressList, resolver: Arc<dyn Resolver>) -> Self {
        Self { allowed: Arc::new(allowed), resolver }
    }

    async fn connect(self, uri: Uri) -> Result<TokioIo<TcpStream>> {
        let host = uri.host().and_then(|host| Host::parse(host).ok()).ok_or(REFUSED)?;
        let default_port = if uri.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
        let port = uri.port_u16().unwrap_or(default_port);
        if port == 0 {
            return Err(REFUSED.into());
        }
        let (addresses, name) = match host {
            Host::Ipv4(ip) => (vec![SocketAddr::from((ip, port))], ip.to_string()),
            Host::Ipv6(ip) => (vec![SocketAddr::from((ip, port))], ip.to_string()),
            Host::Domain(name) => {
                let addresses = self.resolver.resolve(&name, port).await.map_err(|error| FAILED.with_source(error))?;
                (addresses, name.trim_end_matches('.').to_owned())
            }
        };
        let is_allowed_by_name = self.allowed.has_host(&name);
        let mut last: Error = REFUSED.into();
        let permitted =
            addresses.into_iter().filter(|address| is_allowed_by_name || is_public(address.ip()) || self.allowed.contains(address.ip()));
        for address in permitted.take(ATTEMPTS_MAX) {
            // The port is the URL's, whatever the resolver returned.
            match TcpStream::connect((address.ip(), port)).await {
                Ok(socket) => {
                    socket.set_nodelay(true).map_err(|error| FAILED.with_source(error))?;
                    return Ok(TokioIo::new(socket));
                }
                Err(error) => last = FAILED.with_source(error),
            }
        }
        Err(last)
    }
}

impl Service<Uri> for GuardedConnector {
    type Response = TokioIo<TcpStream>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        Box::pin(self.clone().connect(uri))
    }
}
