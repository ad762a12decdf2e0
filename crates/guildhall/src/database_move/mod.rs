//! Moves the database of a server to another one, of whatever kind, while the server is stopped or while it runs.

mod copy;
mod lease;
mod left;
mod live;

use std::time::Instant;

use guildhall_model::Error;
use guildhall_storage::Database;

use crate::config::{Config, Flags};
use crate::data_folder::{DataFolder, Purpose};
use crate::local_api::{self, LocalApi};
use crate::restore::Destination;
use crate::wiring::{error_message, open_database};
pub use copy::Copy;
pub use left::check_not_left;

/// A move from the database of the configuration.
pub struct Move<'a> {
    pub config: &'a Config,
    /// To read the configuration again.
    pub flags: &'a Flags,
    /// The URL of the new database.
    pub to: String,
    /// Whether a running server ends without waiting for the configuration to name the new database.
    pub is_stopped: bool,
}

impl Move<'_> {
    pub async fn run(self) -> Result<(), String> {
        let data = &self.config.startup.server.data_dir;
        if self.to == self.config.database_url() {
            return Err(
                "This is the database that the configuration names already. If it is the new one, name the old one by --database-url."
                    .to_owned(),
            );
        }
        let destination = Destination::of_move(data, &self.to)?;
        match DataFolder::lock_or_connect(data, async || local_api::connect(data).await).await? {
            Ok(_lock) => {
                let from = open_database(self.config).await?;
                let outcome = self.run_offline(&from, &destination).await;
                from.close().await;
                outcome
            }
            Err(sender) => self.run_live(&destination, LocalApi::Socket(sender)).await,
        }
    }

    async fn run_offline(&self, from: &Database, destination: &Destination) -> Result<(), String> {
        let start = Instant::now();
        let copy = begin(from, destination).await?;
        let copied = copy.verify().await?;
        copy.finish().await?;
        destination.place_database()?;
        self.complete(destination)?;
        println!("{} rows of {} tables are copied and compared, in {:.1} s.", copied.rows, copied.tables, start.elapsed().as_secs_f64());
        println!("Set the new address in the configuration ([database] url), or by GUILDHALL_DATABASE_URL, and start the server.");
        println!(
            "The old database is as it was: guildhall database stay goes back to it. What was written meanwhile is in the new one only."
        );
        Ok(())
    }

    /// From here on a server may use the new database, and not the old one.
    fn complete(&self, destination: &Destination) -> Result<(), String> {
        left::leave(&self.config.startup.server.data_dir, &self.config.database_url())?;
        destination.finish()
    }
}

async fn begin<'a>(from: &'a Database, destination: &Destination) -> Result<Copy<'a>, String> {
    let unreadable = |error: Error| error_message("The schema could not be read", &error);
    if from.is_empty().await.map_err(unreadable)? {
        return Err("There is no database yet that could be moved.".to_owned());
    }
    if !from.pending_migrations().await.map_err(unreadable)?.is_empty() {
        return Err("The schema of the database is older than this program: start the server once, or run guildhall migrate.".to_owned());
    }
    destination.begin("database").await?;
    Copy::begin(from, destination.open_database().await?).await
}

/// Locks the folder of a stopped server, to go back to the database that was moved.
pub fn stay_with_old(config: &Config) -> Result<(), String> {
    let data = &config.startup.server.data_dir;
    let _lock = DataFolder::try_lock(data, Purpose::Command).map_err(|error| error.message(data))?;
    left::stay(data, &config.database_url())
}
