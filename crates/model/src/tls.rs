//! The state of HTTPS: the certificate that is served, the ports, and what went wrong last.

use crate::settings::{AcmeChallenge, TlsMode};
use crate::time::Millis;

/// What administrators, the doctor and the metrics read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TlsStatus {
    pub mode: TlsMode,
    /// The names of the settings.
    pub names: Vec<String>,
    /// The address that the authority may write to; empty for none.
    pub contact: String,
    /// In the order in which attempts use them.
    pub challenges: Vec<AcmeChallenge>,
    /// Requests over HTTP for a name of the certificate are sent on to HTTPS, once browsers trust it.
    pub redirects: bool,
    /// The certificate that is served for these names. `None` where HTTPS is off.
    pub certificate: Option<CertificateFacts>,
    pub http: ListenerStatus,
    pub https: ListenerStatus,
    /// Why there is no new certificate. `None` after a success.
    pub last_error: Option<TlsError>,
    /// Attempts that failed since the last success.
    pub failed_attempts: u32,
    /// When a certificate was last asked for; zero if not since the start.
    pub last_attempt_at: Millis,
    /// When the certificate is renewed, or the failed attempt repeated; zero for never.
    pub next_attempt_at: Millis,
    /// An attempt is being made.
    pub is_renewing: bool,
}

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    /// DNS names and addresses.
    pub names: Vec<String>,
    pub issuer: String,
    pub not_before: Millis,
    pub not_after: Millis,
    /// Of SHA-256, as `AB:CD:...`.
    pub fingerprint: String,
    pub is_self_signed: bool,
}

impl CertificateFacts {
    /// Whether the certificate is for this name or address, in lower case and without a port.
    pub fn covers(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.');
        self.names.iter().any(|name| match name.strip_prefix("*.") {
            Some(domain) => host.split_once('.').is_some_and(|(label, rest)| !label.is_empty() && rest.eq_ignore_ascii_case(domain)),
            None => name.eq_ignore_ascii_case(host),
        })
    }

    /// Whether browsers accept it, as far as it says so itself.
    pub fn is_trusted_at(&self, now: Millis) -> bool {
        !self.is_self_signed && self.not_before <= now && now < self.not_after
    }
}

/// One of the two ports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListenerStatus {
    /// As it was bound or, if that failed, as it is set; empty for none.
    pub address: String,
    pub is_open: bool,
    /// Why it is not open, as a sentence; empty if it is, or is not to be.
    pub error: String,
}

/// A failure, with its probable cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsError {
    /// A sentence that names the probable cause, and what to do.
    pub message: String,
    pub cause: TlsErrorCause,
    pub at: Millis,
}

/// Where to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsErrorCause {
    /// The settings, or what they name: a file, a program.
    Settings,
    /// The name has no address, or not one that the authority can use.
    Dns,
    /// The authority cannot connect to this server.
    Connection,
    /// The name leads to another server.
    WrongServer,
    /// The authority cannot be reached, or has a failure of its own.
    Authority,
    /// The authority rejects the request.
    Rejected,
    RateLimited,
}

impl TlsErrorCause {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Dns => "dns",
            Self::Connection => "connection",
            Self::WrongServer => "wrong_server",
            Self::Authority => "authority",
            Self::Rejected => "rejected",
            Self::RateLimited => "rate_limited",
        }
    }

    pub const ALL: [Self; 7] =
        [Self::Settings, Self::Dns, Self::Connection, Self::WrongServer, Self::Authority, Self::Rejected, Self::RateLimited];

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == name)
    }
}

/// The part of the server that ends TLS, as the API sees it.
pub trait TlsServer: Send + Sync {
    fn status(&self) -> TlsStatus;

    /// Whether the certificate for this host (without a port) is one that browsers trust.
    fn is_trusted_for(&self, host: &str) -> bool;

    /// Makes the next attempt now. `false` if no certificate comes from an authority.
    fn renew_now(&self) -> bool;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(names: &[&str]) -> CertificateFacts {
        CertificateFacts {
            names: names.iter().map(ToString::to_string).collect(),
            issuer: "An authority".to_owned(),
            not_before: Millis(1_000),
            not_after: Millis(2_000),
            fingerprint: String::new(),
            is_self_signed: false,
        }
    }

    #[test]
    fn a_wildcard_covers_one_label() {
        let certificate = certificate(&["chat.example.com", "*.studio.example", "192.168.1.5"]);
        for host in ["chat.example.com", "CHAT.example.com.", "a.studio.example", "192.168.1.5"] {
            assert!(certificate.covers(host), "{host}");
        }
        for host in ["example.com", "x.chat.example.com", "studio.example", "a.b.studio.example", ".studio.example", "192.168.1.50", ""] {
            assert!(!certificate.covers(host), "{host}");
        }
    }

    #[test]
    fn a_certificate_is_trusted_while_it_is_valid() {
        let trusted = certificate(&["a"]);
        let at = |now| trusted.is_trusted_at(Millis(now));
        assert_eq!([at(999), at(1_000), at(1_999), at(2_000)], [false, true, true, false]);
        assert!(!CertificateFacts { is_self_signed: true, ..trusted }.is_trusted_at(Millis(1_500)));
    }
}
