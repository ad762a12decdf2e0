//! The answers to the authority's challenges, while it checks them.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use guildhall_adapters::acme::DnsHook;
use guildhall_adapters::certificates;
use guildhall_model::ports::{ChallengeAnswer, ChallengeResponder, IssueError};
use guildhall_model::settings::AcmeChallenge;
use guildhall_model::tls::TlsErrorCause;
use parking_lot::Mutex;
use rustls::crypto::ring::default_provider;
use rustls::sign::CertifiedKey;

use super::resolver::CertificateResolver;

pub struct Challenges {
    resolver: Arc<CertificateResolver>,
    hook: Option<DnsHook>,
    /// Key authorizations by token, at most one for each name of a certificate.
    files: Mutex<HashMap<String, String>>,
}

impl Challenges {
    pub fn new(resolver: Arc<CertificateResolver>, hook: Option<DnsHook>) -> Self {
        Self { resolver, hook, files: Mutex::default() }
    }

    /// The content of `/.well-known/acme-challenge/{token}` (RFC 8555, section 8.3).
    pub fn file(&self, token: &str) -> Option<String> {
        self.files.lock().get(token).cloned()
    }

    /// Withdraws what an interrupted attempt has left.
    pub fn clear(&self) {
        self.files.lock().clear();
        self.resolver.clear_challenges();
    }

    fn hook(&self) -> Result<&DnsHook, IssueError> {
        let missing = || IssueError::new(TlsErrorCause::Settings, "The challenge dns-01 needs a program; name it in tls.dns_hook.");
        self.hook.as_ref().ok_or_else(missing)
    }
}

#[async_trait]
impl ChallengeResponder for Challenges {
    async fn publish(&self, answer: &ChallengeAnswer) -> Result<(), IssueError> {
        match answer.kind {
            AcmeChallenge::Http01 => {
                self.files.lock().insert(answer.token.clone(), answer.key_authorization.clone());
                Ok(())
            }
            AcmeChallenge::TlsAlpn01 => {
                let unusable =
                    |reason: String| IssueError::new(TlsErrorCause::Settings, format!("The challenge cannot be answered: {reason}."));
                let (certificate, key) = certificates::make_challenge(&answer.name, answer.sha256).map_err(unusable)?;
                let key = default_provider().key_provider.load_private_key(key).map_err(|error| unusable(error.to_string()))?;
                // Not checked like others: the extension of the challenge is critical, and only authorities know it.
                self.resolver.set_challenge(&answer.name, Arc::new(CertifiedKey::new(vec![certificate], key)));
                Ok(())
            }
            AcmeChallenge::Dns01 => self.hook()?.publish(answer).await,
        }
    }

    async fn withdraw(&self, answer: &ChallengeAnswer) {
        match answer.kind {
            AcmeChallenge::Http01 => {
                self.files.lock().remove(&answer.token);
            }
            AcmeChallenge::TlsAlpn01 => self.resolver.remove_challenge(&answer.name),
            AcmeChallenge::Dns01 => {
                if let Some(hook) = &self.hook {
                    hook.withdraw(answer).await;
                }
            }
        }
    }
}
