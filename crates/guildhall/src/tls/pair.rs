//! A certificate with its private key, ready to be served.

use std::path::Path;
use std::sync::Arc;

use guildhall_adapters::certificates;
use guildhall_model::tls::CertificateFacts;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

#[derive(Debug)]
pub struct Pair {
    pub key: Arc<CertifiedKey>,
    pub facts: CertificateFacts,
}

impl Pair {
    /// From PEM: the certificate, then the intermediate ones, and the key, which may be the same text.
    ///
    /// # Errors
    /// The end of a sentence about the certificate or the key.
    pub fn parse(chain: &[u8], key: &[u8]) -> Result<Self, String> {
        let chain: Result<Vec<CertificateDer<'static>>, _> = CertificateDer::pem_slice_iter(chain).collect();
        let chain = chain.map_err(|error| format!("the certificate is not valid PEM: {error}"))?;
        let Some(first) = chain.first() else { return Err("there is no certificate in the file".to_owned()) };
        let facts = certificates::describe(first).map_err(|reason| format!("the first one in the file {reason}"))?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| "there is no private key without a password in the file".to_owned())?;
        let key = CertifiedKey::from_der(chain, key, &default_provider()).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => "the key does not belong to the certificate".to_owned(),
            other => format!("the key cannot be used: {other}"),
        })?;
        Ok(Self { key: Arc::new(key), facts })
    }

    /// From one file with both.
    pub fn read(file: &Path) -> Result<Self, String> {
        let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
        Self::parse(&bytes, &bytes)
    }

    /// Whether it is for all of these names. A wildcard is covered by the same wildcard only.
    pub fn has_names(&self, names: &[String]) -> bool {
        names.iter().all(|name| self.facts.names.contains(name) || !name.starts_with('*') && self.facts.covers(name))
    }
}

#[cfg(test)]
mod tests {
    use guildhall_model::Millis;

    use super::*;

    #[test]
    fn the_parts_must_belong_together() {
        let make = || certificates::make_self_signed(&["a.example".to_owned()], Millis(0), Millis(1_000)).unwrap();
        let (one, other) = (make(), make());
        let split = |pem: &str| {
            let at = pem.find("-----BEGIN CERTIFICATE").unwrap();
            (pem[at..].to_owned(), pem[..at].to_owned())
        };
        let (certificate, key) = split(&one);
        let pair = Pair::parse(certificate.as_bytes(), key.as_bytes()).unwrap();
        assert!(pair.has_names(&["a.example".to_owned()]) && !pair.has_names(&["b.example".to_owned()]));
        for (certificate, key, reason) in [
            (certificate.as_str(), split(&other).1.as_str(), "does not belong"),
            (key.as_str(), key.as_str(), "no certificate"),
            (certificate.as_str(), certificate.as_str(), "no private key"),
            (&certificate[..certificate.len() / 2], key.as_str(), "the certificate"),
            (certificate.as_str(), &key[..key.len() / 2], "no private key"),
        ] {
            let error = Pair::parse(certificate.as_bytes(), key.as_bytes()).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }
}
