//! A machine of recorded files and outputs, on which nothing else exists.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use guildhall_model::Millis;
use guildhall_model::finding::{DatabaseState, Facts, Finding, ProcessState};
use guildhall_model::ports::{
    DiskSpace, ExpectedFiles, FileInfo, FolderInspection, Machine, Probe, ProbeResponse, ProcessFigures, ProgramOutput,
};

use crate::check::{Context, Run, Verdict};

/// 2026-11-29.
pub const NOW: Millis = Millis(1_795_968_000_000);
pub const DATA_FOLDER: &str = "/var/lib/guildhall";

#[derive(Default)]
pub struct RecordedMachine {
    files: BTreeMap<PathBuf, String>,
    folders: BTreeMap<PathBuf, Vec<String>>,
    infos: BTreeMap<PathBuf, FileInfo>,
    links: BTreeMap<PathBuf, PathBuf>,
    disks: BTreeMap<PathBuf, DiskSpace>,
    /// By the beginning of the command line.
    outputs: Vec<(String, ProgramOutput)>,
    names: BTreeMap<String, Vec<IpAddr>>,
    listening: Vec<SocketAddr>,
    answers: BTreeMap<SocketAddr, ProbeResponse>,
    inspection: Option<FolderInspection>,
    user: u32,
}

impl RecordedMachine {
    pub fn facts() -> Facts {
        Facts {
            version: "0.1.0",
            host_name: "studio".into(),
            data_folder: DATA_FOLDER.into(),
            listen: ([127, 0, 0, 1], 8065).into(),
            site_url: String::new(),
            public_addresses: guildhall_model::AddressList::default(),
            free_space_reserve_bytes: 1024 * 1024 * 1024,
            mail: guildhall_model::finding::MailFacts::On,
            process: ProcessState::Running { process: 1234 },
            database: DatabaseState::NotCreated,
            database_file: None,
            secret_files: Vec::new(),
            tls: None,
            untrusted_proxies: Vec::new(),
            disk_forecast: guildhall_model::disk_forecast::DiskForecast::Unknown,
            is_thorough: true,
        }
    }

    pub fn with_file(mut self, path: &str, text: &str) -> Self {
        self.files.insert(path.into(), text.to_owned());
        self
    }

    pub fn with_folder(mut self, path: &str, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.folders.insert(path.into(), names.into_iter().map(Into::into).collect());
        self
    }

    pub fn with_info(mut self, path: &str, change: impl FnOnce(&mut FileInfo)) -> Self {
        let mut info = FileInfo { owner: 0, mode: 0o600, size_bytes: 0, modified_at: NOW, is_folder: false };
        change(&mut info);
        self.infos.insert(path.into(), info);
        self
    }

    pub fn with_link(mut self, path: &str, target: &str) -> Self {
        self.links.insert(path.into(), target.into());
        self
    }

    pub fn with_disk(mut self, path: &str, total_bytes: u64, available_bytes: u64) -> Self {
        let disk = DiskSpace { total_bytes, available_bytes, total_inodes: 1_000_000, available_inodes: 900_000, is_read_only: false };
        self.disks.insert(path.into(), disk);
        self
    }

    pub fn with_disk_change(mut self, path: &str, change: impl FnOnce(&mut DiskSpace)) -> Self {
        change(self.disks.get_mut(Path::new(path)).unwrap());
        self
    }

    /// `command`: the beginning of the program's name and arguments.
    pub fn with_output(mut self, command: &str, status: i32, stdout: &str) -> Self {
        let output = ProgramOutput { status: Some(status), stdout: stdout.to_owned(), stderr: String::new() };
        self.outputs.push((command.to_owned(), output));
        self
    }

    pub fn with_name(mut self, host: &str, addresses: &[&str]) -> Self {
        self.names.insert(host.to_owned(), addresses.iter().map(|address| address.parse().unwrap()).collect());
        self
    }

    pub fn with_listener(mut self, address: &str) -> Self {
        self.listening.push(address.parse().unwrap());
        self
    }

    pub fn with_answer(mut self, address: &str, answer: ProbeResponse) -> Self {
        self.answers.insert(address.parse().unwrap(), answer);
        self
    }

    pub fn with_inspection(mut self, inspection: FolderInspection) -> Self {
        self.inspection = Some(inspection);
        self
    }

    pub fn with_user(mut self, user: u32) -> Self {
        self.user = user;
        self
    }
}

fn recorded<T: Clone>(value: Option<&T>) -> io::Result<T> {
    value.cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
}

#[async_trait]
impl Machine for RecordedMachine {
    fn now(&self) -> Millis {
        NOW
    }
    fn user_id(&self) -> u32 {
        self.user
    }
    async fn read_file(&self, path: &Path) -> io::Result<String> {
        recorded(self.files.get(path))
    }
    async fn list_folder(&self, path: &Path) -> io::Result<Vec<String>> {
        recorded(self.folders.get(path))
    }
    async fn file_info(&self, path: &Path) -> io::Result<FileInfo> {
        recorded(self.infos.get(path))
    }
    async fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        recorded(self.links.get(path))
    }
    async fn resolve_link(&self, path: &Path) -> io::Result<PathBuf> {
        if let Some(target) = self.links.get(path) { Ok(target.clone()) } else { recorded(self.infos.get(path)).map(|_| path.to_owned()) }
    }
    async fn disk_space(&self, path: &Path) -> io::Result<DiskSpace> {
        recorded(self.disks.get(path))
    }
    async fn inspect_folder(&self, _folder: &Path, _expected: ExpectedFiles) -> io::Result<FolderInspection> {
        recorded(self.inspection.as_ref())
    }
    async fn process_figures(&self) -> ProcessFigures {
        ProcessFigures::default()
    }
    async fn run_program(&self, name: &str, arguments: &[&str], _timeout: Duration) -> io::Result<ProgramOutput> {
        let command = format!("{name} {}", arguments.join(" "));
        recorded(self.outputs.iter().find(|(start, _)| command.starts_with(start.as_str())).map(|(_, output)| output))
    }
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        recorded(self.names.get(host))
    }
    async fn connect(&self, address: SocketAddr) -> io::Result<()> {
        if self.listening.contains(&address) { Ok(()) } else { Err(io::ErrorKind::ConnectionRefused.into()) }
    }
    async fn probe(&self, request: &Probe) -> io::Result<ProbeResponse> {
        self.answers.get(&request.address).cloned().ok_or_else(|| io::ErrorKind::ConnectionRefused.into())
    }
}

/// The findings of a check; none where it passed or did not apply.
pub async fn said(run: Run, machine: &RecordedMachine, facts: &Facts) -> Vec<Finding> {
    match run(&Context { machine, facts }).await {
        Verdict::Found(findings) => findings,
        Verdict::Passed(_) | Verdict::NotApplicable => Vec::new(),
        Verdict::Failed(reason) => panic!("{reason}"),
    }
}

/// The sentence with which a check passed.
pub async fn passed(run: Run, machine: &RecordedMachine, facts: &Facts) -> String {
    match run(&Context { machine, facts }).await {
        Verdict::Passed(text) => text,
        other => panic!("{other:?}"),
    }
}

pub fn ids(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| finding.id.name().to_owned()).collect()
}
