//! The drill: a backup is restored into a folder of its own, compared with what it says, and served once.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use guildhall_backup::store::DRAFTS;
use guildhall_backup::{ContinuousSource, Repository, store};
use guildhall_model::backup::{BackupControl, BackupTarget, ContinuousDrillReport, DrillReport};
use guildhall_model::codes::backups as codes;
use guildhall_model::ports::{BackupDrill, BlobKey};
use guildhall_model::{Millis, Result as ModelResult};
use http::Method;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::continuous::{Continuous, format_moment};
use super::drill_continuous::drill_continuous;
use super::{Destination, Report, Source, blocking, choose};
use crate::backup_parts;
use crate::config::Config;
use crate::data_folder::{self, DataFolder, Purpose};
use crate::local_api::LocalApi;
use crate::wiring::Server;

/// The part of the free space that the files of a drill may take.
const SPACE_PART: u64 = 2;

/// The database of a drill, in its folder.
const DATABASE: &str = "guildhall.db";

/// Drills of the running server, beside its data.
pub struct LocalDrill {
    config: Config,
}

impl LocalDrill {
    pub const fn new(config: Config) -> Self {
        Self { config }
    }

    async fn run(
        &self,
        target: &BackupTarget,
        snapshot: &str,
        with_continuous: bool,
        control: &Arc<BackupControl>,
    ) -> Result<DrillReport, String> {
        let (target, opened_control, snapshot) = (target.clone(), Arc::clone(control), snapshot.to_owned());
        let connector = backup_parts::connector(&self.config);
        let open = move || {
            let repository = store::open(&target, &connector, &opened_control, false)?;
            let backups = repository.backups()?;
            Ok((Arc::new(repository), backups))
        };
        let (repository, backups) = blocking(open).await?;
        let backup = choose(backups, Some(&snapshot), None)?;
        let source = Source::open(Arc::clone(&repository), backup).await?;
        let scratch = self.config.startup.server.data_dir.join(DRAFTS);
        data_folder::create_private(&scratch).map_err(|error| format!("{} could not be written: {error}.", scratch.display()))?;
        let Report { rows, files, bytes, .. } = drill(&self.config, &source, &scratch).await?;
        let continuous = match with_continuous {
            true => Some(self.run_continuous(repository, source, &scratch, control).await.map_err(of_continuous)?),
            false => None,
        };
        Ok(DrillReport { rows, files, bytes, continuous })
    }

    async fn run_continuous(
        &self,
        repository: Arc<Repository>,
        source: Source,
        scratch: &Path,
        control: &Arc<BackupControl>,
    ) -> Result<ContinuousDrillReport, String> {
        let found = blocking(move || ContinuousSource::find(&repository, Millis::ZERO, None, &format_moment)).await?;
        let pages = found.ok_or("It is not at the target any more.")?;
        let continuous = Continuous { pages: Arc::new(pages), backup: Some(source) };
        drill_continuous(&self.config, &continuous, scratch, control).await
    }
}

/// The result of a drill is one, so its error says which part has failed.
fn of_continuous(reason: String) -> String {
    format!("The continuous backup could not be restored: {reason}")
}

#[async_trait]
impl BackupDrill for LocalDrill {
    async fn drill(
        &self,
        target: &BackupTarget,
        snapshot: &str,
        with_continuous: bool,
        control: &Arc<BackupControl>,
    ) -> ModelResult<DrillReport> {
        let outcome = self.run(target, snapshot, with_continuous, control).await;
        outcome.map_err(|reason| codes::FAILED.with("reason", reason))
    }
}

/// An empty folder with room for what is restored, which is removed at the end.
pub(super) struct Scratch {
    folder: TempDir,
    pub destination: Destination,
    /// The room for files of messages.
    pub bytes_max: u64,
}

impl Scratch {
    pub fn create(parent: &Path) -> Result<Self, String> {
        let unwritable = |error: io::Error| format!("{} could not be written: {error}.", parent.display());
        let folder = tempfile::Builder::new().prefix("drill-").tempdir_in(parent).map_err(unwritable)?;
        let database = folder.path().join(DATABASE);
        let destination = Destination::new(folder.path(), &format!("sqlite:{}", database.display()))?;
        let space = rustix::fs::statvfs(parent).map_err(|error| unwritable(error.into()))?;
        Ok(Self { folder, destination, bytes_max: space.f_bavail * space.f_frsize / SPACE_PART })
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join(DATABASE)
    }

    /// Reads the restored files, and starts a server with everything, which must list accounts if there are so many.
    pub async fn check(&self, config: &Config, people: u64) -> Result<(), String> {
        let blobs = self.folder.path().join("files/blobs");
        let hashed = tokio::task::spawn_blocking(move || check_blobs(&blobs)).await.map_err(|error| error.to_string())?;
        hashed.map_err(|error| format!("The restored files could not be read: {error}."))?;
        serve_once(config, self.folder.path(), people).await
    }
}

/// Restores the backup into an empty folder, which is removed after it, and returns what was restored. A server is opened there
/// that makes no background work: nothing is sent to anybody.
pub async fn drill(config: &Config, source: &Source, parent: &Path) -> Result<Report, String> {
    let scratch = Scratch::create(parent)?;
    let report = source.restore_part(&scratch.destination, scratch.bytes_max).await?;
    scratch.check(config, source.manifest.tables.get("users").map_or(0, |table| table.rows)).await?;
    Ok(report)
}

/// Every file must have the content that its name says. How many there are.
fn check_blobs(folder: &Path) -> io::Result<u64> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    let mut count = 0;
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            count += check_blobs(&entry.path())?;
            continue;
        }
        let mut hasher = Sha256::new();
        io::copy(&mut File::open(entry.path())?, &mut hasher)?;
        let key = BlobKey::from_sha256(hasher.finalize().into());
        if entry.file_name().to_str() != Some(&key.to_string()) {
            return Err(io::Error::other(format!("{} has another content", entry.path().display())));
        }
        count += 1;
    }
    Ok(count)
}

/// Opens the restored server, and asks it for what people would see.
async fn serve_once(config: &Config, data: &Path, people: u64) -> Result<(), String> {
    let mut config = config.clone();
    config.startup.server.data_dir = data.to_owned();
    config.startup.database.url = String::new();
    let folder = DataFolder::try_lock(data, Purpose::Command).map_err(|error| error.message(data))?;
    let mut api = LocalApi::in_process(Server::open(config, folder).await?);
    let outcome = ask(&mut api, people).await;
    api.close().await;
    outcome
}

async fn ask(api: &mut LocalApi, people: u64) -> Result<(), String> {
    api.call(Method::GET, "/system/ping", None).await?;
    let listed = api.call(Method::GET, "/users?per_page=1", None).await?;
    match listed.as_array().map(Vec::len) {
        Some(found) if found as u64 == people.min(1) => Ok(()),
        _ => Err("The restored server does not list the accounts of the backup.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_whose_content_is_another_are_found() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(check_blobs(&folder.path().join("none")).unwrap(), 0);
        let key = BlobKey::from_sha256(Sha256::digest(b"content").into()).to_string();
        let place = folder.path().join("ab");
        std::fs::create_dir(&place).unwrap();
        std::fs::write(place.join(&key), b"content").unwrap();
        assert_eq!(check_blobs(folder.path()).unwrap(), 1);
        std::fs::write(place.join(&key), b"contend").unwrap();
        assert!(check_blobs(folder.path()).unwrap_err().to_string().contains("another content"));
    }
}
