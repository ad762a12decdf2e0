//! Looks at a server's certificate: what a browser would say of it, without ending the connection.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use guildhall_model::Millis;
use guildhall_model::ports::{CertificateProblem, ServedCertificate};
use parking_lot::Mutex;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

/// The certificate that the handshake showed.
#[derive(Debug, Default, Clone)]
pub(super) struct Seen(Arc<Mutex<Option<ServedCertificate>>>);

impl Seen {
    pub fn take(&self) -> Option<ServedCertificate> {
        self.0.lock().take()
    }
}

/// A client that accepts every certificate and notes what is wrong with it. It must not send anything secret.
pub(super) fn observing_config() -> io::Result<(Arc<ClientConfig>, Seen)> {
    let seen = Seen::default();
    let provider = Arc::new(default_provider());
    let inner = WebPkiServerVerifier::builder_with_provider(guildhall_tls::trusted_roots(), provider);
    let observer = Observer { inner: inner.build().map_err(io::Error::other)?, seen: seen.clone() };
    let mut config = guildhall_tls::client_config(guildhall_tls::trusted_roots()).map_err(io::Error::other)?;
    config.dangerous().set_certificate_verifier(Arc::new(observer));
    Ok((Arc::new(config), seen))
}

#[derive(Debug)]
struct Observer {
    inner: Arc<WebPkiServerVerifier>,
    seen: Seen,
}

impl ServerCertVerifier for Observer {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let outcome = self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        *self.seen.0.lock() = Some(describe(end_entity, intermediates.len() + 1, outcome.err()));
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

fn describe(certificate: &CertificateDer<'_>, chain_length: usize, error: Option<Error>) -> ServedCertificate {
    let parsed = Certificate::from_der(certificate).ok();
    let validity = parsed.as_ref().map(|parsed| parsed.tbs_certificate.validity);
    let expires_at = validity.and_then(|validity| i64::try_from(validity.not_after.to_unix_duration().as_millis()).ok()).map(Millis);
    let names = parsed.as_ref().and_then(|parsed| parsed.tbs_certificate.get::<SubjectAltName>().ok().flatten());
    ServedCertificate {
        expires_at,
        names: names.map(|(_, names)| names.0.iter().filter_map(name_text).collect()).unwrap_or_default(),
        issuer: parsed.map(|parsed| parsed.tbs_certificate.issuer.to_string()).unwrap_or_default(),
        chain_length,
        problem: error.map(problem),
    }
}

fn name_text(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DnsName(name) => Some(name.as_str().to_owned()),
        GeneralName::IpAddress(bytes) => match *bytes.as_bytes() {
            [a, b, c, d] => Some(IpAddr::from([a, b, c, d]).to_string()),
            ref bytes => <[u8; 16]>::try_from(bytes).ok().map(|bytes| IpAddr::from(bytes).to_string()),
        },
        _ => None,
    }
}

fn problem(error: Error) -> CertificateProblem {
    use CertificateError::{
        Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet, NotValidYetContext, UnknownIssuer,
    };
    match error {
        Error::InvalidCertificate(Expired | ExpiredContext { .. }) => CertificateProblem::Expired,
        Error::InvalidCertificate(NotValidYet | NotValidYetContext { .. }) => CertificateProblem::NotValidYet,
        Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. }) => CertificateProblem::WrongName,
        Error::InvalidCertificate(UnknownIssuer) => CertificateProblem::UnknownIssuer,
        // A self-signed certificate that is an authority's own is presented as that of a server.
        Error::InvalidCertificate(CertificateError::Other(other)) if other.to_string().contains("CaUsedAsEndEntity") => {
            CertificateProblem::UnknownIssuer
        }
        other => CertificateProblem::Other(other.to_string()),
    }
}
