//! Certificates from an authority (ACME, RFC 8555).

use async_trait::async_trait;

use crate::settings::AcmeChallenge;
use crate::time::Millis;
use crate::tls::TlsErrorCause;

/// A certificate to be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateOrder {
    pub names: Vec<String>,
    /// The challenge for all names that the authority offers it for.
    pub challenge: AcmeChallenge,
    /// An email address; empty for none.
    pub contact: String,
}

/// What the authority checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChallengeAnswer {
    pub kind: AcmeChallenge,
    /// Without the `*.` of a wildcard.
    pub name: String,
    pub token: String,
    /// The content of the file of `http-01`.
    pub key_authorization: String,
    /// Of the key authorization: the extension of the certificate of `tls-alpn-01`.
    pub sha256: [u8; 32],
    /// The text of the record of `dns-01`.
    pub dns_value: String,
}

/// Why no certificate was issued.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct IssueError {
    pub cause: TlsErrorCause,
    /// A sentence for administrators.
    pub message: String,
}

impl IssueError {
    pub fn new(cause: TlsErrorCause, message: impl Into<String>) -> Self {
        Self { cause, message: message.into() }
    }
}

/// Publishes answers where the authority looks for them.
#[async_trait]
pub trait ChallengeResponder: Send + Sync {
    /// Returns when the authority can see the answer.
    async fn publish(&self, answer: &ChallengeAnswer) -> Result<(), IssueError>;

    async fn withdraw(&self, answer: &ChallengeAnswer);
}

#[async_trait]
pub trait CertificateAuthority: Send + Sync {
    /// A new private key and its certificate with the intermediate ones, as PEM.
    async fn issue(&self, order: &CertificateOrder, responder: &dyn ChallengeResponder) -> Result<String, IssueError>;

    /// When the authority wants this certificate (the PEM that `issue` returned) to be renewed (ARI, RFC 9773). `None` if it has
    /// no opinion or cannot be asked.
    async fn renewal_window(&self, certificate_pem: &str) -> Option<(Millis, Millis)>;
}
