//! A repository: opened or created, then written to, listed, checked and thinned out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use guildhall_model::Millis;
use guildhall_model::backup::{BackupControl, CheckDepth, Retention, StoredBackup};
use rustic_core::jiff::tz::TimeZone;
use rustic_core::jiff::{Timestamp, Zoned};
use rustic_core::repofile::SnapshotFile;
use rustic_core::{
    BackupOptions, CheckOptions, ConfigOptions, Credentials, IndexedFullStatus, KeepOptions, KeyOptions, OpenStatus, ParentOptions,
    PruneOptions, ReadSubsetOption, Repository as RusticRepository, RepositoryBackends, RepositoryOptions, RusticResult, SnapshotOptions,
};

use crate::backend::{Backend, FirstError};
use crate::error::{BackupError, Result};
use crate::progress::{self, Steps};
use crate::source::{ROOT, Source, SourceTree};
use crate::storage::Storage;

/// Tells our backups from others that somebody may keep in the same repository.
const LABEL: &str = "guildhall";

/// A repository whose index was read.
pub(crate) type Indexed = RusticRepository<IndexedFullStatus>;

/// An open repository. Its operations run one after the other.
pub struct Repository {
    unopened: RusticRepository<()>,
    rustic: RusticRepository<OpenStatus>,
    storage: Arc<dyn Storage>,
    location: String,
    control: Arc<BackupControl>,
    first_error: Arc<FirstError>,
}

/// What a backup has written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveSummary {
    pub backup: StoredBackup,
    /// Files that were read because they are new or have changed.
    pub files_read: u64,
}

impl Repository {
    /// Opens the repository with its password.
    pub fn open(storage: Arc<dyn Storage>, password: &str, control: Arc<BackupControl>) -> Result<Self> {
        let (unopened, parts) = Parts::new(storage, control)?;
        let rustic = parts.run(|| match unopened.config_id()? {
            None => Ok(None),
            Some(_) => unopened.clone().open(&Credentials::password(password)).map(Some),
        })?;
        let rustic = rustic.ok_or_else(|| BackupError::NoRepository { location: parts.location.clone() })?;
        Ok(parts.with(unopened, rustic))
    }

    /// Opens the repository, or creates it where there is none.
    pub fn open_or_create(storage: Arc<dyn Storage>, password: &str, control: Arc<BackupControl>) -> Result<Self> {
        match Self::open(Arc::clone(&storage), password, Arc::clone(&control)) {
            Err(BackupError::NoRepository { .. }) => {}
            outcome => return outcome,
        }
        let (unopened, parts) = Parts::new(storage, control)?;
        let init = || unopened.clone().init(&Credentials::password(password), &KeyOptions::default(), &ConfigOptions::default());
        let rustic = parts.run(init)?;
        Ok(parts.with(unopened, rustic))
    }

    /// Writes a backup. One that fails leaves data behind that the next one uses, and no snapshot.
    pub fn archive(&self, tree: SourceTree, host: &str, now: Millis) -> Result<ArchiveSummary> {
        self.first_error.take();
        self.control.begin(tree.bytes_total);
        let source = Source::new(tree, Arc::clone(&self.control), Arc::clone(&self.first_error));
        let counted = source.counted();
        let options = BackupOptions::default().parent_opts(ParentOptions::default().ignore_ctime(true).ignore_inode(true));
        let snapshot = self.run(|| {
            let repository = self.open_again()?.to_indexed_ids()?;
            let snapshot = SnapshotOptions::default().label(LABEL.to_owned()).host(host.to_owned()).time(zoned(now)).to_snapshot()?;
            repository.archive(&options, &source, snapshot, &[PathBuf::from(ROOT)])
        });
        // The library leaves out what it cannot read, and writes the snapshot all the same.
        let failure = match (&snapshot, self.first_error.take()) {
            (_, Some(error)) => Some(error),
            (Ok(snapshot), None) if files(snapshot) != counted() => {
                Some(BackupError::Other(format!("{} of {} files are in the backup", files(snapshot), counted())))
            }
            _ => None,
        };
        let snapshot = match (snapshot, failure) {
            (Ok(snapshot), None) => snapshot,
            (Err(error), failure) => return Err(failure.unwrap_or(error)),
            (Ok(snapshot), Some(error)) => {
                // A backup that was canceled still may delete.
                let _ = self.rustic.delete_snapshots(&[snapshot.id]);
                self.first_error.take();
                return Err(error);
            }
        };
        let files_read = snapshot.summary.as_ref().map_or(0, |summary| summary.files_new + summary.files_changed);
        Ok(ArchiveSummary { backup: stored(&snapshot), files_read })
    }

    /// Our backups, newest first.
    pub fn backups(&self) -> Result<Vec<StoredBackup>> {
        Ok(self.own_snapshots()?.iter().map(stored).collect())
    }

    /// Reads the repository, and says what is damaged.
    pub fn check(&self, depth: CheckDepth) -> Result<()> {
        let options = match depth {
            CheckDepth::Structure => CheckOptions::default(),
            CheckDepth::Sample(percent) => {
                CheckOptions::default().read_data(true).read_data_subset(ReadSubsetOption::Percentage(percent.into()))
            }
            CheckDepth::Everything => CheckOptions::default().read_data(true),
        };
        let results = self.run(|| self.rustic.check(options))?;
        if let Some(error) = self.first_error.take() {
            return Err(error);
        }
        match results.is_ok() {
            Ok(()) => Ok(()),
            Err(_) => {
                let reason = results.0.first().map(|(_, error)| error.to_string()).unwrap_or_default();
                Err(BackupError::Damaged { reason: reason.lines().next().unwrap_or_default().to_owned() })
            }
        }
    }

