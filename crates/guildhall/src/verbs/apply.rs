//! `guildhall apply PLAN`: brings the server to what the plan declares, or shows what that would change.

use std::path::PathBuf;

use crate::config::Config;
use crate::local_api::LocalApi;
use crate::plan::{self, Plan, summary};

#[derive(Debug, clap::Args)]
pub struct Apply {
    /// A TOML file, or - for standard input: docs/ops/plan.md
    file: PathBuf,
    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

pub async fn run(mut config: Config, Apply { file, dry_run }: Apply) -> Result<(), String> {
    let plan = plan::read(&file)?;
    if !dry_run {
        return LocalApi::with(config, async |api| apply(api, &plan).await).await;
    }
    // Showing what would change must not make a data folder: a new server is compared in a temporary one.
    let mut temporary = None;
    if config.startup.database.url.is_empty() && !config.startup.server.data_dir.join("guildhall.db").exists() {
        let folder = tempfile::tempdir().map_err(|error| format!("A temporary folder cannot be created: {error}."))?;
        config.startup.server.data_dir = folder.path().to_owned();
        temporary = Some(folder);
    }
    let result = LocalApi::with(config, async |api| preview(api, &plan).await).await;
    drop(temporary);
    result
}

async fn preview(api: &mut LocalApi, plan: &Plan) -> Result<(), String> {
    let changes = plan::preview(api, plan).await?;
    for change in &changes {
        println!("{change}");
    }
    println!("Dry run: {}.", summary(&changes, ["to create", "to change"]));
    Ok(())
}

/// Everything is compared before the first change, so that what can be found wrong leaves the server as it was.
async fn apply(api: &mut LocalApi, plan: &Plan) -> Result<(), String> {
    plan::preview(api, plan).await?;
    let changes = plan::apply(api, plan).await?;
    println!("Applied: {}.", summary(&changes, ["created", "changed"]));
    Ok(())
}
