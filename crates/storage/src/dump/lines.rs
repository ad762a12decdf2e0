//! The rows of a table on their way to whoever copies them, in pieces of many lines.

use bytes::Bytes;
use tokio::sync::mpsc;

use super::line;
use super::summary::TableSummary;
use super::table::ColumnShape;
use crate::Row;
use crate::failure::Failure;

/// A piece is passed on when it is so large.
const PIECE_BYTES: usize = 256 * 1024;

/// Encodes rows, counts them, and passes them on.
pub(crate) struct Lines {
    columns: Vec<ColumnShape>,
    piece: Vec<u8>,
    summary: TableSummary,
    pieces: mpsc::Sender<Bytes>,
}

impl Lines {
    pub(super) fn new(columns: Vec<ColumnShape>, pieces: mpsc::Sender<Bytes>) -> Self {
        Self { columns, piece: Vec::with_capacity(PIECE_BYTES), summary: TableSummary::default(), pieces }
    }

    pub fn push(&mut self, row: &Row<'_>) -> Result<(), Failure> {
        let start = self.piece.len();
        line::encode(row, &self.columns, &mut self.piece).map_err(Failure::internal)?;
        self.summary.add(self.piece.get(start..).unwrap_or_default());
        self.piece.push(b'\n');
        Ok(())
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
