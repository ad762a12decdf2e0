//! Checks whose results the test sets.

use async_trait::async_trait;
use guildhall::config::Config;
use guildhall_model::finding::{CheckResult, DatabaseState, Explanation, Facts, Finding, FindingId, ProcessState, Severity};
use guildhall_model::ports::{Examiner, Progress};
use parking_lot::Mutex;

/// One check, `test.check`, with these findings. The index has the findings `test.warning`, `test.critical` and
/// `disks.raid_none`.
pub struct TestExaminer {
    base: Facts,
    findings: Mutex<Vec<Finding>>,
    facts: Mutex<Option<Facts>>,
}

impl TestExaminer {
    pub(crate) fn new(config: &Config) -> Self {
        let base = Facts {
            version: "0.0.0",
            host_name: "test".to_owned(),
            data_folder: config.startup.server.data_dir.clone(),
            listen: config.startup.server.listen,
            mail: guildhall_model::finding::MailFacts::On,
            site_url: String::new(),
            public_addresses: guildhall_model::AddressList::default(),
            free_space_reserve_bytes: 0,
            process: ProcessState::Running { process: std::process::id() },
            database: DatabaseState::NotCreated,
            database_file: None,
            secret_files: Vec::new(),
            tls: None,
            untrusted_proxies: Vec::new(),
            disk_forecast: guildhall_model::disk_forecast::DiskForecast::Unknown,
            is_thorough: false,
        };
        Self { base, findings: Mutex::default(), facts: Mutex::default() }
    }

    /// What the next examination finds.
    pub fn find(&self, findings: &[(&'static str, Severity)]) {
        *self.findings.lock() = findings.iter().map(|(id, severity)| finding(id, *severity)).collect();
    }

    /// The next examination finds one thing about this subject.
    pub fn find_about(&self, id: &'static str, severity: Severity, subject: &str) {
        *self.findings.lock() = vec![finding(id, severity).about(subject)];
    }

    /// What the last examination was told.
    pub fn facts(&self) -> Option<Facts> {
        self.facts.lock().clone()
    }
}

fn finding(id: &'static str, severity: Severity) -> Finding {
    let (summary, remedy) = (format!("{id} was found."), "Mend it.".to_owned());
    Finding { id: FindingId::new(id), subject: String::new(), severity, summary, remedy, details: vec!["a figure".to_owned()] }
}

#[async_trait]
impl Examiner for TestExaminer {
    fn check_count(&self, _is_thorough: bool) -> usize {
        1
    }

    async fn examine(&self, facts: Facts, progress: Progress) -> Vec<CheckResult> {
        *self.facts.lock() = Some(facts);
        progress(1);
        let findings = self.findings.lock().clone();
        vec![CheckResult { check: "test.check", is_rare: false, is_shared: false, duration_ms: 1, findings }]
    }

    fn base_facts(&self) -> Facts {
        self.base.clone()
    }

    fn explain(&self, id: &FindingId) -> Option<Explanation> {
        let is_known = ["test.warning", "test.critical", "disks.raid_none"].contains(&id.name());
        is_known.then_some(Explanation { title: "A finding", meaning: "Something is not as it should be." })
    }
}
