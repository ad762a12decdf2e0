//! The task that keeps the ports open and the certificate valid, and that starts anew when the settings change.

use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use guildhall_adapters::private_files;
use guildhall_model::Millis;
use guildhall_model::ports::{CertificateOrder, IssueError};
use guildhall_model::settings::{self, TlsMode};
use guildhall_model::tls::{TlsError, TlsErrorCause};
use tokio::sync::watch;

use super::files::PairFiles;
use super::local_names::local_names;
use super::pair::Pair;
use super::ports::{BoundPorts, PortContext, Ports};
use super::schedule::{renew_at, retry_at};
use super::{Tls, self_signed};
use crate::boot::wait_for_stop;

/// How often the clock and the ports are looked at.
const TICK: Duration = Duration::from_secs(30);
/// How often the files of the administrator's own certificate are looked at.
const FILES_TICK: Duration = Duration::from_secs(2);
/// How often the authority is asked when it wants a certificate to be renewed.
const WINDOW_INTERVAL_MS: i64 = 12 * 60 * 60 * 1_000;

pub struct TlsManager {
    tls: Arc<Tls>,
    ports: Ports,
    /// Set when the settings have been applied for the first time.
    is_ready: watch::Sender<bool>,
}

impl TlsManager {
    pub fn new(tls: Arc<Tls>, context: PortContext, bound: BoundPorts) -> Self {
        Self { tls, ports: Ports::new(context, bound), is_ready: watch::Sender::new(false) }
    }

    /// Becomes true when the ports have been opened, and a certificate is there, or an error in the status.
    pub fn readiness(&self) -> watch::Receiver<bool> {
        self.is_ready.subscribe()
    }

