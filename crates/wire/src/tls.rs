//! The state of HTTPS, for administrators. Mattermost has no such operation.

use guildhall_model::settings::AcmeChallenge;
use guildhall_model::tls;
use serde::Serialize;

/// `GET /system/tls`. Times are milliseconds since 1970; 0 for never.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TlsStatus {
    /// `off`, `acme`, `files` or `self_signed`.
    pub mode: &'static str,
    pub names: Vec<String>,
    pub contact: String,
    pub challenges: Vec<&'static str>,
    pub redirects: bool,
    /// `null` while HTTPS is off.
    pub certificate: Option<Certificate>,
    pub http: Listener,
    pub https: Listener,
    /// `null` after a success.
    pub last_error: Option<TlsError>,
    pub failed_attempts: u32,
    pub next_attempt_at: i64,
    pub is_renewing: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Certificate {
    pub names: Vec<String>,
    pub issuer: String,
    pub not_before: i64,
    pub not_after: i64,
    /// Of SHA-256, as `AB:CD:...`.
    pub fingerprint: String,
    pub is_self_signed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listener {
    pub address: String,
    pub is_open: bool,
    /// A sentence; empty without an error.
    pub error: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TlsError {
    /// A sentence for people.
    pub message: String,
    /// `settings`, `dns`, `connection`, `wrong_server`, `authority`, `rejected` or `rate_limited`.
    pub cause: &'static str,
    pub at: i64,
}

impl From<tls::TlsStatus> for TlsStatus {
    fn from(status: tls::TlsStatus) -> Self {
        let certificate = status.certificate.map(|facts| Certificate {
            names: facts.names,
            issuer: facts.issuer,
            not_before: facts.not_before.0,
            not_after: facts.not_after.0,
            fingerprint: facts.fingerprint,
            is_self_signed: facts.is_self_signed,
        });
        let last_error = status.last_error.map(|error| TlsError { message: error.message, cause: error.cause.as_str(), at: error.at.0 });
        Self {
            mode: status.mode.as_str(),
            names: status.names,
            contact: status.contact,
            challenges: status.challenges.into_iter().map(AcmeChallenge::as_str).collect(),
            redirects: status.redirects,
            certificate,
            http: status.http.into(),
            https: status.https.into(),
            last_error,
            failed_attempts: status.failed_attempts,
            next_attempt_at: status.next_attempt_at.0,
            is_renewing: status.is_renewing,
        }
    }
}

impl From<tls::ListenerStatus> for Listener {
    fn from(status: tls::ListenerStatus) -> Self {
        Self { address: status.address, is_open: status.is_open, error: status.error }
    }
}
