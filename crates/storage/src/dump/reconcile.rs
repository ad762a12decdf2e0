//! Brings an earlier copy of a table to what the table is now. Rows are found by the hashes of their keys, since no two databases
//! sort texts alike.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead as _, BufReader, BufWriter, Seek as _, Write as _};
use std::sync::Arc;

use bytes::Bytes;
use guildhall_model::codes::context;
use guildhall_model::{Error, Result};
use tokio::sync::mpsc;

use super::insert::Insert;
use super::lines::{Content, DIGEST_BYTES};
use super::summary::TableSummary;
use super::table::{TableShape, unusable};
use super::{Snapshot, line, snapshot};
use crate::{Batch, Database, Server, Statement, Value, params};

/// Rows that are compared at once. Each takes about 50 bytes of memory; a table with more is read several times.
const ROWS_PER_PASS: u64 = 4_000_000;
/// Of one commit.
const STATEMENTS_PER_BATCH: usize = 500;
/// Pieces of a table on their way.
const PIECES: usize = 4;

/// What had to be done to make the copy the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reconciled {
    /// The table as it is now.
    pub summary: TableSummary,
    pub inserted: u64,
    pub removed: u64,
}

/// The hashes of the keys of rows that differ.
#[derive(Default)]
struct Differences {
    /// Rows of the copy that have changed, or are gone.
    outdated: HashSet<u128>,
    /// Rows that the copy does not have as they are now.
    missing: HashSet<u128>,
}

/// Makes a table of `target` the same as in the snapshot. Nobody else writes to it.
///
/// # Errors
/// `DUMP_UNREADABLE` for a table without a key.
pub async fn reconcile(source: &mut Snapshot, target: &Database, table: &TableShape) -> Result<Reconciled> {
    if !table.has_key() {
        return Err(unusable(&table.name, "it has no primary key"));
    }
    let (summary, differences) = compare(source, target, table).await?;
    let Differences { outdated, missing } = differences;
    let removed = if outdated.is_empty() { 0 } else { remove(target, table, outdated).await? };
    let inserted = if missing.is_empty() { 0 } else { insert(source, target, table, missing).await? };
    Ok(Reconciled { summary, inserted, removed })
}

async fn compare(source: &mut Snapshot, target: &Database, table: &TableShape) -> Result<(TableSummary, Differences)> {
    let rows: i64 = target.one(format!("SELECT COUNT(*) FROM {}", table.name), params![]).await?;
    let passes = u128::from(u64::try_from(rows).unwrap_or_default() / ROWS_PER_PASS + 1);
    let mut differences = Differences::default();
    let mut summary = TableSummary::default();
    let mut stored = snapshot(target, target.grant(Server)).await?;
    for pass in 0..passes {
        let mut copied: HashMap<u128, u128> = HashMap::new();
        scan(&mut stored, table, |key, row| {
            if key % passes == pass {
                copied.insert(key, row);
            }
        })
        .await?;
        let Differences { outdated, missing } = &mut differences;
        summary = scan(source, table, |key, row| {
            if key % passes != pass {
                return;
            }
            match copied.remove(&key) {
                Some(copy) if copy == row => return,
                Some(_) => _ = outdated.insert(key),
                None => {}
            }
            missing.insert(key);
        })
        .await?;
        outdated.extend(copied.into_keys());
    }
    stored.close().await;
    Ok((summary, differences))
}

/// Calls `row` with the hashes of each row's key and of the row.
async fn scan(snapshot: &mut Snapshot, table: &TableShape, mut row: impl FnMut(u128, u128)) -> Result<TableSummary> {
    let (pieces, mut received) = mpsc::channel::<Bytes>(PIECES);
    let receive = async {
        while let Some(piece) = received.recv().await {
            for digest in piece.chunks_exact(DIGEST_BYTES) {
                let mut halves = digest.chunks_exact(DIGEST_BYTES / 2).filter_map(|half| half.try_into().ok().map(u128::from_be_bytes));
                if let (Some(key), Some(hash)) = (halves.next(), halves.next()) {
                    row(key, hash);
                }
            }
        }
    };
    let (summary, ()) = tokio::join!(snapshot.scan_table(table, Content::Digests, pieces), receive);
    summary
}

/// Before anything is inserted, since a value that must be unique may have moved from one row to another.
async fn remove(target: &Database, table: &TableShape, keys: HashSet<u128>) -> Result<u64> {
    let condition = table.key.iter().map(|name| format!("{name} = ?")).collect::<Vec<_>>().join(" AND ");
    let sql = format!("DELETE FROM {} WHERE {condition}", table.name);
    let mut rows = Rows::of(&mut snapshot(target, target.grant(Server)).await?, table, keys).await?;
    let (mut removed, mut batch) = (0, Batch::new());
    while let Some(line) = rows.next()? {
        let row = line::decode(line, &table.columns).map_err(|reason| unusable(&table.name, reason))?;
        let key: Vec<Value> = table.key_positions().filter_map(|position| row.get(position).cloned()).collect();
        batch.push(Statement::new(sql.clone(), key).expect_rows(1));
        removed += 1;
        if batch.len() == STATEMENTS_PER_BATCH {
            target.commit(std::mem::take(&mut batch)).await?;
        }
    }
    target.commit(batch).await?;
    Ok(removed)
}

async fn insert(source: &mut Snapshot, target: &Database, table: &TableShape, keys: HashSet<u128>) -> Result<u64> {
    let mut rows = Rows::of(source, table, keys).await?;
    let mut insert = Insert::into_table(target, table.clone());
    while let Some(line) = rows.next()? {
        insert.push(line).await?;
    }
    Ok(insert.finish().await?.rows)
}

/// Lines of rows, in a temporary file: a snapshot is read to its end before the database is written.
struct Rows {
    file: BufReader<std::fs::File>,
    line: Vec<u8>,
}

impl Rows {
    async fn of(snapshot: &mut Snapshot, table: &TableShape, keys: HashSet<u128>) -> Result<Self> {
        let (pieces, mut received) = mpsc::channel::<Bytes>(PIECES);
        // After an error the channel is gone, upon which the scan ends too.
        let write = async move {
            let mut file = BufWriter::new(tempfile::tempfile()?);
            while let Some(piece) = received.recv().await {
                file.write_all(&piece)?;
            }
            file.into_inner().map_err(std::io::IntoInnerError::into_error)
        };
        let (scanned, written) = tokio::join!(snapshot.scan_table(table, Content::RowsOf(Arc::new(keys)), pieces), write);
        let mut file = written.map_err(unwritable)?;
        scanned?;
        file.rewind().map_err(unwritable)?;
        Ok(Self { file: BufReader::new(file), line: Vec::new() })
    }

    /// Without its line feed.
    fn next(&mut self) -> Result<Option<&[u8]>> {
        self.line.clear();
        self.file.read_until(b'\n', &mut self.line).map_err(unwritable)?;
        Ok(self.line.strip_suffix(b"\n"))
    }
}

fn unwritable(error: std::io::Error) -> Error {
    context::INTERNAL.with_source(error)
}
