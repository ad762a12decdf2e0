//! HTTPS: the certificate, where it comes from, the ports 80 and 443, and what is sent on from one to the other. [`Tls`] is
//! shared; the [`manager`] changes it.

mod challenges;
mod files;
mod front;
mod local_names;
mod manager;
mod pair;
mod ports;
mod resolver;
mod schedule;
mod self_signed;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use guildhall_adapters::acme::{AcmeAuthority, DnsHook};
use guildhall_model::ports::CertificateAuthority;
use guildhall_model::settings::{self, Settings, TlsMode};
use guildhall_model::tls::{ListenerStatus, TlsServer, TlsStatus};
use guildhall_model::{Clock, Millis};
use http::uri::Authority;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use tokio::sync::{Notify, watch};

use challenges::Challenges;
pub use front::with_front;
pub use manager::TlsManager;
pub use ports::{BoundPorts, PortContext, open_at_start};
use resolver::CertificateResolver;
pub use resolver::{ACME_PROTOCOL, server_config};

/// In the data folder.
const FOLDER: &str = "certificates";
const HTTPS_PORT: u16 = 443;

/// The settings that concern HTTPS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsSettings {
    tls: settings::Tls,
    /// Host and port of the site's address, if that is https.
    site_host: String,
}

impl TlsSettings {
    fn of(settings: &Settings) -> Self {
        let site_host = if settings.site.is_https() { settings.site.host() } else { "" };
        Self { tls: settings.tls.clone(), site_host: site_host.to_owned() }
    }
}

/// The state of HTTPS. Without a manager, as in a command, only the settings are in it.
pub struct Tls {
    clock: Arc<dyn Clock>,
    /// Account and certificates.
    folder: PathBuf,
    settings: watch::Sender<TlsSettings>,
    resolver: Arc<CertificateResolver>,
    challenges: Challenges,
    /// A sentence, if the settings of the authority cannot be used.
    authority: Result<Arc<dyn CertificateAuthority>, String>,
    /// The part of a file's name that tells the authorities apart.
    authority_name: String,
    status: Mutex<TlsStatus>,
    attempt_now: Notify,
}

impl Tls {
    pub fn new(settings: &Settings, data_folder: &Path, clock: Arc<dyn Clock>) -> Arc<Self> {
        let (folder, tls) = (data_folder.join(FOLDER), &settings.tls);
        let authority_name = hex(&Sha256::digest(&tls.acme_directory_url)[..6]);
        let authority = AcmeAuthority::new(&tls.acme_directory_url, &tls.acme_root_file, &folder, &authority_name);
        let authority = authority.map(|authority| Arc::new(authority) as Arc<dyn CertificateAuthority>);
        Self::with_authority(settings, folder, clock, authority, authority_name)
    }

    fn with_authority(
        settings: &Settings,
        folder: PathBuf,
        clock: Arc<dyn Clock>,
        authority: Result<Arc<dyn CertificateAuthority>, String>,
        authority_name: String,
    ) -> Arc<Self> {
        let resolver = Arc::new(CertificateResolver::default());
        let challenges = Challenges::new(Arc::clone(&resolver), DnsHook::new(settings.tls.dns_hook.clone()));
        let (sender, _) = watch::channel(TlsSettings::of(settings));
        let tls = Self {
            clock,
            folder,
            settings: sender,
            resolver,
            challenges,
            authority,
            authority_name,
            status: Mutex::default(),
            attempt_now: Notify::new(),
        };
        tls.show_settings();
        Arc::new(tls)
    }

    /// Applies changed settings.
    pub fn configure(&self, settings: &Settings) {
        let new = TlsSettings::of(settings);
        let is_changed = self.settings.send_if_modified(|current| {
            let is_changed = *current != new;
            if is_changed {
                *current = new;
            }
            is_changed
        });
        if is_changed {
            self.show_settings();
        }
    }

    pub fn resolver(&self) -> Arc<CertificateResolver> {
        Arc::clone(&self.resolver)
    }

    fn now(&self) -> Millis {
        self.clock.now()
    }

    /// What follows from the settings alone; what was true for others is forgotten.
    fn show_settings(&self) {
        let settings = self.settings.borrow();
        let mut status = self.status.lock();
        *status = TlsStatus::default();
        (status.mode, status.names) = (settings.tls.mode(), settings.tls.host_names());
        (status.contact, status.challenges) = (settings.tls.acme_contact.clone(), settings.tls.challenges());
        status.redirects = settings.tls.redirect;
        let (http, https) = match status.mode {
            TlsMode::Off => ("", ""),
            _ => (settings.tls.http_listen.as_str(), settings.tls.https_listen.as_str()),
        };
        let closed = |address: &str| ListenerStatus { address: address.to_owned(), ..ListenerStatus::default() };
        (status.http, status.https) = (closed(http), closed(https));
    }

    /// Where a request over HTTP is sent on to; `None` where it is served. `host` may have a port.
    fn https_location(&self, host: &str, path: &str) -> Option<String> {
        let host = host.parse::<Authority>().ok()?;
        let https = self.status.lock().https.clone();
        let settings = self.settings.borrow();
        if !settings.tls.redirect || !https.is_open || !self.is_trusted_for(host.host()) {
            return None;
        }
        let site = settings.site_host.parse::<Authority>().ok().filter(|site| site.host().eq_ignore_ascii_case(host.host()));
        let port = https.address.rsplit(':').next().and_then(|port| port.parse::<u16>().ok()).filter(|port| *port != HTTPS_PORT);
        Some(match (site, port) {
            // The site's address has the port that people use, which a router may change.
            (Some(site), _) => format!("https://{site}{path}"),
            (None, Some(port)) => format!("https://{}:{port}{path}", host.host()),
            (None, None) => format!("https://{}{path}", host.host()),
        })
    }

    /// What the start tells the person at the terminal.
    pub fn start_lines(&self) -> Vec<String> {
        let status = self.status();
        let Some(certificate) = &status.certificate else { return Vec::new() };
        let mut lines = vec![format!("HTTPS is at {}, HTTP at {}.", shown(&status.https), shown(&status.http))];
        if certificate.is_self_signed {
            let why = if status.mode == TlsMode::SelfSigned { "" } else { " until it has one that browsers trust" };
            lines.push(format!("The server uses a certificate of its own{why}; its SHA-256 fingerprint is {}.", certificate.fingerprint));
        }
        lines
    }
}

fn shown(listener: &ListenerStatus) -> &str {
    if listener.is_open { &listener.address } else { "no port" }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl TlsServer for Tls {
    fn status(&self) -> TlsStatus {
        let certificate = self.resolver.shown().map(|pair| pair.facts.clone());
        TlsStatus { certificate, ..self.status.lock().clone() }
    }

    fn is_trusted_for(&self, host: &str) -> bool {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        self.resolver.is_trusted_for(host, self.now())
    }

    fn renew_now(&self) -> bool {
        let is_acme = self.settings.borrow().tls.mode() == TlsMode::Acme;
        // One that is being made is enough: authorities count them.
        if is_acme && !self.status.lock().is_renewing {
            self.attempt_now.notify_one();
        }
        is_acme
    }
}
