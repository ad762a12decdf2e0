//! Opens a connection to a mail server: TCP, encryption, and the log-in.

use std::time::Duration;

use guildhall_model::mail::{MailError, MailSecurity, MailServer};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

use super::failure;

/// In the order of preference.
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

pub(super) async fn open(server: &MailServer, timeout: Duration) -> Result<AsyncSmtpConnection, MailError> {
    let hello = ClientId::Domain(server.client_name.clone());
    let tls = tls_parameters(server).map_err(|error| failure::of_connection(server, &error))?;
    let (at_once, later) = match server.security {
        MailSecurity::None => (None, None),
        MailSecurity::StartTls => (None, Some(tls)),
        MailSecurity::Tls => (Some(tls), None),
    };
    // Also for the greeting, which servers delay on purpose.
    let connecting = AsyncSmtpConnection::connect_tokio1((server.host.as_str(), server.port), Some(timeout), &hello, at_once, None);
    let connected = within(timeout, connecting).await.ok_or_else(|| failure::timed_out(server, "did not answer", timeout))?;
    let mut connection = connected.map_err(|error| failure::of_connection(server, &error))?;
    if let Some(tls) = later {
        let encrypted = within(timeout, connection.starttls(tls, &hello)).await;
        let encrypted = encrypted.ok_or_else(|| failure::timed_out(server, "did not encrypt the connection", timeout))?;
        encrypted.map_err(|error| failure::of_encryption(server, &error))?;
    }
    if let Some(credentials) = &server.credentials {
        let credentials = Credentials::new(credentials.user.clone(), credentials.password.expose().to_owned());
        let logged_in = within(timeout, connection.auth(&MECHANISMS, &credentials)).await;
        let logged_in = logged_in.ok_or_else(|| failure::timed_out(server, "did not answer to the log-in", timeout))?;
        logged_in.map_err(|error| failure::of_log_in(server, &error))?;
    }
    Ok(connection)
}

async fn within<T>(timeout: Duration, work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(timeout, work).await.ok()
}

/// Trusts the authorities that all outgoing connections trust (`crates/tls`).
fn tls_parameters(server: &MailServer) -> Result<TlsParameters, Error> {
    let authorities = guildhall_tls::system_authorities();
    let store = if authorities.is_empty() { CertificateStore::WebpkiRoots } else { CertificateStore::None };
    let mut builder = TlsParameters::builder(server.host.clone()).certificate_store(store);
    for authority in authorities {
        builder = builder.add_root_certificate(Certificate::from_der(authority.to_vec())?);
    }
    builder
        .dangerous_accept_invalid_certs(!server.verifies_certificate)
        .dangerous_accept_invalid_hostnames(!server.verifies_certificate)
        .build_rustls()
}
