//! Where the rows of a result go, whatever their type: the engines are compiled once, and not for each type of row.

use std::any::Any;

use super::{DecodeError, FromRow, Row};

/// Decodes and collects the rows of one result.
pub(crate) trait RowSink: Send {
    fn push(&mut self, row: &Row<'_>) -> Result<(), DecodeError>;
    /// Whether no further row is wanted.
    fn is_full(&self) -> bool;
    /// How many rows there are so far.
    fn len(&self) -> usize;
    /// Before a read is repeated.
    fn clear(&mut self);
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// The rows of one type, as many as are wanted.
pub(crate) struct Rows<T> {
    rows: Vec<T>,
    bytes: usize,
    limit: RowLimit<T>,
}

enum RowLimit<T> {
    None,
    One,
    Bytes { max: usize, size: fn(&T) -> usize },
}

impl<T> Rows<T> {
    pub fn all() -> Self {
        Self { rows: Vec::new(), bytes: 0, limit: RowLimit::None }
    }

    pub fn first() -> Self {
        Self { limit: RowLimit::One, ..Self::all() }
    }

    /// Ends with the row with which they exceed `max` bytes.
    pub fn within(max: usize, size: fn(&T) -> usize) -> Self {
        Self { limit: RowLimit::Bytes { max, size }, ..Self::all() }
    }

    pub fn into_vec(self) -> Vec<T> {
        self.rows
    }
}

impl<T: FromRow + Send + 'static> RowSink for Rows<T> {
    fn push(&mut self, row: &Row<'_>) -> Result<(), DecodeError> {
        let row = T::from_row(row)?;
        if let RowLimit::Bytes { size, .. } = self.limit {
            self.bytes += size(&row);
        }
        self.rows.push(row);
        Ok(())
    }

    fn is_full(&self) -> bool {
        match self.limit {
            RowLimit::None => false,
            RowLimit::One => !self.rows.is_empty(),
            RowLimit::Bytes { max, .. } => self.bytes > max,
        }
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn clear(&mut self) {
        self.rows.clear();
        self.bytes = 0;
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
