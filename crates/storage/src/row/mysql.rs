//! Columns of a row of MySQL, as the binary protocol carries them.

use mysql_async::{Row, Value};

use super::error::DecodeError;

fn value(row: &Row, index: usize) -> Result<&Value, DecodeError> {
    row.as_ref(index).ok_or_else(|| DecodeError::new(index, "there is no such column"))
}

fn unexpected(index: usize, found: &Value) -> DecodeError {
    let kind = match found {
        Value::NULL => "NULL",
        Value::Bytes(_) => "text",
        Value::Int(_) | Value::UInt(_) => "integer",
        Value::Float(_) | Value::Double(_) => "float",
        Value::Date(..) | Value::Time(..) => "date",
    };
    DecodeError::new(index, format!("an unexpected {kind}"))
}

pub(super) fn is_null(row: &Row, index: usize) -> Result<bool, DecodeError> {
    Ok(*value(row, index)? == Value::NULL)
}

pub(super) fn int(row: &Row, index: usize) -> Result<Option<i64>, DecodeError> {
    match value(row, index)? {
        Value::NULL => Ok(None),
        Value::Int(value) => Ok(Some(*value)),
        Value::UInt(value) => i64::try_from(*value).map(Some).map_err(|error| DecodeError::new(index, error)),
        // SUM over BIGINT returns a decimal, which is sent as text.
        found @ Value::Bytes(digits) => {
            let digits = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
            digits.map(Some).ok_or_else(|| unexpected(index, found))
        }
        other => Err(unexpected(index, other)),
    }
}

pub(super) fn text(row: &Row, index: usize) -> Result<Option<&str>, DecodeError> {
    let bytes = bytes(row, index)?;
    bytes.map(std::str::from_utf8).transpose().map_err(|error| DecodeError::new(index, error))
}

pub(super) fn bytes(row: &Row, index: usize) -> Result<Option<&[u8]>, DecodeError> {
    match value(row, index)? {
        Value::NULL => Ok(None),
        Value::Bytes(bytes) => Ok(Some(bytes)),
        other => Err(unexpected(index, other)),
    }
}
