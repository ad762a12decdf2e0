//! The machine on which the process runs, for its checks and its metrics.

mod certificate;
mod folder;
mod probe;
mod process;
mod program;
#[cfg(test)]
mod tests;

use std::io::{self, Read};
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use guildhall_model::ports::{
    DiskSpace, ExpectedFiles, FileInfo, FolderInspection, Machine, Probe, ProbeResponse, ProcessFigures, ProgramOutput,
};
use guildhall_model::time::SystemClock;
use guildhall_model::{Clock, Millis};
use tokio::net::TcpStream;

use crate::disk_space;

/// Of a file that is read, and of each output of a program.
const TEXT_BYTES_MAX: u64 = 1024 * 1024;
const NAMES_MAX: usize = 10_000;
/// For what takes no time unless a disk or a server does not answer.
const CALL_TIMEOUT: Duration = Duration::from_secs(8);

#[derive(Debug, Default, Clone, Copy)]
pub struct LocalMachine;

#[async_trait]
impl Machine for LocalMachine {
    fn now(&self) -> Millis {
        SystemClock.now()
    }

    fn user_id(&self) -> u32 {
        rustix::process::geteuid().as_raw()
    }

    async fn read_file(&self, path: &Path) -> io::Result<String> {
        let path = path.to_owned();
        blocking(CALL_TIMEOUT, move || {
            let mut bytes = Vec::new();
            std::fs::File::open(path)?.take(TEXT_BYTES_MAX).read_to_end(&mut bytes)?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        })
        .await
    }

    async fn list_folder(&self, path: &Path) -> io::Result<Vec<String>> {
        let path = path.to_owned();
        blocking(CALL_TIMEOUT, move || {
            let entries = std::fs::read_dir(path)?.take(NAMES_MAX);
            let mut names: Vec<String> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
            names.sort_unstable();
            Ok(names)
        })
        .await
    }

    async fn file_info(&self, path: &Path) -> io::Result<FileInfo> {
        let path = path.to_owned();
        blocking(CALL_TIMEOUT, move || {
            let metadata = std::fs::symlink_metadata(path)?;
            Ok(FileInfo {
                owner: metadata.uid(),
                mode: metadata.permissions().mode() & 0o7777,
                size_bytes: metadata.len(),
                modified_at: Millis(metadata.mtime().saturating_mul(1000)),
                is_folder: metadata.is_dir(),
            })
        })
        .await
    }

    async fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        let path = path.to_owned();
        blocking(CALL_TIMEOUT, move || std::fs::read_link(path)).await
    }

    async fn resolve_link(&self, path: &Path) -> io::Result<PathBuf> {
        let path = path.to_owned();
        blocking(CALL_TIMEOUT, move || std::fs::canonicalize(path)).await
    }

    async fn disk_space(&self, path: &Path) -> io::Result<DiskSpace> {
        let path = path.to_owned();
        blocking(CALL_TIMEOUT, move || disk_space::read(&path)).await
    }

    async fn inspect_folder(&self, folder: &Path, expected: ExpectedFiles) -> io::Result<FolderInspection> {
        let folder = folder.to_owned();
        blocking(folder::TIME_LIMIT + CALL_TIMEOUT, move || folder::inspect(&folder, expected)).await
    }

    async fn process_figures(&self) -> ProcessFigures {
        blocking(CALL_TIMEOUT, || Ok(process::figures())).await.unwrap_or_default()
    }

    async fn run_program(&self, name: &str, arguments: &[&str], timeout: Duration) -> io::Result<ProgramOutput> {
        program::run(name, arguments, timeout, TEXT_BYTES_MAX).await
    }

    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let addresses = limited(CALL_TIMEOUT, tokio::net::lookup_host((host, 0))).await?;
        let mut addresses: Vec<IpAddr> = addresses.map(|address| address.ip()).collect();
        addresses.sort_unstable();
        addresses.dedup();
        Ok(addresses)
    }

    async fn connect(&self, address: SocketAddr) -> io::Result<()> {
        limited(CALL_TIMEOUT, TcpStream::connect(address)).await.map(|_| ())
    }

    async fn probe(&self, request: &Probe) -> io::Result<ProbeResponse> {
        limited(CALL_TIMEOUT, probe::send(request)).await
    }
}

async fn limited<T>(timeout: Duration, work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    tokio::time::timeout(timeout, work).await.unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, "no answer in time")))
}

/// Work that may hang on a disk. Its thread is left to itself after the time limit.
async fn blocking<T: Send + 'static>(timeout: Duration, work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    limited(timeout, async { tokio::task::spawn_blocking(work).await.map_err(io::Error::other)? }).await
}
