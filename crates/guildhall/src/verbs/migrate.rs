//! `guildhall migrate`: the schema, without the server, and the way back.

use crate::config::Config;
use crate::data_folder::{DataFolder, LockError, Purpose};
use crate::upgrade::{self, Upgrade};
use crate::wiring;

#[derive(Debug, clap::Args)]
pub struct Migrate {
    /// Change the schema also where an embedded database cannot be copied before, or where one on a server has no backup of the last
    /// 24 hours
    #[arg(long)]
    without_backup: bool,
    /// Put the copy from before the last upgrade in the place of an embedded database, which is kept aside
    #[arg(long, conflicts_with = "without_backup")]
    rollback: bool,
}

pub async fn run(mut config: Config, migrate: Migrate) -> Result<(), String> {
    let path = config.startup.server.data_dir.clone();
    let folder = DataFolder::try_lock(&path, Purpose::Command);
    let held = |error: LockError| match error {
        LockError::Held(_) => format!("{} Stop it first.", error.message(&path)),
        LockError::Io(_) => error.message(&path),
    };
    if migrate.rollback {
        let _folder = folder.map_err(held)?;
        println!("{}", upgrade::roll_back(&config).await?);
        return Ok(());
    }
    config.startup.database.migrate_without_backup |= migrate.without_backup;
    let db = wiring::open_database(&config).await?;
    let outcome = async {
        let upgrade = Upgrade::plan(&config, &db).await?;
        let pending = upgrade.pending.len();
        // Beside a running server, what is up to date is no error.
        let _folder = if pending > 0 { Some(folder.map_err(held)?) } else { None };
        for step in &upgrade.pending {
            println!("{}", step.name);
        }
        let line = upgrade.run(&config, &db).await?;
        match pending {
            0 => println!("The schema is up to date."),
            1 => println!("1 step done."),
            steps => println!("{steps} steps done."),
        }
        if let Some(line) = line {
            println!("{line}");
        }
        Ok(())
    };
    let outcome = outcome.await;
    db.close().await;
    outcome
}
