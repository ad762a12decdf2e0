//! Opens a connection to a syslog server: TCP, and TLS over it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use guildhall_model::audit::{SyslogError, SyslogServer};
use guildhall_tls::{client_config, trusted_roots};
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::failure;

/// A file of certificates is not larger.
const AUTHORITIES_BYTES_MAX: u64 = 1024 * 1024;

pub(super) async fn connect(server: &SyslogServer) -> Result<TcpStream, SyslogError> {
    let timeout = Duration::from_millis(server.timeout_ms);
    let connected = tokio::time::timeout(timeout, TcpStream::connect((server.host.as_str(), server.port))).await;
    let stream = connected.map_err(|_elapsed| failure(server, "did not answer in time"))?;
    stream.map_err(|error| failure(server, &format!("could not be reached: {error}")))
}

pub(super) async fn encrypt(
    server: &SyslogServer,
    authorities: Option<&Path>,
    stream: TcpStream,
) -> Result<TlsStream<TcpStream>, SyslogError> {
    let roots = match authorities {
        Some(file) => Arc::new(read_authorities(file).await?),
        None => trusted_roots(),
    };
    let config = client_config(roots).map_err(|error| failure(server, &format!("cannot be reached over TLS: {error}")))?;
    let name = ServerName::try_from(server.host.clone());
    let name = name.map_err(|_| failure(server, "has no name that a certificate can be for"))?;
    let encrypted =
        tokio::time::timeout(Duration::from_millis(server.timeout_ms), TlsConnector::from(Arc::new(config)).connect(name, stream));
    let encrypted = encrypted.await.map_err(|_elapsed| failure(server, "did not encrypt the connection in time"))?;
    encrypted.map_err(|error| failure(server, &format!("did not encrypt the connection: {error}")))
}

/// Read at each connection: a changed file is in effect at once.
async fn read_authorities(file: &Path) -> Result<RootCertStore, SyslogError> {
    let unusable = |what: &str| SyslogError(format!("The file {} with the authorities {what}.", file.display()));
    let size_bytes = tokio::fs::metadata(file).await.map_err(|error| unusable(&format!("cannot be read: {error}")))?.len();
    if size_bytes > AUTHORITIES_BYTES_MAX {
        return Err(unusable("is too large"));
    }
    let pem = tokio::fs::read(file).await.map_err(|error| unusable(&format!("cannot be read: {error}")))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let added = certificate.ok().and_then(|certificate| roots.add(certificate).ok());
        added.ok_or_else(|| unusable("has a certificate that cannot be read"))?;
    }
    if roots.is_empty() { Err(unusable("has no certificate")) } else { Ok(roots) }
}
