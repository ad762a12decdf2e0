//! TLS of outgoing connections: the trusted certificate authorities, and the client configuration over them. Every
//! adapter that connects to another server uses it.

use std::sync::{Arc, LazyLock};

use rustls::crypto::ring::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

static SYSTEM_AUTHORITIES: LazyLock<Vec<CertificateDer<'static>>> = LazyLock::new(load_system_authorities);
static TRUSTED_ROOTS: LazyLock<Arc<RootCertStore>> = LazyLock::new(|| Arc::new(build_roots(&SYSTEM_AUTHORITIES)));

/// The certificate authorities of the operating system, or Mozilla's where the system has none. Loaded once.
pub fn trusted_roots() -> Arc<RootCertStore> {
    Arc::clone(&TRUSTED_ROOTS)
}

/// The operating system's certificates of authorities, for a driver that builds its client from certificates. Empty where
/// the system has none: use Mozilla's then, as [`trusted_roots`] does.
pub fn system_authorities() -> &'static [CertificateDer<'static>] {
    &SYSTEM_AUTHORITIES
}

/// A client that verifies servers against these authorities and presents no certificate of its own.
///
/// # Errors
/// None with the cryptography that is compiled in.
pub fn client_config(roots: impl Into<Arc<RootCertStore>>) -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider())).with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

fn load_system_authorities() -> Vec<CertificateDer<'static>> {
    let system = rustls_native_certs::load_native_certs();
    for error in &system.errors {
        tracing::warn!(%error, "certificate authorities of the system could not be read");
    }
    let is_usable = |certificate: &CertificateDer<'_>| RootCertStore::empty().add(certificate.clone().into_owned()).is_ok();
    system.certs.into_iter().filter(is_usable).collect()
}

fn build_roots(authorities: &[CertificateDer<'static>]) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(authorities.iter().cloned());
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_trusted_roots_and_a_client_over_them() {
        assert!(!trusted_roots().is_empty());
        assert!(client_config(trusted_roots()).is_ok());
    }

    #[test]
    fn a_system_without_authorities_trusts_those_of_mozilla() {
        assert_eq!(build_roots(&[]).len(), webpki_roots::TLS_SERVER_ROOTS.len());
    }
}
