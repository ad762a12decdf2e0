//! Runs the checks for the server, on the machine on which it runs.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use guildhall_adapters::machine::LocalMachine;
use guildhall_api::UntrustedProxies;
use guildhall_model::Clock;
use guildhall_model::disk_forecast::DiskForecast;
use guildhall_model::finding::{CheckResult, DatabaseState, Explanation, Facts, FindingId, MailFacts, ProcessState};
use guildhall_model::ports::{Examiner, Progress};
use guildhall_model::tls::TlsServer;
use guildhall_storage::DatabaseUrl;

use crate::config::Config;
use crate::tls::Tls;

pub struct LocalExaminer {
    base: Facts,
    tls: Arc<Tls>,
    untrusted_proxies: Arc<UntrustedProxies>,
    clock: Arc<dyn Clock>,
}

impl LocalExaminer {
    pub fn new(config: &Config, tls: Arc<Tls>, untrusted_proxies: Arc<UntrustedProxies>, clock: Arc<dyn Clock>) -> Self {
        let base = base_facts(config, ProcessState::Running { process: std::process::id() });
        Self { base, tls, untrusted_proxies, clock }
    }
}

/// What the configuration says. The database is set by the caller.
pub(super) fn base_facts(config: &Config, process: ProcessState) -> Facts {
    let database_file = match DatabaseUrl::parse(&config.database_url()) {
        Ok(DatabaseUrl::SqliteFile(path)) => Some(std::path::absolute(&path).unwrap_or(path)),
        _ => None,
    };
    let data_folder = &config.startup.server.data_dir;
    let database_file_outside =
        database_file.clone().filter(|file| !file.starts_with(std::path::absolute(data_folder).unwrap_or_default()));
    Facts {
        version: env!("CARGO_PKG_VERSION"),
        host_name: std::fs::read_to_string("/proc/sys/kernel/hostname").map(|name| name.trim().to_owned()).unwrap_or_default(),
        data_folder: std::path::absolute(data_folder).unwrap_or_else(|_| data_folder.clone()),
        listen: config.startup.server.listen,
        mail: MailFacts::of(&config.settings),
        site_url: config.settings.site.url.clone(),
        public_addresses: guildhall_model::AddressList::parse_networks(&config.settings.doctor.public_addresses).unwrap_or_default(),
        free_space_reserve_bytes: config.settings.files.free_space_reserve_bytes,
        process,
        database: DatabaseState::NotCreated,
        database_file,
        secret_files: secret_files(config, database_file_outside),
        tls: None,
        untrusted_proxies: Vec::new(),
        disk_forecast: DiskForecast::Unknown,
        is_thorough: true,
    }
}

/// The configuration, if it may hold the password of a database, which is the only secret among the settings; the key of the
/// certificate; the database, if it is not in the data folder.
fn secret_files(config: &Config, database_file: Option<PathBuf>) -> Vec<PathBuf> {
    let file = config.file.clone().filter(|_| config.startup.database.url.contains('@'));
    let key = Some(config.settings.tls.key_file.clone()).filter(|file| !file.as_os_str().is_empty());
    [file, key, database_file].into_iter().flatten().collect()
}

#[async_trait]
impl Examiner for LocalExaminer {
    fn check_count(&self, is_thorough: bool) -> usize {
        guildhall_doctor::check_count(is_thorough)
    }

    async fn examine(&self, facts: Facts, progress: Progress) -> Vec<CheckResult> {
        guildhall_doctor::run(&LocalMachine, &facts, &*progress).await
    }

    fn base_facts(&self) -> Facts {
        let untrusted_proxies = self.untrusted_proxies.list(self.clock.now());
        Facts { tls: Some(self.tls.status()), untrusted_proxies, ..self.base.clone() }
    }

    fn explain(&self, id: &FindingId) -> Option<Explanation> {
        explain(id)
    }
}

/// From the index of findings.
pub(super) fn explain(id: &FindingId) -> Option<Explanation> {
    let kind = guildhall_doctor::kinds().find(|kind| kind.id == id.name())?;
    Some(Explanation { title: kind.title, meaning: kind.meaning })
}
