//! The new database: filled from one state of the old one, and brought to later states until nothing differs.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use guildhall_adapters::ids::TimeOrderedIds;
use guildhall_model::time::SystemClock;
use guildhall_model::{Clock as _, Error, IdSource};
use guildhall_storage::dump::{self, Loader, Snapshot, TableShape};
use guildhall_storage::{Database, Server};
use tokio::sync::mpsc;

use crate::wiring::error_message;

/// Pieces of a table between the two databases.
const PIECES: usize = 4;
/// Passes without an end mean that somebody writes to one of the two.
const VERIFY_PASSES_MAX: usize = 5;

pub struct Copy<'a> {
    from: &'a Database,
    to: Database,
    loader: Loader,
}

/// What a pass over tables has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pass {
    pub tables: usize,
    pub rows: u64,
    /// Rows that the copy did not have, or had otherwise.
    pub changed_rows: u64,
    changed_tables: BTreeSet<String>,
}

impl<'a> Copy<'a> {
    /// Copies the present state into an empty database.
    pub async fn begin(from: &'a Database, to: Database) -> Result<Self, String> {
        let mut snapshot = dump::snapshot(from, from.grant(Server)).await.map_err(failed)?;
        let mut loader = Loader::begin(&to, snapshot.schema_version()).await.map_err(failed)?;
        for table in snapshot.tables().to_vec() {
            load(&mut snapshot, &table, &mut loader).await?;
        }
        snapshot.close().await;
        Ok(Self { from, to, loader })
    }

    /// Compares all tables with their present state, and brings the copy to it.
    pub async fn catch_up(&self) -> Result<Pass, String> {
        self.pass(None).await
    }

    /// The same until nothing differs, while nobody writes to the old database.
    pub async fn verify(&self) -> Result<Pass, String> {
        let all = self.pass(None).await?;
        let mut differing = all.changed_tables.clone();
        for _ in 0..VERIFY_PASSES_MAX {
            if differing.is_empty() {
                return Ok(all);
            }
            differing = self.pass(Some(&differing)).await?.changed_tables;
        }
        let tables = differing.into_iter().collect::<Vec<_>>().join(", ");
        Err(format!("The new database does not become the same as the old one ({tables}): does another program write to one of them?"))
    }

    async fn pass(&self, only: Option<&BTreeSet<String>>) -> Result<Pass, String> {
        let mut snapshot = dump::snapshot(self.from, self.from.grant(Server)).await.map_err(failed)?;
        let mut pass = Pass::default();
        for table in snapshot.tables().to_vec() {
            if only.is_some_and(|only| !only.contains(&table.name)) {
                continue;
            }
            let reconciled = dump::reconcile(&mut snapshot, &self.to, &table).await.map_err(failed)?;
            pass.tables += 1;
            pass.rows += reconciled.summary.rows;
            pass.changed_rows += reconciled.inserted.max(reconciled.removed);
            if reconciled.inserted + reconciled.removed > 0 {
                pass.changed_tables.insert(table.name);
            }
        }
        snapshot.close().await;
        Ok(pass)
    }

    /// Completes and closes the new database.
    pub async fn finish(self) -> Result<(), String> {
        let ids: &dyn IdSource = &TimeOrderedIds::new(Arc::new(SystemClock));
        self.loader.finish(ids.next(), SystemClock.now()).await.map_err(failed)?;
        self.to.empty_log().await.map_err(|error| error_message("The new database could not be written", &error))?;
        self.to.close().await;
        Ok(())
    }
}

async fn load(snapshot: &mut Snapshot, table: &TableShape, loader: &mut Loader) -> Result<(), String> {
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
    loaded.map_err(failed)?;
    copied.map_err(failed)?;
    Ok(())
}

fn failed(error: Error) -> String {
    error_message("The database could not be copied", &error)
}