    /// Removes the backups that the rule does not keep, and then the data that no backup needs. How many were removed.
    pub fn forget(&self, retention: Retention, now: Millis) -> Result<usize> {
        let count = |count: i64| i32::try_from(count.max(0)).unwrap_or(i32::MAX);
        let keep = KeepOptions::default()
            .keep_last(count(retention.last.max(1)))
            .keep_daily(count(retention.daily))
            .keep_weekly(count(retention.weekly))
            .keep_monthly(count(retention.monthly))
            .keep_yearly(count(retention.yearly));
        let snapshots = self.own_snapshots()?;
        let obsolete = self.run(|| keep.apply(snapshots, &zoned(now)))?;
        let obsolete: Vec<_> = obsolete.into_iter().filter(|snapshot| !snapshot.keep).map(|snapshot| snapshot.snapshot.id).collect();
        self.run(|| {
            self.rustic.delete_snapshots(&obsolete)?;
            let options = PruneOptions::default();
            let plan = self.rustic.prune_plan(&options)?;
            self.rustic.prune(&options, plan)
        })?;
        Ok(obsolete.len())
    }

    fn own_snapshots(&self) -> Result<Vec<SnapshotFile>> {
        let mut snapshots = self.run(|| self.rustic.get_all_snapshots())?;
        snapshots.retain(|snapshot| snapshot.label == LABEL);
        snapshots.sort_by(|left, right| right.time.cmp(&left.time));
        Ok(snapshots)
    }

    /// The backup by its id, the beginning of its id, or `latest`.
    pub(crate) fn snapshot(&self, id: &str) -> Result<SnapshotFile> {
        let mut found = self.own_snapshots()?.into_iter().filter(|snapshot| id == "latest" || snapshot.id.to_hex().starts_with(id));
        let first = found.next().ok_or_else(|| BackupError::NoSnapshot { snapshot: id.to_owned() })?;
        if id != "latest" && found.next().is_some() {
            return Err(BackupError::Other(format!("Several backups begin with {id}")));
        }
        Ok(first)
    }

    /// The library's operations consume an open repository. The key is known by now, so the password is not tried again.
    fn open_again(&self) -> RusticResult<RusticRepository<OpenStatus>> {
        self.unopened.clone().open(&Credentials::Masterkey(self.rustic.key()))
    }

    pub(crate) fn indexed(&self) -> Result<Indexed> {
        self.run(|| self.open_again()?.to_indexed())
    }

    /// The key that encrypts the repository. It stays the same when passwords change.
    pub(crate) fn key(&self) -> Vec<u8> {
        self.rustic.key().encrypt
    }

    pub(crate) const fn storage(&self) -> &Arc<dyn Storage> {
        &self.storage
    }

    pub(crate) fn control(&self) -> &Arc<BackupControl> {
        &self.control
    }

    pub(crate) fn run<T>(&self, work: impl FnOnce() -> RusticResult<T>) -> Result<T> {
        run(&self.location, &self.control, &self.first_error, work)
    }
}

/// What a [`Repository`] has besides the library's.
struct Parts {
    storage: Arc<dyn Storage>,
    location: String,
    control: Arc<BackupControl>,
    first_error: Arc<FirstError>,
}

impl Parts {
    fn new(storage: Arc<dyn Storage>, control: Arc<BackupControl>) -> Result<(RusticRepository<()>, Self)> {
        let first_error = Arc::new(FirstError::default());
        let location = storage.location();
        let parts = Self { storage: Arc::clone(&storage), location, control: Arc::clone(&control), first_error: Arc::clone(&first_error) };
        let backends = RepositoryBackends::new(Arc::new(Backend::new(storage, Arc::clone(&control), first_error)), None);
        // The library's cache would be in somebody's home directory.
        let options = RepositoryOptions::default().no_cache(true);
        let rustic = parts.run(|| RusticRepository::new_with_progress(&options, &backends, Steps(control)))?;
        Ok((rustic, parts))
    }

    fn run<T>(&self, work: impl FnOnce() -> RusticResult<T>) -> Result<T> {
        run(&self.location, &self.control, &self.first_error, work)
    }

    fn with(self, unopened: RusticRepository<()>, rustic: RusticRepository<OpenStatus>) -> Repository {
        let Self { storage, location, control, first_error } = self;
        Repository { unopened, rustic, storage, location, control, first_error }
    }
}

fn run<T>(location: &str, control: &BackupControl, first_error: &FirstError, work: impl FnOnce() -> RusticResult<T>) -> Result<T> {
    progress::check(control)?;
    // The library is large and young: a panic in it must not end more than this backup.
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => {
            tracing::debug!(%error, "an operation on a repository failed");
            Err(first_error.take().unwrap_or_else(|| BackupError::from_library(&error, location)))
        }
        Err(_) => {
            Err(first_error.take().unwrap_or_else(|| BackupError::Other("The repository could not be used: internal error".to_owned())))
        }
    }
}

fn zoned(at: Millis) -> Zoned {
    Timestamp::from_millisecond(at.0).unwrap_or_default().to_zoned(TimeZone::UTC)
}

fn files(snapshot: &SnapshotFile) -> u64 {
    snapshot.summary.as_ref().map_or(0, |summary| summary.total_files_processed)
}

fn stored(snapshot: &SnapshotFile) -> StoredBackup {
    let summary = snapshot.summary.clone().unwrap_or_default();
    StoredBackup {
        snapshot: snapshot.id.to_hex().to_string(),
        create_at: Millis(snapshot.time.timestamp().as_millisecond()),
        host: snapshot.hostname.clone(),
        files: summary.total_files_processed,
        bytes: summary.total_bytes_processed,
        bytes_added: summary.data_added_packed,
    }
}
