//! What is wrong with a row.

/// A column that is not of the expected type: an error in our SQL or our data, never in the input.
#[derive(Debug, thiserror::Error)]
#[error("column {column}: {reason}")]
pub struct DecodeError {
    column: usize,
    reason: String,
}

impl DecodeError {
    pub fn new(column: usize, reason: impl std::fmt::Display) -> Self {
        Self { column, reason: reason.to_string() }
    }
}