    /// Runs until the server stops, and then until the ports are closed.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut changes = self.tls.settings.subscribe();
        loop {
            let settings = changes.borrow_and_update().tls.clone();
            self.begin();
            tokio::select! {
                never = self.follow(&settings) => match never {},
                changed = changes.changed() => if changed.is_err() { break },
                () = wait_for_stop(&mut stop) => break,
            }
        }
        self.ports.close().await;
    }

    /// Forgets what was true for other settings; an attempt may have been interrupted.
    fn begin(&self) {
        self.tls.challenges.clear();
        let mut status = self.tls.status.lock();
        (status.last_error, status.failed_attempts, status.next_attempt_at, status.is_renewing) = (None, 0, Millis::ZERO, false);
    }

    /// Keeps what these settings require. Dropped when they change.
    async fn follow(&mut self, settings: &settings::Tls) -> Infallible {
        match settings.mode() {
            TlsMode::Off => {
                self.tls.resolver.set(None, None);
                self.ready(settings).await;
                std::future::pending().await
            }
            TlsMode::SelfSigned => self.follow_self_signed(settings).await,
            TlsMode::Files => self.follow_files(settings).await,
            TlsMode::Acme => self.follow_authority(settings).await,
        }
    }

    /// Opens the ports, once there is a certificate for them.
    async fn ready(&mut self, settings: &settings::Tls) {
        self.ports.apply(settings, &self.tls).await;
        self.is_ready.send_replace(true);
    }

    async fn follow_self_signed(&mut self, settings: &settings::Tls) -> Infallible {
        let names = own_names(settings);
        loop {
            match self.own_certificate(&names) {
                Ok(pair) => self.tls.resolver.set(None, Some(pair)),
                Err(message) => self.fail(IssueError::new(TlsErrorCause::Settings, message)),
            }
            self.ready(settings).await;
            tokio::time::sleep(TICK).await;
        }
    }

    async fn follow_files(&mut self, settings: &settings::Tls) -> Infallible {
        let mut files = PairFiles::new(settings);
        self.tls.resolver.set(None, self.own_certificate(&own_names(settings)).ok());
        loop {
            match files.read_if_changed() {
                Some(Ok(pair)) => {
                    tracing::info!(names = pair.facts.names.join(","), "the certificate was read from its files");
                    // For every host: only the administrator knows what it is for.
                    self.tls.resolver.set(Some(Arc::new(pair)), None);
                    self.succeed();
                }
                Some(Err(error)) => self.fail(error),
                None => {}
            }
            let is_valid = |pair: &Pair| pair.facts.not_before <= self.tls.now() && self.tls.now() < pair.facts.not_after;
            let has_error = self.tls.status.lock().last_error.is_some();
            if !has_error && self.tls.resolver.main().is_some_and(|pair| !is_valid(pair.as_ref())) {
                self.fail(files.expired());
            }
            self.ready(settings).await;
            tokio::time::sleep(FILES_TICK).await;
        }
    }

    async fn follow_authority(&mut self, settings: &settings::Tls) -> Infallible {
        let names = settings.host_names();
        let file = self.tls.folder.join(format!("acme-{}.pem", self.tls.authority_name));
        let kept = Pair::read(&file).ok().map(Arc::new);
        let own = self.own_certificate(&own_names(settings)).inspect_err(|message| tracing::error!("{message}"));
        self.tls.resolver.set(kept, own.ok());
        self.ready(settings).await;
        if names.is_empty() {
            self.fail(IssueError::new(TlsErrorCause::Settings, "No certificate can be asked for without a name; set tls.domains."));
            return std::future::pending().await;
        }
        let mut retry: Option<Millis> = None;
        let mut window = Window::default();
        loop {
            let current = self.tls.resolver.main().filter(|pair| pair.has_names(&names));
            if current.is_some() {
                window.ask(&self.tls, &file).await;
            }
            let due = retry.unwrap_or_else(|| current.map_or(self.tls.now(), |pair| renew_at(&pair.facts, window.window)));
            self.tls.status.lock().next_attempt_at = due;
            if self.wait_until(due, settings).await {
                let challenges = settings.challenges();
                retry = match self.attempt(&names, &challenges, &settings.acme_contact, &file).await {
                    Ok(()) => {
                        self.succeed();
                        window = Window::default();
                        None
                    }
                    Err(error) => {
                        self.fail(error);
                        Some(self.tls.status.lock().next_attempt_at)
                    }
                };
            }
        }
    }

    /// Whether it is time, or an administrator wants it now. Returns in between for what else is to be looked at.
    async fn wait_until(&mut self, due: Millis, settings: &settings::Tls) -> bool {
        let left = due.0.saturating_sub(self.tls.now().0);
        if left <= 0 {
            return true;
        }
        let wait = TICK.min(Duration::from_millis(u64::try_from(left).unwrap_or_default()));
        tokio::select! {
            () = self.tls.attempt_now.notified() => return true,
            () = tokio::time::sleep(wait) => {}
        }
        self.ports.apply(settings, &self.tls).await;
        false
    }

    /// Gets a certificate, keeps it, and serves it.
    async fn attempt(
        &self,
        names: &[String],
        challenges: &[settings::AcmeChallenge],
        contact: &str,
        file: &Path,
    ) -> Result<(), IssueError> {
        let unusable = |message: String| IssueError::new(TlsErrorCause::Settings, message);
        let authority = self.tls.authority.as_ref().map_err(|message| unusable(message.clone()))?;
        let failed = {
            let mut status = self.tls.status.lock();
            (status.is_renewing, status.last_attempt_at) = (true, self.tls.now());
            status.failed_attempts
        };
        // After a failure the next one: port 80 may be closed, and 443 open.
        let index = usize::try_from(failed).unwrap_or_default() % challenges.len().max(1);
        let challenge = *challenges.get(index).ok_or_else(|| unusable("tls.acme_challenges names no challenge.".to_owned()))?;
        let order = CertificateOrder { names: names.to_vec(), challenge, contact: contact.to_owned() };
        tracing::info!(names = names.join(","), challenge = challenge.as_str(), "a certificate is asked for");
        let pem = authority.issue(&order, &self.tls.challenges).await?;
        let wrong =
            |reason: &str| IssueError::new(TlsErrorCause::Authority, format!("The authority's certificate cannot be used: {reason}."));
        let pair = Pair::parse(pem.as_bytes(), pem.as_bytes()).map_err(|reason| wrong(&reason))?;
        if !pair.has_names(names) {
            return Err(wrong("it is for other names"));
        }
        private_files::write(file, pem.as_bytes())
            .map_err(|error| unusable(format!("The certificate could not be kept in {}: {error}.", file.display())))?;
        tracing::info!(names = names.join(","), not_after_ms = pair.facts.not_after.0, "the certificate was issued");
        self.tls.resolver.set_main(Arc::new(pair));
        Ok(())
    }

    fn own_certificate(&self, names: &[String]) -> Result<Arc<Pair>, String> {
        self_signed::load_or_make(&self.tls.folder, names, self.tls.now())
    }

    fn succeed(&self) {
        let mut status = self.tls.status.lock();
        (status.last_error, status.failed_attempts, status.is_renewing) = (None, 0, false);
    }

    /// Tells of the failure, in the log once for each attempt.
    fn fail(&self, error: IssueError) {
        let at = self.tls.now();
        let mut status = self.tls.status.lock();
        let is_new = status.last_error.as_ref().is_none_or(|last| last.message != error.message);
        status.failed_attempts = status.failed_attempts.saturating_add(1);
        status.is_renewing = false;
        if status.mode == TlsMode::Acme && !status.names.is_empty() {
            status.next_attempt_at = retry_at(at, status.failed_attempts);
            let minutes = (status.next_attempt_at.0 - at.0) / 60_000;
            tracing::warn!(failed_attempts = status.failed_attempts, next_attempt_in_minutes = minutes, "{}", error.message);
        } else if is_new {
            tracing::warn!("{}", error.message);
        }
        status.last_error = Some(TlsError { message: error.message, cause: error.cause, at });
    }
}

/// The names of the settings and of the local network. Looked at when the settings are applied, and not all the time: each
/// other certificate has to be accepted again.
fn own_names(settings: &settings::Tls) -> Vec<String> {
    let mut names = settings.host_names();
    names.extend(local_names());
    names.sort_unstable();
    names.dedup();
    names
}

/// When the authority wants the certificate to be renewed.
#[derive(Default)]
struct Window {
    window: Option<(Millis, Millis)>,
    asked_at: Option<Millis>,
}

impl Window {
    async fn ask(&mut self, tls: &Tls, file: &Path) {
        let now = tls.now();
        if self.asked_at.is_some_and(|asked| now.0 - asked.0 < WINDOW_INTERVAL_MS) {
            return;
        }
        self.asked_at = Some(now);
        if let (Ok(authority), Ok(pem)) = (&tls.authority, std::fs::read_to_string(file)) {
            self.window = authority.renewal_window(&pem).await;
        }
    }
}
