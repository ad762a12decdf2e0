//! The database of a backup: its copy is read from the repository, loaded, and compared with the backup's own figures.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::sync::Arc;

use guildhall_adapters::ids::TimeOrderedIds;
use guildhall_backup::store::{TableEntry, layout};
use guildhall_model::time::SystemClock;
use guildhall_model::{Clock as _, IdSource};
use guildhall_storage::dump::{self, Loader, TableLoader, TableSummary};
use guildhall_storage::{Database, Server};

use super::destination::Destination;
use super::{Source, blocking};
use crate::wiring::error_message;

/// Loads every table; how many rows that are, and whether the backups of the restored server are paused.
pub(super) async fn restore(source: &Source, destination: &Destination) -> Result<(u64, bool), String> {
    let folder = destination.work().join(layout::DATABASE);
    let (repository, snapshot, target) = (Arc::clone(&source.repository), source.backup.snapshot.clone(), folder.clone());
    blocking(move || repository.restore(&snapshot, layout::DATABASE, &target, &|_, _| false)).await?;
    let db = destination.open_database().await?;
    let load = async {
        let rows = load(source, &folder, &db).await?;
        Ok::<_, String>((rows, destination.pause_backups(&db, source.backup.create_at).await?))
    };
    let outcome = load.await;
    db.empty_log().await.map_err(|error| error_message("The database could not be written", &error))?;
    db.close().await;
    let restored = outcome?;
    destination.place_database()?;
    Ok(restored)
}

async fn load(source: &Source, folder: &Path, db: &Database) -> Result<u64, String> {
    let failed = |error: guildhall_model::Error| error_message("The database could not be restored", &error);
    let mut loader = Loader::begin(db, source.manifest.description.schema_version).await.map_err(failed)?;
    let mut rows = 0;
    for (name, expected) in &source.manifest.tables {
        let file = File::open(folder.join(layout::table_file(name)))
            .map_err(|error| format!("The table {name} is not in the backup: {error}."))?;
        let summary = load_table(&mut loader, BufReader::with_capacity(1024 * 1024, file)).await?;
        compare(name, expected, summary)?;
        rows += summary.rows;
    }
    compare_stored(&source.manifest.tables, db).await?;
    let ids: &dyn IdSource = &TimeOrderedIds::new(Arc::new(SystemClock));
    loader.finish(ids.next(), SystemClock.now()).await.map_err(failed)?;
    Ok(rows)
}

/// Reads on this thread: a restore has nothing else to do.
async fn load_table(loader: &mut Loader, mut input: BufReader<File>) -> Result<TableSummary, String> {
    let unreadable = |error: std::io::Error| format!("The copy of the database cannot be read: {error}.");
    let failed = |error: guildhall_model::Error| error_message("The database could not be restored", &error);
    let mut line = Vec::new();
    read_line(&mut input, &mut line).map_err(unreadable)?;
    let mut table: TableLoader<'_> = loader.table(&line).map_err(failed)?;
    while read_line(&mut input, &mut line).map_err(unreadable)? {
        table.push(&line).await.map_err(failed)?;
    }
    table.finish().await.map_err(failed)
}

/// `false` at the end. Without the line feed.
fn read_line(input: &mut BufReader<File>, line: &mut Vec<u8>) -> std::io::Result<bool> {
    line.clear();
    input.read_until(b'\n', line)?;
    let is_line = line.pop_if(|byte| *byte == b'\n').is_some();
    if is_line || line.is_empty() { Ok(is_line) } else { Err(std::io::Error::other("its last line is cut off")) }
}

/// Reads the database again: what is stored must be what was copied.
pub async fn compare_stored(tables: &BTreeMap<String, TableEntry>, db: &Database) -> Result<(), String> {
    let failed = |error: guildhall_model::Error| error_message("The restored database could not be read", &error);
    let mut snapshot = dump::snapshot(db, db.grant(Server)).await.map_err(failed)?;
    for table in snapshot.tables().to_vec() {
        let summary = snapshot.summarize_table(&table).await.map_err(failed)?;
        let expected = tables.get(&table.name).ok_or_else(|| format!("The table {} is not in the copy.", table.name))?;
        compare(&table.name, expected, summary)?;
    }
    snapshot.close().await;
    Ok(())
}

pub fn compare(name: &str, expected: &TableEntry, found: TableSummary) -> Result<(), String> {
    if expected.rows == found.rows && expected.digest == found.digest_text() {
        return Ok(());
    }
    Err(format!("The table {name} is not as it was copied: it has {} rows of {}.", found.rows, expected.rows))
}
