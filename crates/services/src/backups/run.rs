//! The runs of the jobs: one backup, one check. They go on in threads of their own, which end when the run is dropped.

use std::sync::Arc;
use std::time::Duration;

use guildhall_model::backup::{ArchivedBackup, BackupControl, BackupDescription, BackupTarget, CheckDepth, DumpPart};
use guildhall_model::changes::ContinuousState;
use guildhall_model::codes::{backups as codes, jobs};
use guildhall_model::limits::describe_bytes;
use guildhall_model::ports::{BackupDraft, BlobKey};
use guildhall_model::{Error, Events, Millis, Result};
use guildhall_storage::dump::Snapshot;
use guildhall_storage::{Statement, backup_targets, dump};
use tokio::sync::mpsc;

use super::start::{PERCENT, TARGET};
use crate::access::{SystemGrant, Writing};
use crate::backups::Backups;
use crate::boxed;
use crate::jobs::JobContext;
use crate::worker::reason;

/// How often a job's progress is written.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(2);
/// Pieces of a table between the database and the local disk.
const PIECES: usize = 4;

/// Cancels the operation when the run is dropped: canceled, shut down, taken over.
struct Running(Arc<BackupControl>);

impl Running {
    fn with_limit_of(target: &BackupTarget) -> Self {
        Self(Arc::new(BackupControl::limited_to(target.bytes_per_second)))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Backups<'_> {
    /// Makes a backup to the target of the job, and removes there what is not to be kept.
    #[boxed]
    pub(crate) async fn run_backup(&self, job: &JobContext<'_>) -> Result<()> {
        self.check_not_paused(&job.grant).await?;
        let target = self.target_of(job).await?;
        let start_at = self.clock.now();
        self.record(job, |grant| backup_targets::record_start(grant.write_server(), target.id, start_at)).await?;
        let outcome = self.make_backup(job, &target, start_at).await;
        if outcome.as_ref().is_err_and(is_interruption) {
            return outcome.map(drop);
        }
        self.counters.backups.count(&outcome);
        match outcome {
            Ok(archived) => {
                let now = self.clock.now();
                self.record(job, |grant| backup_targets::record_success(grant.write_server(), target.id, &archived, start_at, now)).await?;
                job.set_data("snapshot", &archived.backup.snapshot);
                job.set_data("bytes", archived.backup.bytes);
                job.set_data("bytes_added", archived.backup.bytes_added);
                job.set_data("files", archived.backup.files);
                if archived.missing_files > 0 {
                    job.set_data("missing_files", archived.missing_files);
                    tracing::warn!(count = archived.missing_files, "files of messages are not on the disk, and so in no backup");
                }
                self.forget_old(job, &target).await;
                Ok(())
            }
            Err(error) => {
                self.record(job, |grant| backup_targets::record_failure(grant.write_server(), target.id, &reason(&error))).await?;
                Err(error)
            }
        }
    }

    /// Reads the repository of the job's target.
    #[boxed]
    pub(crate) async fn run_check(&self, job: &JobContext<'_>) -> Result<()> {
        let target = self.target_of(job).await?;
        let depth = match job.value(PERCENT).and_then(|percent| percent.parse().ok()) {
            Some(0) => CheckDepth::Structure,
            Some(percent @ 1..100) => CheckDepth::Sample(percent),
            _ => CheckDepth::Everything,
        };
        let running = Running::with_limit_of(&target);
        let outcome = with_progress(job, &running.0, self.backup_store.check(&target, depth, &running.0)).await;
        if outcome.as_ref().is_err_and(is_interruption) {
            return outcome;
        }
        self.counters.backup_checks.count(&outcome);
        let error = outcome.as_ref().err().map(reason).unwrap_or_default();
        let now = self.clock.now();
        self.record(job, |grant| backup_targets::record_check(grant.write_server(), target.id, &error, now)).await?;
        outcome
    }

    /// Restores the newest backup of the job's target as a test, and its continuous backup, if that is complete.
    #[boxed]
    pub(crate) async fn run_drill(&self, job: &JobContext<'_>) -> Result<()> {
        let target = self.target_of(job).await?;
        let start_at = self.clock.now();
        let running = Running::with_limit_of(&target);
        let is_complete = |(id, state): &(_, ContinuousState)| *id == target.id && !state.reached_at.is_zero();
        let with_continuous = target.is_continuous && self.continuous_states().iter().any(is_complete);
        let drill = self.backup_drill.drill(&target, &target.state.last_snapshot, with_continuous, &running.0);
        let outcome = with_progress(job, &running.0, drill).await;
        if outcome.as_ref().is_err_and(is_interruption) {
            return outcome.map(drop);
        }
        self.counters.backup_drills.count(&outcome);
        let error = outcome.as_ref().err().map(reason).unwrap_or_default();
        let now = self.clock.now();
        self.record(job, |grant| backup_targets::record_drill(grant.write_server(), target.id, &error, start_at, now)).await?;
        let report = outcome?;
        job.set_data("rows", report.rows);
        job.set_data("files", report.files);
        job.set_data("bytes", report.bytes);
        if let Some(continuous) = report.continuous {
            job.set_data("continuous_rows", continuous.rows);
            job.set_data("continuous_files", continuous.files);
            job.set_data("continuous_reached_at", continuous.reached_at.0);
        }
        Ok(())
    }

    async fn target_of(&self, job: &JobContext<'_>) -> Result<BackupTarget> {
        let id = job.value(TARGET).and_then(|id| id.parse().ok()).ok_or(codes::TARGET_NOT_FOUND)?;
        self.existing_target(&job.grant, id).await
    }

    async fn make_backup(&self, job: &JobContext<'_>, target: &BackupTarget, start_at: Millis) -> Result<ArchivedBackup> {
        self.check_room(job).await?;
        let mut draft = self.backup_store.draft(target).await?;
        let mut snapshot = dump::snapshot(self.access.read(&job.grant), job.grant.server()).await?;
        let outcome = copy_database(&mut snapshot, &mut *draft).await;
        let schema_version = snapshot.schema_version();
        snapshot.close().await;
        let blobs = outcome?;
        job.renew().await?;
        let settings = self.settings();
        let description = BackupDescription {
            create_at: start_at,
            schema_version,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            site_name: settings.site.name.clone(),
            site_url: settings.site.url.clone(),
        };
        let running = Running::with_limit_of(target);
        with_progress(job, &running.0, draft.archive(target, description, blobs, &running.0)).await
    }

    /// The copy of the database is put on the local disk first, and must not fill it: messages need the room.
    async fn check_room(&self, job: &JobContext<'_>) -> Result<()> {
        let database_bytes = self.access.read(&job.grant).size().await?.bytes;
        let free_bytes = self.blobs.disk_space().await?.free_bytes;
        let needed_bytes = database_bytes.saturating_add(self.settings().files.free_space_reserve_bytes);
        if free_bytes >= needed_bytes {
            return Ok(());
        }
        let needed = describe_bytes(i64::try_from(needed_bytes).unwrap_or(i64::MAX));
        Err(codes::NO_ROOM.with("needed", needed))
    }

    /// A backup that was made stays one, even if older ones cannot be removed.
    async fn forget_old(&self, job: &JobContext<'_>, target: &BackupTarget) {
        let running = Running::with_limit_of(target);
        let forget = self.backup_store.forget(target, self.clock.now(), &running.0);
        match with_progress(job, &running.0, forget).await {
            Ok(count) => job.set_data("removed_backups", count),
            Err(error) => {
                job.set_data("warning", format!("Older backups could not be removed: {}", reason(&error)));
                tracing::warn!(%error, target = target.name, "older backups could not be removed");
            }
        }
    }

    async fn record(&self, job: &JobContext<'_>, statement: impl FnOnce(&Writing<SystemGrant>) -> Statement) -> Result<()> {
        let mut write = self.access.write(&job.grant, "backups.record");
        write.push(job.require_lease());
        write.push(statement(&job.grant));
        write.commit(Events::none("administrators look at backups")).await
    }
}

/// The job was canceled, or another worker has it: that says nothing about the target.
fn is_interruption(error: &Error) -> bool {
    error.is(jobs::LEASE_LOST)
}

/// Waits for the operation, and writes its progress meanwhile.
async fn with_progress<T>(job: &JobContext<'_>, control: &BackupControl, operation: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::pin!(operation);
    loop {
        match tokio::time::timeout(PROGRESS_INTERVAL, &mut operation).await {
            Ok(outcome) => return outcome,
            Err(_) => job.progress(control.percent()).await?,
        }
    }
}

/// Copies every table, and returns the blobs that their rows refer to.
async fn copy_database(snapshot: &mut Snapshot, draft: &mut dyn BackupDraft) -> Result<Vec<BlobKey>> {
    for table in snapshot.tables().to_vec() {
        draft.add(DumpPart::Table { name: table.name.clone(), header: table.header() }).await?;
        let (pieces, received) = mpsc::channel(PIECES);
        let write = async {
            // Owned here, and so gone after an error, upon which the copy ends too.
            let mut received = received;
            while let Some(piece) = received.recv().await {
                draft.add(DumpPart::Lines(piece)).await?;
            }
            Ok::<(), Error>(())
        };
        let (written, summary) = futures::future::join(write, snapshot.copy_table(&table, pieces)).await;
        written?;
        let summary = summary?;
        draft.add(DumpPart::End { rows: summary.rows, digest: summary.digest_text() }).await?;
    }
    let keys = snapshot.blob_keys().await?;
    Ok(keys.iter().filter_map(|key| key.parse().ok()).collect())
}
