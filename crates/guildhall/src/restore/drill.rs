//! The drill: a backup is restored into a folder of its own, compared with what it says, and served once.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use guildhall_backup::store;
use guildhall_backup::store::DRAFTS;
use guildhall_model::Result as ModelResult;
use guildhall_model::backup::{BackupControl, BackupTarget, DrillReport};
use guildhall_model::codes::backups as codes;
use guildhall_model::ports::{BackupDrill, BlobKey};
use http::Method;
use sha2::{Digest, Sha256};

use super::{Destination, Report, Source, blocking, choose};
use crate::backup_parts;
use crate::config::Config;
use crate::data_folder::{self, DataFolder, Purpose};
use crate::local_api::LocalApi;
use crate::wiring::Server;

/// The part of the free space that the files of a drill may take.
const SPACE_PART: u64 = 2;

/// Drills of the running server, beside its data.
pub struct LocalDrill {
    config: Config,
}

impl LocalDrill {
    pub const fn new(config: Config) -> Self {
        Self { config }
    }

    async fn run(&self, target: &BackupTarget, snapshot: &str, control: &Arc<BackupControl>) -> Result<DrillReport, String> {
        let (target, control, snapshot) = (target.clone(), Arc::clone(control), snapshot.to_owned());
        let connector = backup_parts::connector(&self.config);
        let open = move || {
            let repository = store::open(&target, &connector, &control, false)?;
            let backups = repository.backups()?;
            Ok((repository, backups))
        };
        let (repository, backups) = blocking(open).await?;
        let backup = choose(backups, Some(&snapshot), None)?;
        let source = Source::open(Arc::new(repository), backup).await?;
        let scratch = self.config.startup.server.data_dir.join(DRAFTS);
        data_folder::create_private(&scratch).map_err(|error| format!("{} could not be written: {error}.", scratch.display()))?;
        let Report { rows, files, bytes, .. } = drill(&self.config, &source, &scratch).await?;
        Ok(DrillReport { rows, files, bytes })
    }
}

#[async_trait]
impl BackupDrill for LocalDrill {
    async fn drill(&self, target: &BackupTarget, snapshot: &str, control: &Arc<BackupControl>) -> ModelResult<DrillReport> {
        self.run(target, snapshot, control).await.map_err(|reason| codes::FAILED.with("reason", reason))
    }
}

/// Restores the backup into an empty folder, which is removed after it, and returns what was restored. A server is opened there
/// that makes no background work: nothing is sent to anybody.
pub async fn drill(config: &Config, source: &Source, parent: &Path) -> Result<Report, String> {
    let unwritable = |error: io::Error| format!("{} could not be written: {error}.", parent.display());
    let folder = tempfile::Builder::new().prefix("drill-").tempdir_in(parent).map_err(unwritable)?;
    let data = folder.path().to_owned();
    let destination = Destination::new(&data, &format!("sqlite:{}", data.join("guildhall.db").display()))?;
    let space = rustix::fs::statvfs(parent).map_err(|error| unwritable(error.into()))?;
    let report = source.restore_part(&destination, space.f_bavail * space.f_frsize / SPACE_PART).await?;
    let blobs = data.join("files/blobs");
    let hashed = tokio::task::spawn_blocking(move || check_blobs(&blobs)).await.map_err(|error| error.to_string())?;
    hashed.map_err(|error| format!("The restored files could not be read: {error}."))?;
    serve_once(config, &data, source).await?;
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
async fn serve_once(config: &Config, data: &Path, source: &Source) -> Result<(), String> {
    let mut config = config.clone();
    config.startup.server.data_dir = data.to_owned();
    config.startup.database.url = String::new();
    let folder = DataFolder::try_lock(data, Purpose::Command).map_err(|error| error.message(data))?;
    let mut api = LocalApi::in_process(Server::open(config, folder).await?);
    let outcome = ask(&mut api, source).await;
    api.close().await;
    outcome
}

async fn ask(api: &mut LocalApi, source: &Source) -> Result<(), String> {
    api.call(Method::GET, "/system/ping", None).await?;
    let people = api.call(Method::GET, "/users?per_page=1", None).await?;
    let expected = source.manifest.tables.get("users").map_or(0, |table| table.rows);
    match people.as_array().map(Vec::len) {
        Some(found) if found as u64 == expected.min(1) => Ok(()),
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
