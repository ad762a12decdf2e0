//! `guildhall backup drill`: proves that a backup can be restored.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use guildhall_model::backup::BackupControl;

use super::access::{Choice, format_bytes, format_time};
use super::restore::continuous;
use crate::config::Config;
use crate::restore::continuous::format_moment;
use crate::restore::{Source, drill, drill_continuous, with_progress};

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
    let opened = choice.open_repository(&config, &control).await?;
    let continuous = continuous(&opened).await?;
    let source = Source::open(opened.repository, opened.backup?).await?;
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
    if let Some(continuous) = continuous {
        let report = with_progress(&control, drill_continuous(&config, &continuous, &scratch, &control)).await?;
        println!(
            "The continuous backup was restored, as of {}: it is whole, has {} rows and {} files that no backup has, and a server started with it.",
            format_moment(report.reached_at),
            report.rows,
            report.files
        );
    }
    Ok(())
}
