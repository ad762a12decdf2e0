//! The move while the server runs: it goes on while the copy is made and catches up, saves nothing in the last moment, and ends.

use std::time::{Duration, Instant};

use guildhall_model::Clock as _;
use guildhall_model::time::SystemClock;
use guildhall_storage::{Database, Server, audits};
use guildhall_wire::database::DatabaseMode;

use super::copy::{Copy, Pass};
use super::lease::Lease;
use super::{Move, begin};
use crate::config::{Config, Flags};
use crate::data_folder::{DataFolder, LockHolder};
use crate::local_api::{self, LocalApi};
use crate::restore::Destination;
use crate::wiring::{error_message, open_database};

/// So few rows are copied in the last moment.
const LAST_ROWS: u64 = 1_000;
/// How often it is looked whether the configuration names the new database.
const CONFIG_INTERVAL: Duration = Duration::from_secs(1);
/// How often the copy catches up meanwhile.
const CATCH_UP_INTERVAL: Duration = Duration::from_secs(30);
/// How long the server may take to end, and the next one to answer.
const RESTART_TIMEOUT: Duration = Duration::from_secs(60);
const ANSWER_INTERVAL: Duration = Duration::from_millis(200);
/// Of the server's clock and this one.
const AUDIT_TOLERANCE_MS: i64 = 5_000;

impl Move<'_> {
    pub(super) async fn run_live(&self, destination: &Destination, api: LocalApi) -> Result<(), String> {
        let data = &self.config.startup.server.data_dir;
        let server = DataFolder::holder(data).map_err(|error| error.to_string())?;
        let from = open_database(self.config).await?;
        let lease = Lease::of(api);
        let outcome = tokio::select! {
            outcome = self.copy_and_switch(&from, destination, &lease) => outcome,
            reason = lease.lost() => Err(reason),
            _ = tokio::signal::ctrl_c() => Err("The move was interrupted; the server goes on with the old database.".to_owned()),
        };
        from.close().await;
        lease.give_back().await;
        let restart = outcome?;
        self.await_server(server, restart).await
    }

    /// Whether the server starts again.
    async fn copy_and_switch(&self, from: &Database, destination: &Destination, lease: &Lease) -> Result<bool, String> {
        let start = Instant::now();
        let start_ms = SystemClock.now().plus_ms(-AUDIT_TOLERANCE_MS);
        lease.set(DatabaseMode::Copying).await?;
        let newest = audits::list(from, from.grant(Server), 20, 0).await;
        let newest = newest.map_err(|error| error_message("The database could not be read", &error))?;
        // The record of the mode that was set just now.
        if !newest.iter().any(|audit| audit.action == "database.begin_move" && audit.create_at >= start_ms) {
            return Err(
                "The running server uses another database than the configuration names: give its address by --database-url.".to_owned()
            );
        }
        let copy = begin(from, destination).await?;
        println!("The database is copied while the server runs, in {:.1} s.", start.elapsed().as_secs_f64());
        self.catch_up(&copy).await?;
        let restart = match self.is_stopped {
            true => false,
            false => self.await_configuration(&copy).await?,
        };
        let closed = Instant::now();
        lease.set(DatabaseMode::ReadOnly).await?;
        println!("Nothing can be saved from now on.");
        let Pass { tables, rows, changed_rows, .. } = copy.verify().await?;
        copy.finish().await?;
        destination.place_database()?;
        lease.set_moved(restart).await?;
        self.complete(destination)?;
        let seconds = closed.elapsed().as_secs_f64();
        println!(
            "{rows} rows of {tables} tables are the same in both ({changed_rows} of them new), and the server ends, {seconds:.1} s later."
        );
        Ok(restart)
    }

    /// Until little is left to do, or as much as is written while the tables are read once.
    async fn catch_up(&self, copy: &Copy<'_>) -> Result<(), String> {
        let mut before = u64::MAX;
        loop {
            let start = Instant::now();
            let changed = copy.catch_up().await?.changed_rows;
            println!("{changed} rows have changed meanwhile, and are copied too, in {:.1} s.", start.elapsed().as_secs_f64());
            if changed <= LAST_ROWS || changed > before / 2 {
                return Ok(());
            }
            before = changed;
        }
    }

    /// Returns when the configuration names the new database, so that the server that is started next uses it.
    async fn await_configuration(&self, copy: &Copy<'_>) -> Result<bool, String> {
        let mut is_told = false;
        let mut caught_up = Instant::now();
        while !self.is_configured() {
            if !is_told {
                let file = self.config.file.as_ref().map_or_else(|| "the configuration".to_owned(), |file| file.display().to_string());
                println!("Now set [database] url in {file} to the new address; this command waits for it. Or end it, and add --stop.");
                is_told = true;
            }
            tokio::time::sleep(CONFIG_INTERVAL).await;
            if caught_up.elapsed() >= CATCH_UP_INTERVAL {
                copy.catch_up().await?;
                caught_up = Instant::now();
            }
        }
        if is_told {
            self.catch_up(copy).await?;
        }
        Ok(true)
    }

    /// Without the option that names the old database.
    fn is_configured(&self) -> bool {
        let flags = Flags { database_url: None, ..self.flags.clone() };
        Config::load(&flags).is_ok_and(|config| config.database_url() == self.to)
    }

    async fn await_server(&self, old: Option<LockHolder>, restart: bool) -> Result<(), String> {
        let data = &self.config.startup.server.data_dir;
        let is_next = |holder: Option<LockHolder>| holder != old && (!restart || holder.is_some());
        let awaited = async {
            while !DataFolder::holder(data).is_ok_and(is_next) || (restart && !local_api::answers(data, ANSWER_INTERVAL).await) {
                tokio::time::sleep(ANSWER_INTERVAL).await;
            }
        };
        match (tokio::time::timeout(RESTART_TIMEOUT, awaited).await, restart) {
            (Ok(()), true) => println!("The server runs with the new database."),
            (Ok(()), false) => {
                println!("The server has ended. Set the new address ([database] url, or GUILDHALL_DATABASE_URL), and start it.")
            }
            (Err(_), true) => println!("The server has ended, and nothing has started it again: start it now."),
            (Err(_), false) => return Err("The server has not ended yet. Stop it, set the new address, and start it.".to_owned()),
        }
        println!("The old database is as it was in that moment: guildhall database stay goes back to it.");
        Ok(())
    }
}
