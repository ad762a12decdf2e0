//! Inserts rows from their lines, many in a statement and many statements in a commit.

use guildhall_model::Result;

use super::line;
use super::summary::TableSummary;
use super::table::{TableShape, unusable};
use crate::{Batch, Database, Sql, Statement, Value, value_rows};

/// Rows of one INSERT. SQLite allows 32,766 parameters, PostgreSQL 65,535, and the widest table has fewer than 32 columns.
const ROWS_PER_STATEMENT: usize = 100;
/// MariaDB accepts packets of 16 MiB by default, MySQL of 64 MiB.
const STATEMENT_BYTES_MAX: usize = 1024 * 1024;
/// Of one commit.
const STATEMENTS_PER_BATCH: usize = 20;
const BATCH_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Rows of one table on their way into a database.
pub(super) struct Insert {
    db: Database,
    shape: TableShape,
    sql: String,
    rows: Vec<Value>,
    row_bytes: usize,
    batch: Batch,
    batch_bytes: usize,
    summary: TableSummary,
}

impl Insert {
    pub fn into_table(db: &Database, shape: TableShape) -> Self {
        let columns = shape.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
        let sql = format!("INSERT INTO {} ({columns}) VALUES ", shape.name);
        Self {
            db: db.clone(),
            shape,
            sql,
            rows: Vec::new(),
            row_bytes: 0,
            batch: Batch::new(),
            batch_bytes: 0,
            summary: TableSummary::default(),
        }
    }

    pub fn table(&self) -> &str {
        &self.shape.name
    }

    /// Adds a row, a line without its line feed.
    pub async fn push(&mut self, line: &[u8]) -> Result<()> {
        let row = line::decode(line, &self.shape.columns).map_err(|reason| unusable(&self.shape.name, reason))?;
        self.summary.add(line);
        self.rows.extend(row);
        self.row_bytes += line.len();
        if self.rows.len() >= ROWS_PER_STATEMENT * self.shape.columns.len() || self.row_bytes >= STATEMENT_BYTES_MAX {
            self.end_statement();
        }
        if self.batch.len() >= STATEMENTS_PER_BATCH || self.batch_bytes >= BATCH_BYTES_MAX {
            self.commit().await?;
        }
        Ok(())
    }

    /// What was inserted; everything is on disk.
    pub async fn finish(&mut self) -> Result<TableSummary> {
        self.end_statement();
        self.commit().await?;
        Ok(self.summary)
    }

    fn end_statement(&mut self) {
        let params = std::mem::take(&mut self.rows);
        if params.is_empty() {
            return;
        }
        let rows = params.len() / self.shape.columns.len();
        let sql = Sql::from(format!("{}{}", self.sql, value_rows(rows, self.shape.columns.len())));
        self.batch.push(Statement::new(sql, params).expect_rows(rows as u64));
        self.batch_bytes += std::mem::take(&mut self.row_bytes);
    }

    async fn commit(&mut self) -> Result<()> {
        self.batch_bytes = 0;
        self.db.commit(std::mem::take(&mut self.batch)).await
    }
}
