//! The state of HTTPS, for administrators. Mattermost has no such operation.

use std::borrow::Cow;

use guildhall_model::Millis;
use guildhall_model::settings::{AcmeChallenge, TlsMode};
use guildhall_model::tls::{self, TlsErrorCause};
use serde::{Deserialize, Serialize};

/// `GET /system/tls`. Times are milliseconds since 1970; 0 for never.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsStatus {
    /// `off`, `acme`, `files` or `self_signed`.
    pub mode: Cow<'static, str>,
    pub names: Vec<String>,
    pub contact: String,
    pub challenges: Vec<Cow<'static, str>>,
    pub redirects: bool,
    /// `null` while HTTPS is off.
    pub certificate: Option<Certificate>,
    pub http: Listener,
    pub https: Listener,
    /// `null` after a success.
    pub last_error: Option<TlsError>,
    pub failed_attempts: u32,
    pub last_attempt_at: i64,
    pub next_attempt_at: i64,
    pub is_renewing: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    pub names: Vec<String>,
    pub issuer: String,
    pub not_before: i64,
    pub not_after: i64,
    /// Of SHA-256, as `AB:CD:...`.
    pub fingerprint: String,
    pub is_self_signed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listener {
    pub address: String,
    pub is_open: bool,
    /// A sentence; empty without an error.
    pub error: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsError {
    /// A sentence for people.
    pub message: String,
    /// `settings`, `dns`, `connection`, `wrong_server`, `authority`, `rejected` or `rate_limited`.
    pub cause: Cow<'static, str>,
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
        let last_error = status.last_error.map(|error| {
            let tls::TlsError { message, cause, at } = error;
            TlsError { message, cause: cause.as_str().into(), at: at.0 }
        });
        Self {
            mode: status.mode.as_str().into(),
            names: status.names,
            contact: status.contact,
            challenges: status.challenges.into_iter().map(|challenge| challenge.as_str().into()).collect(),
            redirects: status.redirects,
            certificate,
            http: status.http.into(),
            https: status.https.into(),
            last_error,
            failed_attempts: status.failed_attempts,
            last_attempt_at: status.last_attempt_at.0,
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

/// For programs that ask the server.
impl From<TlsStatus> for tls::TlsStatus {
    fn from(status: TlsStatus) -> Self {
        let certificate = status.certificate.map(|certificate| tls::CertificateFacts {
            names: certificate.names,
            issuer: certificate.issuer,
            not_before: Millis(certificate.not_before),
            not_after: Millis(certificate.not_after),
            fingerprint: certificate.fingerprint,
            is_self_signed: certificate.is_self_signed,
        });
        let last_error = status.last_error.map(|error| tls::TlsError {
            message: error.message,
            cause: TlsErrorCause::from_name(&error.cause).unwrap_or(TlsErrorCause::Authority),
            at: Millis(error.at),
        });
        Self {
            mode: TlsMode::from_name(&status.mode).unwrap_or_default(),
            names: status.names,
            contact: status.contact,
            challenges: status.challenges.iter().filter_map(|name| AcmeChallenge::from_name(name)).collect(),
            redirects: status.redirects,
            certificate,
            http: status.http.into(),
            https: status.https.into(),
            last_error,
            failed_attempts: status.failed_attempts,
            last_attempt_at: Millis(status.last_attempt_at),
            next_attempt_at: Millis(status.next_attempt_at),
            is_renewing: status.is_renewing,
        }
    }
}

impl From<Listener> for tls::ListenerStatus {
    fn from(listener: Listener) -> Self {
        Self { address: listener.address, is_open: listener.is_open, error: listener.error }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_reads_what_the_server_says() {
        let status = tls::TlsStatus {
            mode: TlsMode::SelfSigned,
            names: vec!["chat.example.com".into()],
            contact: "a@example.com".into(),
            challenges: vec![AcmeChallenge::TlsAlpn01, AcmeChallenge::Dns01],
            redirects: true,
            certificate: Some(tls::CertificateFacts {
                names: vec!["*.example.com".into()],
                issuer: "CN=An authority".into(),
                not_before: Millis(1),
                not_after: Millis(2),
                fingerprint: "AB".into(),
                is_self_signed: false,
            }),
            http: tls::ListenerStatus::default(),
            https: tls::ListenerStatus { address: "[::]:443".into(), is_open: false, error: "It is in use.".into() },
            last_error: Some(tls::TlsError { message: "Closed.".into(), cause: TlsErrorCause::WrongServer, at: Millis(3) }),
            failed_attempts: 4,
            last_attempt_at: Millis(5),
            next_attempt_at: Millis(6),
            is_renewing: true,
        };
        let json = serde_json::to_string(&TlsStatus::from(status.clone())).unwrap();
        assert_eq!(tls::TlsStatus::from(serde_json::from_str::<TlsStatus>(&json).unwrap()), status);
        for mode in TlsMode::ALL {
            assert_eq!(TlsMode::from_name(mode.as_str()), Some(mode));
        }
        for cause in TlsErrorCause::ALL {
            assert_eq!(TlsErrorCause::from_name(cause.as_str()), Some(cause));
        }
    }
}
