//! Which certificate a connection gets. Certificates are replaced while connections go on: a handshake takes the one of its
//! moment.

use std::collections::HashMap;
use std::sync::Arc;

use guildhall_model::Millis;
use parking_lot::RwLock;
use rustls::crypto::ring::{Ticketer, default_provider};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{Error, ServerConfig};

use super::pair::Pair;

/// The protocol of the challenge `tls-alpn-01` (RFC 8737, section 4).
pub const ACME_PROTOCOL: &[u8] = b"acme-tls/1";

#[derive(Debug, Default)]
pub struct CertificateResolver(RwLock<Served>);

#[derive(Debug, Default)]
struct Served {
    main: Option<Arc<Pair>>,
    /// For hosts that the main one is not for. Without one, they get the main one, too.
    other: Option<Arc<Pair>>,
    /// By name.
    challenges: HashMap<String, Arc<CertifiedKey>>,
}

impl CertificateResolver {
    pub fn main(&self) -> Option<Arc<Pair>> {
        self.0.read().main.clone()
    }

    /// The certificate that people see: the main one, and until there is one the other.
    pub fn shown(&self) -> Option<Arc<Pair>> {
        let served = self.0.read();
        served.main.as_ref().or(served.other.as_ref()).cloned()
    }

    pub fn set(&self, main: Option<Arc<Pair>>, other: Option<Arc<Pair>>) {
        let mut served = self.0.write();
        (served.main, served.other) = (main, other);
    }

    pub fn set_main(&self, main: Arc<Pair>) {
        self.0.write().main = Some(main);
    }

    pub fn set_challenge(&self, name: &str, key: Arc<CertifiedKey>) {
        self.0.write().challenges.insert(name.to_owned(), key);
    }

    pub fn remove_challenge(&self, name: &str) {
        self.0.write().challenges.remove(name);
    }

    pub fn clear_challenges(&self) {
        self.0.write().challenges.clear();
    }

    /// Whether browsers trust the certificate that this host gets.
    pub fn is_trusted_for(&self, host: &str, now: Millis) -> bool {
        self.main().is_some_and(|pair| pair.facts.is_trusted_at(now) && pair.facts.covers(host))
    }

    fn choose(&self, name: Option<&str>, is_challenge: bool) -> Option<Arc<CertifiedKey>> {
        let served = self.0.read();
        if is_challenge {
            return served.challenges.get(name?).cloned();
        }
        let main = served.main.as_ref();
        let for_name = main.filter(|pair| name.is_some_and(|name| pair.facts.covers(name)));
        for_name.or(served.other.as_ref()).or(main).map(|pair| Arc::clone(&pair.key))
    }
}

impl ResolvesServerCert for CertificateResolver {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let is_challenge = hello.alpn().is_some_and(|mut protocols| protocols.any(|protocol| protocol == ACME_PROTOCOL));
        self.choose(hello.server_name(), is_challenge)
    }
}

/// TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1. Sessions are resumed by tickets, which take no memory here.
///
/// # Errors
/// If the system gives no random numbers.
pub fn server_config(resolver: Arc<CertificateResolver>) -> Result<ServerConfig, Error> {
    let builder = ServerConfig::builder_with_provider(Arc::new(default_provider())).with_safe_default_protocol_versions()?;
    let mut config = builder.with_no_client_auth().with_cert_resolver(resolver);
    config.alpn_protocols = [&b"h2"[..], b"http/1.1", ACME_PROTOCOL].map(<[u8]>::to_vec).to_vec();
    config.ticketer = Ticketer::new()?;
    Ok(config)
}

#[cfg(test)]
mod tests {
    use guildhall_adapters::certificates::make_self_signed;

    use super::*;

    fn pair(name: &str) -> Arc<Pair> {
        let pem = make_self_signed(&[name.to_owned()], Millis(0), Millis(1_000)).unwrap();
        Arc::new(Pair::parse(pem.as_bytes(), pem.as_bytes()).unwrap())
    }

    #[test]
    fn a_name_gets_its_certificate_and_every_other_host_one_for_the_local_network() {
        let resolver = CertificateResolver::default();
        let gets = |name: Option<&str>, pair: &Arc<Pair>| resolver.choose(name, false).is_some_and(|key| Arc::ptr_eq(&key, &pair.key));
        let (main, local) = (pair("chat.example"), pair("studio.local"));
        assert!(resolver.choose(Some("chat.example"), false).is_none());
        resolver.set(None, Some(Arc::clone(&local)));
        assert!(gets(Some("chat.example"), &local) && gets(None, &local));
        resolver.set_main(Arc::clone(&main));
        assert!(gets(Some("chat.example"), &main) && gets(Some("studio.local"), &local) && gets(None, &local));
        resolver.set(Some(Arc::clone(&main)), None);
        assert!(gets(Some("studio.local"), &main) && gets(None, &main));
        assert!(!resolver.is_trusted_for("chat.example", Millis(500)), "it is signed by itself");
    }

    #[test]
    fn a_challenge_gets_its_own_certificate_or_none() {
        let resolver = CertificateResolver::default();
        let (main, answer) = (pair("chat.example"), pair("chat.example"));
        resolver.set_main(main);
        assert!(resolver.choose(Some("chat.example"), true).is_none());
        resolver.set_challenge("chat.example", Arc::clone(&answer.key));
        assert!(resolver.choose(Some("chat.example"), true).is_some_and(|key| Arc::ptr_eq(&key, &answer.key)));
        resolver.remove_challenge("chat.example");
        assert!(resolver.choose(Some("chat.example"), true).is_none() && resolver.choose(None, true).is_none());
    }
}
