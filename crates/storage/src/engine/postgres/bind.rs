//! Encodes values as PostgreSQL's types; the type of the column decides.

use std::error::Error;

use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::Value;

/// A number that is too large for its column.
#[derive(Debug, thiserror::Error)]
#[error("{0} does not fit the column")]
pub(super) struct OutOfRange(i64);

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (self, kind) {
            (Self::Null, _) => return Ok(IsNull::Yes),
            (Self::Int(value), &Type::INT8) => out.put_i64(*value),
            (Self::Int(value), &Type::INT4) => out.put_i32(i32::try_from(*value).map_err(|_| OutOfRange(*value))?),
            (Self::Int(value), &Type::INT2) => out.put_i16(i16::try_from(*value).map_err(|_| OutOfRange(*value))?),
            (Self::Int(value), &Type::BOOL) => out.put_u8(u8::from(*value != 0)),
            (Self::Int(value), &Type::NUMERIC) => numeric(*value, out),
            (Self::Text(text), &Type::TEXT | &Type::VARCHAR | &Type::BPCHAR | &Type::NAME | &Type::UNKNOWN) => {
                out.put_slice(text.as_bytes());
            }
            (Self::Bytes(bytes), &Type::BYTEA) => out.put_slice(bytes),
            (Self::Id(id), &Type::BYTEA) => out.put_slice(id),
            (value, kind) => return Err(format!("a value of the kind {} where {kind} is expected", name(value)).into()),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

const fn name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Int(_) => "integer",
        Value::Text(_) => "text",
        Value::Bytes(_) => "bytes",
        Value::Id(_) => "id",
    }
}

/// The type of a sum: digits to the base of 10,000, most significant first.
fn numeric(value: i64, out: &mut BytesMut) {
    let mut digits = Vec::new();
    let mut rest = value.unsigned_abs();
    while rest > 0 {
        digits.push((rest % 10_000) as i16);
        rest /= 10_000;
    }
    out.put_i16(digits.len() as i16);
    out.put_i16(digits.len().saturating_sub(1) as i16);
    out.put_i16(if value < 0 { 0x4000 } else { 0 });
    out.put_i16(0);
    for digit in digits.iter().rev() {
        out.put_i16(*digit);
    }
}
