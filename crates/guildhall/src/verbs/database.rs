//! `guildhall database move`: copies the database into another one, of whatever kind, while the server is stopped.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use clap::Subcommand;
use guildhall_adapters::ids::TimeOrderedIds;
use guildhall_backup::store::TableEntry;
use guildhall_model::time::SystemClock;
use guildhall_model::{Clock as _, Error, IdSource};
use guildhall_storage::dump::{self, Loader, Snapshot, TableShape};
use guildhall_storage::{Database, Server};
use tokio::sync::mpsc;

use crate::config::Config;
use crate::data_folder::{DataFolder, Purpose};
use crate::restore::Destination;
use crate::restore::database::{compare, compare_stored};
use crate::wiring::{error_message, open_database};

/// Pieces of a table between the two databases.
const PIECES: usize = 4;

#[derive(Debug, Subcommand)]
pub enum DatabaseVerb {
    /// Copy the database of a stopped server into an empty one, of whatever kind, and compare both
    Move {
        /// Where to: sqlite:PATH, postgres://... or mysql://...
        #[arg(long, value_name = "URL")]
        to: String,
    },
}

pub async fn run(config: &Config, verb: DatabaseVerb) -> Result<(), String> {
    let DatabaseVerb::Move { to } = verb;
    let data = &config.startup.server.data_dir;
    let _lock = DataFolder::try_lock(data, Purpose::Command).map_err(|error| error.message(data))?;
    if to == config.database_url() {
        return Err("This is the database that the server uses already.".to_owned());
    }
    let start = Instant::now();
    let from = open_database(config).await?;
    let outcome = copy(&from, &Destination::of_move(data, &to)?).await;
    from.close().await;
    let (tables, rows) = outcome?;
    println!("{rows} rows of {tables} tables are copied and compared, in {:.1} s.", start.elapsed().as_secs_f64());
    println!("Set the new address in the configuration ([database] url), or by GUILDHALL_DATABASE_URL, and start the server.");
    println!("The old database is as it was: to go back, take the setting away again. What was written meanwhile is in the new one only.");
    Ok(())
}

/// Tables and rows.
async fn copy(from: &Database, destination: &Destination) -> Result<(usize, u64), String> {
    let pending = from.pending_migrations().await.map_err(|error| error_message("The schema could not be read", &error))?;
    let is_empty = from.is_empty().await.map_err(|error| error_message("The schema could not be read", &error))?;
    if is_empty {
        return Err("There is no database yet that could be moved.".to_owned());
    }
    if !pending.is_empty() {
        return Err("The schema of the database is older than this program: start the server once, or run guildhall migrate.".to_owned());
    }
    destination.begin("database").await?;
    let to = destination.open_database().await?;
    let outcome = copy_into(from, &to).await;
    to.empty_log().await.map_err(|error| error_message("The new database could not be written", &error))?;
    to.close().await;
    let tables = outcome?;
    destination.place_database()?;
    destination.finish()?;
    Ok((tables.len(), tables.values().map(|table| table.rows).sum()))
}

/// Copies every table into an empty database, and compares.
pub(crate) async fn copy_into(from: &Database, to: &Database) -> Result<BTreeMap<String, TableEntry>, String> {
    let mut snapshot = dump::snapshot(from, from.grant(Server)).await.map_err(failed)?;
    let mut loader = Loader::begin(to, snapshot.schema_version()).await.map_err(failed)?;
    let mut tables = BTreeMap::new();
    for table in snapshot.tables().to_vec() {
        let entry = copy_table(&mut snapshot, &table, &mut loader).await?;
        tables.insert(table.name, entry);
    }
    snapshot.close().await;
    compare_stored(&tables, to).await?;
    let ids: &dyn IdSource = &TimeOrderedIds::new(Arc::new(SystemClock));
    loader.finish(ids.next(), SystemClock.now()).await.map_err(failed)?;
    Ok(tables)
}

async fn copy_table(snapshot: &mut Snapshot, table: &TableShape, loader: &mut Loader) -> Result<TableEntry, String> {
    let (pieces, received) = mpsc::channel::<Bytes>(PIECES);
    let mut target = loader.table(table.header().as_bytes()).map_err(failed)?;
    let load = async {
        // Owned here, and so gone after an error, upon which the copy ends too.
        let mut received = received;
        while let Some(piece) = received.recv().await {
            for line in piece.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                target.push(line).await?;
            }
        }
        target.finish().await
    };
    let (copied, loaded) = tokio::join!(snapshot.copy_table(table, pieces), load);
    // An error of the new database also ends the copy, and says more.
    let loaded = loaded.map_err(failed)?;
    let copied = copied.map_err(failed)?;
    let entry = TableEntry { rows: copied.rows, digest: copied.digest_text() };
    compare(&table.name, &entry, loaded)?;
    Ok(entry)
}

fn failed(error: Error) -> String {
    error_message("The database could not be copied", &error)
}
