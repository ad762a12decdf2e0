//! One state of the whole database, which stays as it is while others write.

use async_trait::async_trait;
use bytes::Bytes;
use guildhall_model::Result;
use tokio::sync::mpsc;

use super::line;
use super::lines::{Content, Lines};
use super::summary::TableSummary;
use super::table::{self, ColumnKind, ColumnShape, TableShape};
use crate::blobs::REFERENCES;
use crate::failure::Failure;
use crate::{Granted, Reader, Server, Value};

/// A connection of its own, in a transaction that sees one state.
#[async_trait]
pub(crate) trait SnapshotConnection: Send {
    /// Sends every row of the answer to a statement without parameters.
    async fn stream(&mut self, sql: &str, lines: Lines) -> Result<Lines, Failure>;

    /// Ends the transaction.
    async fn close(self: Box<Self>);
}

/// One state of every table. Others write meanwhile; an embedded database's log grows until it is closed or dropped.
pub struct Snapshot {
    connection: Box<dyn SnapshotConnection>,
    tables: Vec<TableShape>,
    schema_version: i64,
}

/// Fixes the present state of the database.
pub async fn snapshot(db: &Reader, _server: Granted<Server>) -> Result<Snapshot> {
    let connection = db.engine().snapshot().await?;
    Ok(Snapshot { connection, tables: table::tables(db).await?, schema_version: db.current_step().await? })
}

impl Snapshot {
    /// In the order of their names.
    pub fn tables(&self) -> &[TableShape] {
        &self.tables
    }

    /// The newest step of the schema that was applied.
    pub const fn schema_version(&self) -> i64 {
        self.schema_version
    }

    /// Sends the rows of a table as lines, each with its line feed, in pieces of whole lines. It waits for whoever receives them.
    pub async fn copy_table(&mut self, table: &TableShape, pieces: mpsc::Sender<Bytes>) -> Result<TableSummary> {
        self.stream(&table.select(), Lines::new(table, Content::Rows, pieces)).await
    }

    /// The same with another content, in any order.
    pub(super) async fn scan_table(&mut self, table: &TableShape, content: Content, pieces: mpsc::Sender<Bytes>) -> Result<TableSummary> {
        self.stream(&table.select_unordered(), Lines::new(table, content, pieces)).await
    }

    async fn stream(&mut self, sql: &str, lines: Lines) -> Result<TableSummary> {
        let lines = self.connection.stream(sql, lines).await.map_err(|failure| failure.in_sql(sql).into_error())?;
        lines.finish().await.map_err(Failure::into_error)
    }

    /// Counts and digests of a table, without its rows.
    pub async fn summarize_table(&mut self, table: &TableShape) -> Result<TableSummary> {
        let (pieces, mut received) = mpsc::channel(1);
        let (summary, ()) = tokio::join!(self.copy_table(table, pieces), async { while received.recv().await.is_some() {} });
        summary
    }

    /// The keys of all blobs that a row refers to, some of them several times.
    pub async fn blob_keys(&mut self) -> Result<Vec<String>> {
        let mut keys = Vec::new();
        for (table, column) in REFERENCES {
            let columns = vec![ColumnShape { name: (*column).to_owned(), kind: ColumnKind::Text }];
            let sql = format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL AND {column} <> ''");
            let (pieces, mut received) = mpsc::channel::<Bytes>(1);
            let shape = TableShape { name: (*table).to_owned(), columns: columns.clone(), ..TableShape::default() };
            let send = self.stream(&sql, Lines::new(&shape, Content::Rows, pieces));
            let receive = async {
                while let Some(piece) = received.recv().await {
                    let lines = piece.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
                    keys.extend(lines.filter_map(|line| match line::decode(line, &columns).ok()?.pop() {
                        Some(Value::Text(key)) => Some(key),
                        _ => None,
                    }));
                }
            };
            let (sent, ()) = tokio::join!(send, receive);
            sent?;
        }
        Ok(keys)
    }

    /// Lets the database forget the state.
    pub async fn close(self) {
        self.connection.close().await;
    }
}
