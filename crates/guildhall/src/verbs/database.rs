//! `guildhall database ...`: moves the database to another one, and goes back.

use clap::Subcommand;

use crate::config::{Config, Flags};
use crate::database_move::{Move, stay_with_old};

#[derive(Debug, Subcommand)]
pub enum DatabaseVerb {
    /// Copy the database into an empty one, of whatever kind, compare both, and let the server use the new one. The server may
    /// run meanwhile
    Move {
        /// Where to: sqlite:PATH, postgres://... or mysql://...
        #[arg(long, value_name = "URL")]
        to: String,
        /// Do not wait for the configuration to name the new database: a running server ends, and you start it again. For
        /// addresses in the environment
        #[arg(long)]
        stop: bool,
    },
    /// Go back to the database that the configuration names, although it was moved to another one
    Stay,
}

pub async fn run(config: &Config, flags: &Flags, verb: DatabaseVerb) -> Result<(), String> {
    match verb {
        DatabaseVerb::Move { to, stop } => Move { config, flags, to, is_stopped: stop }.run().await,
        DatabaseVerb::Stay => stay_with_old(config),
    }
}
