//! Columns of a row of SQLite, whose values carry their own types.

use rusqlite::Row;
use rusqlite::types::{Type, ValueRef};

use super::error::DecodeError;

fn value<'r>(row: &'r Row<'_>, index: usize) -> Result<ValueRef<'r>, DecodeError> {
    row.get_ref(index).map_err(|error| DecodeError::new(index, error))
}

fn unexpected(index: usize, found: Type) -> DecodeError {
    DecodeError::new(index, format!("an unexpected {found}"))
}

pub(super) fn is_null(row: &Row<'_>, index: usize) -> Result<bool, DecodeError> {
    Ok(value(row, index)?.data_type() == Type::Null)
}

pub(super) fn int(row: &Row<'_>, index: usize) -> Result<Option<i64>, DecodeError> {
    match value(row, index)? {
        ValueRef::Null => Ok(None),
        ValueRef::Integer(value) => Ok(Some(value)),
        other => Err(unexpected(index, other.data_type())),
    }
}

pub(super) fn text<'r>(row: &'r Row<'_>, index: usize) -> Result<Option<&'r str>, DecodeError> {
    match value(row, index)? {
        ValueRef::Null => Ok(None),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).map(Some).map_err(|error| DecodeError::new(index, error)),
        other => Err(unexpected(index, other.data_type())),
    }
}

pub(super) fn bytes<'r>(row: &'r Row<'_>, index: usize) -> Result<Option<&'r [u8]>, DecodeError> {
    match value(row, index)? {
        ValueRef::Null => Ok(None),
        ValueRef::Blob(bytes) => Ok(Some(bytes)),
        other => Err(unexpected(index, other.data_type())),
    }
}
