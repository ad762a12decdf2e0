//! `guildhall backup drill`: proves that a backup can be restored.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use guildhall_model::backup::BackupControl;

use super::access::{Choice, format_bytes, format_time};
use crate::config::Config;
use crate::restore::{drill, with_progress};

#[derive(Debug, Args)]
pub struct Drill {
    #[command(flatten)]
    choice: Choice,
    /// A folder with room for everything in the backup [default: that for temporary files]
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
}

pub async fn run(config: Config, Drill { choice, scratch }: Drill) -> Result<(), String> {
    let control = Arc::new(BackupControl::default());
    let source = choice.open(&config, &control).await?;
    let scratch = scratch.unwrap_or_else(std::env::temp_dir);
    let report = with_progress(&control, drill(&config, &source, &scratch)).await?;
    println!(
        "The backup of {} was restored in {:.1} s: {} rows of {} tables and {} files ({}) are as they were, and a server started with them.",
        format_time(source.backup.create_at.0),
        report.duration.as_secs_f64(),
        report.rows,
        report.tables,
        report.files,
        format_bytes(report.bytes)
    );
    Ok(())
}
