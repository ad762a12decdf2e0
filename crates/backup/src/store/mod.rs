//! What a backup of Guildhall contains, and the port that the use cases write it through.

mod draft;
mod folders;
pub mod layout;
mod manifest;

use std::sync::Arc;

use async_trait::async_trait;
use guildhall_model::backup::{BackupControl, BackupTarget, CheckDepth, StoredBackup, TargetKeys};
use guildhall_model::codes::backups as codes;
use guildhall_model::codes::context;
use guildhall_model::ports::{BackupDraft, BackupStore};
use guildhall_model::{Error, Millis, Result};

use crate::continuous::ContinuousSource;
use crate::error::BackupError;
use crate::repository::Repository;
use crate::storage::{self, Location};

pub use folders::{BackupFolders, DRAFTS};
pub use manifest::{Manifest, TableEntry};

/// Repositories, and the folders of this server that are written to them.
pub struct RepositoryStore {
    folders: Arc<BackupFolders>,
}

impl RepositoryStore {
    /// Removes the drafts of an interrupted process. One process at a time may use the folders.
    pub fn new(folders: BackupFolders) -> Self {
        folders.remove_drafts();
        Self { folders: Arc::new(folders) }
    }
}

/// Opens the repository of a target. It blocks.
pub fn open(target: &BackupTarget, control: &Arc<BackupControl>, is_created: bool) -> Result<Repository, BackupError> {
    open_at(&target.location, &target.keys, control, is_created)
}

/// The same by its address.
pub fn open_at(location: &str, keys: &TargetKeys, control: &Arc<BackupControl>, is_created: bool) -> Result<Repository, BackupError> {
    let location: Location = location.parse().map_err(|error: storage::InvalidLocation| BackupError::Other(error.to_string()))?;
    let (storage, password) = (location.open(), keys.password.expose());
    let open = if is_created { Repository::open_or_create } else { Repository::open };
    open(storage, password, Arc::clone(control))
}

#[async_trait]
impl BackupStore for RepositoryStore {
    fn check_location(&self, location: &str) -> Result<()> {
        match location.parse::<Location>() {
            Ok(_) => Ok(()),
            Err(error) => Err(codes::LOCATION_INVALID.with("reason", error)),
        }
    }

    async fn connect(&self, target: &BackupTarget) -> Result<()> {
        let target = target.clone();
        blocking(move || open(&target, &Arc::default(), true).map(drop)).await
    }

    async fn draft(&self) -> Result<Box<dyn BackupDraft>> {
        let folders = Arc::clone(&self.folders);
        let draft = blocking(move || draft::Draft::create(folders)).await?;
        Ok(Box::new(draft))
    }

    async fn list(&self, target: &BackupTarget) -> Result<Vec<StoredBackup>> {
        let target = target.clone();
        blocking(move || open(&target, &Arc::default(), false)?.backups()).await
    }

    async fn check(&self, target: &BackupTarget, depth: CheckDepth, control: &Arc<BackupControl>) -> Result<()> {
        let (target, control) = (target.clone(), Arc::clone(control));
        let check = move || {
            let repository = open(&target, &control, false)?;
            repository.check(depth)?;
            if target.is_continuous { check_continuous(&repository, depth, &control) } else { Ok(()) }
        };
        blocking(check).await
    }

    async fn forget(&self, target: &BackupTarget, now: Millis, control: &Arc<BackupControl>) -> Result<usize> {
        let (target, control) = (target.clone(), Arc::clone(control));
        blocking(move || open(&target, &control, false)?.forget(target.retention, now)).await
    }
}

/// What leads to the newest state must be there. There is nothing before the first copy of the database.
fn check_continuous(repository: &Repository, depth: CheckDepth, control: &BackupControl) -> Result<(), BackupError> {
    let percent = match depth {
        CheckDepth::Structure => 0,
        CheckDepth::Sample(percent) => percent,
        CheckDepth::Everything => 100,
    };
    let format_time = |at: Millis| format!("{} ms since 1970", at.0);
    let source = ContinuousSource::find(repository, Millis::ZERO, None, &format_time)?;
    source.map_or(Ok(()), |source| source.verify(percent, control))
}

/// Runs blocking work on a thread for it, and makes its error one sentence.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, BackupError> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome.map_err(failed),
        Err(error) => Err(context::INTERNAL.with_source(error)),
    }
}

fn failed(error: BackupError) -> Error {
    codes::FAILED.with("reason", error)
}
