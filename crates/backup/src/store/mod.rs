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
use crate::hook::Hook;
use crate::repository::Repository;
use crate::storage::{self, Connector, Location};

pub use folders::{BackupFolders, DRAFTS};
pub use manifest::{Manifest, TableEntry};

/// No file takes so long to be written.
const UNFINISHED_MS_MAX: i64 = 24 * 60 * 60 * 1000;

/// Repositories, and the folders of this server that are written to them.
pub struct RepositoryStore {
    folders: Arc<BackupFolders>,
    connector: Connector,
    /// Run before each backup.
    before_backup: Option<Hook>,
}

impl RepositoryStore {
    /// Removes the drafts of an interrupted process. One process at a time may use the folders.
    pub fn new(folders: BackupFolders, connector: Connector, before_backup: Option<Hook>) -> Self {
        folders.remove_drafts();
        Self { folders: Arc::new(folders), connector, before_backup }
    }
}

/// Opens the repository of a target. It blocks.
pub fn open(
    target: &BackupTarget,
    connector: &Connector,
    control: &Arc<BackupControl>,
    is_created: bool,
) -> Result<Repository, BackupError> {
    open_at(&target.location, &target.keys, connector, control, is_created)
}

/// The same by its address.
pub fn open_at(
    location: &str,
    keys: &TargetKeys,
    connector: &Connector,
    control: &Arc<BackupControl>,
    is_created: bool,
) -> Result<Repository, BackupError> {
    let location: Location = location.parse().map_err(|error: storage::InvalidLocation| BackupError::Other(error.to_string()))?;
    let (storage, password) = (location.open(keys, connector)?, keys.password.expose());
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
        self.with_repository(self.connector.interactive(), target, &Arc::default(), true, |_| Ok(())).await
    }

    async fn draft(&self, target: &BackupTarget) -> Result<Box<dyn BackupDraft>> {
        if let Some(hook) = &self.before_backup {
            hook.run(&[("GUILDHALL_BACKUP_TARGET", &target.name), ("GUILDHALL_BACKUP_LOCATION", &target.location)])
                .await
                .map_err(failed)?;
        }
        let (folders, connector) = (Arc::clone(&self.folders), self.connector.clone());
        let draft = blocking(move || draft::Draft::create(folders, connector)).await?;
        Ok(Box::new(draft))
    }

    async fn list(&self, target: &BackupTarget) -> Result<Vec<StoredBackup>> {
        self.with_repository(self.connector.interactive(), target, &Arc::default(), false, |repository| repository.backups()).await
    }

    async fn check(&self, target: &BackupTarget, depth: CheckDepth, control: &Arc<BackupControl>) -> Result<()> {
        let (is_continuous, control_of_copy) = (target.is_continuous, Arc::clone(control));
        let check = move |repository: &Repository| {
            repository.check(depth)?;
            if is_continuous { check_continuous(repository, depth, &control_of_copy) } else { Ok(()) }
        };
        self.with_repository(self.connector.clone(), target, control, false, check).await
    }

    async fn forget(&self, target: &BackupTarget, now: Millis, control: &Arc<BackupControl>) -> Result<usize> {
        let retention = target.retention;
        let forget = move |repository: &Repository| {
            let count = repository.forget(retention, now)?;
            // They take space, and do no harm.
            if let Err(error) = repository.storage().remove_unfinished(now.minus_ms(UNFINISHED_MS_MAX)) {
                tracing::warn!(%error, "unfinished files at a backup target could not be removed");
            }
            Ok(count)
        };
        self.with_repository(self.connector.clone(), target, control, false, forget).await
    }
}

impl RepositoryStore {
    async fn with_repository<T: Send + 'static>(
        &self,
        connector: Connector,
        target: &BackupTarget,
        control: &Arc<BackupControl>,
        is_created: bool,
        work: impl FnOnce(&Repository) -> Result<T, BackupError> + Send + 'static,
    ) -> Result<T> {
        let (target, control) = (target.clone(), Arc::clone(control));
        blocking(move || work(&open(&target, &connector, &control, is_created)?)).await
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
    let code = if matches!(error, BackupError::WrongPassword { .. }) { codes::WRONG_PASSWORD } else { codes::FAILED };
    code.with("reason", error)
}
