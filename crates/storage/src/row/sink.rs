//! Where the rows of a result go, whatever their type: the engines are compiled once, and not for each type of row.

use std::any::Any;

use super::{DecodeError, FromRow, Row};

/// Decodes and collects the rows of one result; a `Vec` of the rows' type.
pub(crate) trait RowSink: Send {
    fn push(&mut self, row: &Row<'_>) -> Result<(), DecodeError>;
    fn is_empty(&self) -> bool;
    /// Before a read is repeated.
    fn clear(&mut self);
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

impl<T: FromRow + Send + 'static> RowSink for Vec<T> {
    fn push(&mut self, row: &Row<'_>) -> Result<(), DecodeError> {
        Vec::push(self, T::from_row(row)?);
        Ok(())
    }

    fn is_empty(&self) -> bool {
        Vec::is_empty(self)
    }

    fn clear(&mut self) {
        Vec::clear(self);
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
