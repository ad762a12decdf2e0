//! The rows of a table on their way to whoever copies or compares them, in pieces of many lines.

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::line;
use super::summary::{TableSummary, hash};
use super::table::{ColumnShape, TableShape};
use crate::Row;
use crate::failure::Failure;

/// A piece is passed on when it is so large.
const PIECE_BYTES: usize = 256 * 1024;

/// What is passed on of the rows. All of them are counted.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// Each row as a line, with its line feed.
    Rows,
    /// The same of the rows whose keys have these hashes.
    RowsOf(Arc<HashSet<u128>>),
    /// The hash of each row's key, and that of the whole row: [`DIGEST_BYTES`].
    Digests,
}

/// Two hashes in big-endian order.
pub(super) const DIGEST_BYTES: usize = 32;

/// Encodes rows, counts them, and passes them on.
pub(crate) struct Lines {
    columns: Vec<ColumnShape>,
    /// The positions of the columns of the key, in its order.
    key: Vec<usize>,
    content: Content,
    /// What is encoded only to be hashed.
    scratch: Vec<u8>,
    piece: Vec<u8>,
    summary: TableSummary,
    pieces: mpsc::Sender<Bytes>,
}

impl Lines {
    pub(super) fn new(table: &TableShape, content: Content, pieces: mpsc::Sender<Bytes>) -> Self {
        Self {
            columns: table.columns.clone(),
            key: table.key_positions().collect(),
            content,
            scratch: Vec::new(),
            piece: Vec::with_capacity(PIECE_BYTES),
            summary: TableSummary::default(),
            pieces,
        }
    }

    pub fn push(&mut self, row: &Row<'_>) -> Result<(), Failure> {
        let key = match &self.content {
            Content::Rows => 0,
            Content::RowsOf(_) | Content::Digests => self.key_hash(row)?,
        };
        let is_digest = matches!(self.content, Content::Digests);
        let output = if is_digest { &mut self.scratch } else { &mut self.piece };
        let start = if is_digest { 0 } else { output.len() };
        output.truncate(start);
        line::encode(row, self.columns.iter().enumerate(), output).map_err(Failure::internal)?;
        let row = self.summary.add(output.get(start..).unwrap_or_default());
        match &self.content {
            Content::Digests => {
                self.piece.extend_from_slice(&key.to_be_bytes());
                self.piece.extend_from_slice(&row.to_be_bytes());
            }
            Content::RowsOf(keys) if !keys.contains(&key) => self.piece.truncate(start),
            Content::Rows | Content::RowsOf(_) => self.piece.push(b'\n'),
        }
        Ok(())
    }

    fn key_hash(&mut self, row: &Row<'_>) -> Result<u128, Failure> {
        let columns = self.key.iter().filter_map(|position| Some((*position, self.columns.get(*position)?)));
        self.scratch.clear();
        line::encode(row, columns, &mut self.scratch).map_err(Failure::internal)?;
        Ok(hash(&self.scratch))
    }

    /// Whether it is time to pass on what was pushed.
    pub fn is_piece(&self) -> bool {
        self.piece.len() >= PIECE_BYTES
    }

    pub async fn pass_on(&mut self) -> Result<(), Failure> {
        let piece = self.take_piece();
        self.pieces.send(piece).await.map_err(|_| nobody_reads())
    }

    pub fn pass_on_blocking(&mut self) -> Result<(), Failure> {
        let piece = self.take_piece();
        self.pieces.blocking_send(piece).map_err(|_| nobody_reads())
    }

    fn take_piece(&mut self) -> Bytes {
        std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE_BYTES)).into()
    }

    pub(super) async fn finish(mut self) -> Result<TableSummary, Failure> {
        if !self.piece.is_empty() {
            self.pass_on().await?;
        }
        Ok(self.summary)
    }
}

fn nobody_reads() -> Failure {
    Failure::internal("the copy of a table was abandoned")
}
