//! Runs the checks for the server, on the machine on which it runs.

use async_trait::async_trait;
use guildhall_adapters::machine::LocalMachine;
use guildhall_model::finding::{CheckResult, DatabaseState, Explanation, Facts, FindingId, ProcessState};
use guildhall_model::ports::{Examiner, Progress};
use guildhall_storage::DatabaseUrl;

use crate::config::Config;

pub struct LocalExaminer {
    base: Facts,
}

impl LocalExaminer {
    pub fn new(config: &Config) -> Self {
        Self { base: base_facts(config, ProcessState::Running { process: std::process::id() }) }
    }
}

/// What the configuration says. The database is set by the caller.
pub(super) fn base_facts(config: &Config, process: ProcessState) -> Facts {
    let database_file = match DatabaseUrl::parse(&config.database_url()) {
        Ok(DatabaseUrl::SqliteFile(path)) => Some(std::path::absolute(&path).unwrap_or(path)),
        _ => None,
    };
    let data_folder = &config.startup.server.data_dir;
    Facts {
        version: env!("CARGO_PKG_VERSION"),
        host_name: std::fs::read_to_string("/proc/sys/kernel/hostname").map(|name| name.trim().to_owned()).unwrap_or_default(),
        data_folder: std::path::absolute(data_folder).unwrap_or_else(|_| data_folder.clone()),
        listen: config.startup.server.listen,
        site_url: config.settings.site.url.clone(),
        public_addresses: guildhall_model::AddressList::parse_networks(&config.settings.doctor.public_addresses).unwrap_or_default(),
        free_space_reserve_bytes: config.settings.files.free_space_reserve_bytes,
        process,
        database: DatabaseState::NotCreated,
        database_file,
        is_thorough: true,
    }
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
        self.base.clone()
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
