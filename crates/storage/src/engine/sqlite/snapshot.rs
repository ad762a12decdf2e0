//! A long read on a connection of its own. While there is one, the log is not restarted: writers would wait for it.

use std::sync::Arc;

use async_trait::async_trait;
use guildhall_model::Result;
use rusqlite::Connection;

use super::blocking;
use super::connection::{AccessMode, DatabaseFile, LongRead, open_failed};
use crate::Row;
use crate::dump::{Lines, SnapshotConnection};
use crate::failure::Failure;

pub(super) struct SqliteSnapshot {
    /// Absent while a thread uses it, and after one has failed.
    open: Option<OpenSnapshot>,
}

struct OpenSnapshot {
    connection: Connection,
    _long_read: LongRead,
}

pub(super) async fn open(file: Arc<DatabaseFile>) -> Result<Box<dyn SnapshotConnection>> {
    let open = blocking(move || {
        let long_read = DatabaseFile::begin_long_read(&file);
        let connection = file.connect(AccessMode::ReadOnly)?;
        // The state is that of the first read.
        connection
            .execute_batch("BEGIN")
            .and_then(|()| connection.query_row("SELECT COUNT(*) FROM sqlite_master", [], |_| Ok(())))
            .map_err(|error| open_failed(&error))?;
        Ok(OpenSnapshot { connection, _long_read: long_read })
    })
    .await?;
    Ok(Box::new(SqliteSnapshot { open: Some(open) }))
}

#[async_trait]
impl SnapshotConnection for SqliteSnapshot {
    async fn stream(&mut self, sql: &str, lines: Lines) -> Result<Lines, Failure> {
        let open = self.open.take().ok_or_else(|| Failure::internal("the copy has failed before"))?;
        let sql = sql.to_owned();
        let work = move || read(&open.connection, &sql, lines).map(|lines| (open, lines));
        let (open, lines) = tokio::task::spawn_blocking(work).await.map_err(Failure::internal)??;
        self.open = Some(open);
        Ok(lines)
    }

    async fn close(self: Box<Self>) {
        let _ = tokio::task::spawn_blocking(move || drop(self)).await;
    }
}

fn read(connection: &Connection, sql: &str, mut lines: Lines) -> Result<Lines, Failure> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        lines.push(&Row::from(row))?;
        if lines.is_piece() {
            lines.pass_on_blocking()?;
        }
    }
    Ok(lines)
}
