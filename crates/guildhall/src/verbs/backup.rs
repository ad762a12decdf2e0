//! `guildhall backup ...`: targets, backups, checks, restores and drills.

mod access;
mod drill;
mod restore;
mod resume;
mod run;
mod target;

use clap::Subcommand;

use crate::config::Config;

#[derive(Debug, Subcommand)]
pub enum Backup {
    /// Manage the places that backups are made to
    #[command(subcommand)]
    Target(target::Target),
    /// Make a backup now
    Create {
        /// The name of the target; needed if there are several
        target: Option<String>,
    },
    /// List the backups of a target, newest first
    List {
        /// The name of the target; needed if there are several
        target: Option<String>,
    },
    /// Read the backups of a target, and say whether they are whole
    Verify {
        /// The name of the target; needed if there are several
        target: Option<String>,
        /// How much of the data is read
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u8).range(0..=100))]
        percent: u8,
    },
    /// Restore a backup into an empty data folder and an empty database
    Restore(restore::Restore),
    /// Make backups again on a restored server, which goes on in place of the old one
    Resume,
    /// Restore a backup as a test, beside the running server, and compare it with what was backed up
    Drill(drill::Drill),
}

pub async fn run(config: Config, verb: Backup) -> Result<(), String> {
    match verb {
        Backup::Target(verb) => target::run(config, verb).await,
        Backup::Create { target } => run::create(config, target).await,
        Backup::List { target } => run::list(config, target).await,
        Backup::Verify { target, percent } => run::verify(config, target, percent).await,
        Backup::Restore(restore) => restore::run(config, restore).await,
        Backup::Resume => resume::run(config).await,
        Backup::Drill(drill) => drill::run(config, drill).await,
    }
}
