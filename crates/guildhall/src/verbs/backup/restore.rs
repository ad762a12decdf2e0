//! `guildhall backup restore`: without a server, from the address of a repository.

use std::path::Path;
use std::sync::Arc;

use clap::Args;
use guildhall_backup::ContinuousSource;
use guildhall_model::Millis;
use guildhall_model::backup::BackupControl;

use super::access::{Choice, Opened, format_bytes, format_time};
use super::resume;
use crate::backup_parts;
use crate::config::Config;
use crate::data_folder::{DataFolder, Purpose};
use crate::restore::continuous::{Continuous, format_moment};
use crate::restore::{Destination, Source, blocking, with_progress};

#[derive(Debug, Args)]
pub struct Restore {
    #[command(flatten)]
    choice: Choice,
}

pub async fn run(config: Config, Restore { choice }: Restore) -> Result<(), String> {
    let data = &config.startup.server.data_dir;
    let from = choice.location().to_owned();
    let _lock = DataFolder::try_lock(data, Purpose::Command).map_err(|error| error.message(data))?;
    let destination = Destination::new(data, &config.database_url())?.with_paused_backups(&from);
    let control = Arc::new(BackupControl::default());
    let opened = choice.open_repository(&config, &control).await?;
    let (snapshot, is_paused) = match continuous(&opened).await? {
        Some(continuous) => {
            let is_paused = restore_continuous(&continuous, &destination, &control, data).await?;
            (continuous.backup.map(|source| source.backup.snapshot).unwrap_or_default(), is_paused)
        }
        None => {
            let source = Source::open(opened.repository, opened.backup?).await?;
            let is_paused = restore_backup(&source, &destination, &control, data).await?;
            (source.backup.snapshot, is_paused)
        }
    };
    if data.join("restored-config").is_dir() {
        println!("The configuration file of that time is in {}.", data.join("restored-config").display());
    }
    if let Some(hook) = backup_parts::after_restore_hook(&config) {
        let folder = data.display().to_string();
        let variables = [
            ("GUILDHALL_BACKUP_LOCATION", from.as_str()),
            ("GUILDHALL_BACKUP_SNAPSHOT", snapshot.as_str()),
            ("GUILDHALL_SERVER_DATA_DIR", &folder),
        ];
        hook.run(&variables).await.map_err(|error| format!("Everything is restored, but not all that should follow: {error}"))?;
    }
    println!("Start the server: guildhall serve");
    if is_paused {
        println!("{}", resume::HINT);
    }
    Ok(())
}

/// The continuous backup, where it has something newer than the backup and no backup was asked for by its id.
pub(super) async fn continuous(opened: &Opened) -> Result<Option<Continuous>, String> {
    if opened.is_snapshot_named {
        return Ok(None);
    }
    let (repository, at) = (Arc::clone(&opened.repository), opened.at);
    let after = opened.backup.as_ref().map_or(Millis(0), |backup| backup.create_at);
    let found = blocking(move || ContinuousSource::find(&repository, after, at, &format_moment)).await?;
    let Some(pages) = found.map(Arc::new) else { return Ok(None) };
    let backup = match &opened.backup {
        Ok(backup) => Some(Source::open(Arc::clone(&opened.repository), backup.clone()).await?),
        Err(_) => None,
    };
    Ok(Some(Continuous { pages, backup }))
}

/// Whether the backups of the restored server are paused.
async fn restore_continuous(
    continuous: &Continuous,
    destination: &Destination,
    control: &Arc<BackupControl>,
    data: &Path,
) -> Result<bool, String> {
    let reached = format_moment(continuous.pages.reached_at());
    println!("Restoring the continuous backup, as of {reached}, into {}", data.display());
    let report = with_progress(control, continuous.restore(destination, control)).await?;
    println!(
        "The database ({}) is restored and whole, with everything that was committed until {}, and {} files ({}), in {:.1} s.",
        format_bytes(report.pages.bytes),
        format_moment(report.pages.reached_at),
        report.files.files,
        format_bytes(report.files.bytes),
        report.duration.as_secs_f64()
    );
    if continuous.backup.is_none() {
        println!("There is no backup of before that moment: keys, certificates and files of messages are not restored.");
    }
    if !report.missing.is_empty() {
        println!("{} files of messages are missing: they had not reached the target.", report.missing.len());
    }
    Ok(report.is_paused)
}

/// Whether the backups of the restored server are paused.
async fn restore_backup(source: &Source, destination: &Destination, control: &Arc<BackupControl>, data: &Path) -> Result<bool, String> {
    let snapshot: String = source.backup.snapshot.chars().take(10).collect();
    println!("Restoring the backup {snapshot} of {} into {}", format_time(source.backup.create_at.0), data.display());
    let report = with_progress(control, source.restore(destination)).await?;
    let seconds = report.duration.as_secs_f64();
    println!(
        "{} rows of {} tables and {} files ({}) are restored and compared, in {seconds:.1} s.",
        report.rows,
        report.tables,
        report.files,
        format_bytes(report.bytes)
    );
    let missing = source.manifest.missing_blobs.len();
    if missing > 0 {
        println!("{missing} files of messages were missing already when the backup was made.");
    }
    Ok(report.is_paused)
}
