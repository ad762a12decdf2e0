//! The machine on which the server runs, and the process: files, programs, disks, names and connections. Tests of the checks
//! replace it by recorded output.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;

use crate::Millis;

/// Every call returns within a time limit, and with a bounded result.
#[async_trait]
pub trait Machine: Send + Sync {
    fn now(&self) -> Millis;
    /// The user as whom the checks run; 0 is root.
    fn user_id(&self) -> u32;

    /// A text file of at most 1 MiB. Bytes that are not UTF-8 are replaced.
    async fn read_file(&self, path: &Path) -> io::Result<String>;
    /// The names in a folder, sorted; at most 10,000.
    async fn list_folder(&self, path: &Path) -> io::Result<Vec<String>>;
    /// Of the file itself, not of what a link points to.
    async fn file_info(&self, path: &Path) -> io::Result<FileInfo>;
    async fn read_link(&self, path: &Path) -> io::Result<PathBuf>;
    /// The file itself, after all links.
    async fn resolve_link(&self, path: &Path) -> io::Result<PathBuf>;
    /// Of the file system of a path.
    async fn disk_space(&self, path: &Path) -> io::Result<DiskSpace>;
    /// Looks at a folder and everything in it, without following links.
    async fn inspect_folder(&self, folder: &Path, expected: ExpectedFiles) -> io::Result<FolderInspection>;

    /// What this process uses. A figure that cannot be read is zero: no metric is worth an error.
    async fn process_figures(&self) -> ProcessFigures;

    /// Runs a program without a shell, input, or the caller's environment (but for `PATH`), in the language `C`.
    /// `NotFound` where it is not installed, `TimedOut` where it was ended.
    async fn run_program(&self, name: &str, arguments: &[&str], timeout: Duration) -> io::Result<ProgramOutput>;

    /// The addresses of a host name, by the machine's own resolver.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;
    /// Whether a TCP connection can be made.
    async fn connect(&self, address: SocketAddr) -> io::Result<()>;
    /// A GET request to an address of this server. An invalid certificate is no error, but described.
    async fn probe(&self, request: &Probe) -> io::Result<ProbeResponse>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileInfo {
    pub owner: u32,
    /// The permissions only.
    pub mode: u32,
    pub size_bytes: u64,
    pub modified_at: Millis,
    pub is_folder: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskSpace {
    pub total_bytes: u64,
    /// What an ordinary user may still write.
    pub available_bytes: u64,
    /// Zero where the file system has no limit on files.
    pub total_inodes: u64,
    pub available_inodes: u64,
    pub is_read_only: bool,
}

impl DiskSpace {
    pub const fn used_bytes(&self) -> u64 {
        self.total_bytes.saturating_sub(self.available_bytes)
    }
}

/// What the process uses of the machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProcessFigures {
    /// CPU time that it has used, on all processors.
    pub cpu: Duration,
    pub memory_bytes: u64,
    pub descriptors: u64,
    pub descriptors_max: u64,
    pub threads: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpectedFiles {
    pub owner: u32,
    /// Bits of the mode that no file may have.
    pub forbidden_mode: u32,
    /// Entries that are looked at, the upper folders first.
    pub entries_max: usize,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FolderInspection {
    pub entries: usize,
    pub wrong_owner: usize,
    pub wrong_mode: usize,
    /// The first few of them, with what is wrong.
    pub examples: Vec<String>,
    /// Folders that could not be read.
    pub unreadable: usize,
    /// Whether all entries were looked at.
    pub is_complete: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProgramOutput {
    /// `None` where a signal ended it.
    pub status: Option<i32>,
    /// At most 1 MiB each.
    pub stdout: String,
    pub stderr: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    pub is_https: bool,
    /// For the header `Host` and the server name of TLS.
    pub host: String,
    pub address: SocketAddr,
    /// Path and query.
    pub path: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProbeResponse {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// At most 64 KiB of it.
    pub body: String,
    pub certificate: Option<ServedCertificate>,
}

/// The certificate that a server presented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedCertificate {
    /// `None` where it could not be read.
    pub expires_at: Option<Millis>,
    /// Host names and addresses that it is for.
    pub names: Vec<String>,
    pub issuer: String,
    /// Certificates that were presented, this one included.
    pub chain_length: usize,
    pub problem: Option<CertificateProblem>,
}

/// Why a browser would not accept a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateProblem {
    Expired,
    NotValidYet,
    WrongName,
    /// Self-signed, of an own authority, or presented without its intermediate certificates.
    UnknownIssuer,
    Other(String),
}
