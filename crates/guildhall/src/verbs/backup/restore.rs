//! `guildhall backup restore`: without a server, from the address of a repository.

use std::sync::Arc;

use clap::Args;
use guildhall_model::backup::BackupControl;

use super::access::{Choice, format_bytes, format_time};
use crate::backup_parts;
use crate::config::Config;
use crate::data_folder::{DataFolder, Purpose};
use crate::restore::{Destination, with_progress};

#[derive(Debug, Args)]
pub struct Restore {
    #[command(flatten)]
    choice: Choice,
}

pub async fn run(config: Config, Restore { choice }: Restore) -> Result<(), String> {
    let data = &config.startup.server.data_dir;
    let from = choice.location().to_owned();
    let _lock = DataFolder::try_lock(data, Purpose::Command).map_err(|error| error.message(data))?;
    let destination = Destination::new(data, &config.database_url())?;
    let control = Arc::new(BackupControl::default());
    let source = choice.open(&config, &control).await?;
    let snapshot: String = source.backup.snapshot.chars().take(10).collect();
    println!("Restoring the backup {snapshot} of {} into {}", format_time(source.backup.create_at.0), data.display());
    let report = with_progress(&control, source.restore(&destination)).await?;
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
    if data.join("restored-config").is_dir() {
        println!("The configuration file of that time is in {}.", data.join("restored-config").display());
    }
    if let Some(hook) = backup_parts::after_restore_hook(&config) {
        let folder = data.display().to_string();
        let variables = [
            ("GUILDHALL_BACKUP_LOCATION", from.as_str()),
            ("GUILDHALL_BACKUP_SNAPSHOT", &source.backup.snapshot),
            ("GUILDHALL_SERVER_DATA_DIR", &folder),
        ];
        hook.run(&variables).await.map_err(|error| format!("Everything is restored, but not all that should follow: {error}"))?;
    }
    println!("Start the server: guildhall serve");
    Ok(())
}
