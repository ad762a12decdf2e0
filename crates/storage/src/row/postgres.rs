//! Columns of a row of PostgreSQL, decoded by the type of the column.

use std::error::Error;

use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};

use super::error::DecodeError;

fn value<'r, T: FromSql<'r>>(row: &'r Row, index: usize) -> Result<Option<T>, DecodeError> {
    row.try_get(index).map_err(|error| DecodeError::new(index, error.source().map_or_else(|| error.to_string(), ToString::to_string)))
}

pub(super) fn is_null(row: &Row, index: usize) -> Result<bool, DecodeError> {
    Ok(value::<Anything>(row, index)?.is_none())
}

pub(super) fn int(row: &Row, index: usize) -> Result<Option<i64>, DecodeError> {
    Ok(value::<AnyInt>(row, index)?.map(|AnyInt(value)| value))
}

pub(super) fn text(row: &Row, index: usize) -> Result<Option<&str>, DecodeError> {
    value(row, index)
}

pub(super) fn bytes(row: &Row, index: usize) -> Result<Option<&[u8]>, DecodeError> {
    value(row, index)
}

/// Integers of any size, booleans, and the whole numerics that `SUM` over BIGINT answers.
struct AnyInt(i64);

type DynError = Box<dyn Error + Sync + Send>;

impl<'r> FromSql<'r> for AnyInt {
    fn from_sql(kind: &Type, raw: &'r [u8]) -> Result<Self, DynError> {
        let value = match *kind {
            Type::BOOL => i64::from(bool::from_sql(kind, raw)?),
            Type::INT2 => i64::from(i16::from_sql(kind, raw)?),
            Type::INT4 => i64::from(i32::from_sql(kind, raw)?),
            Type::NUMERIC => whole_numeric(raw).ok_or("a numeric that is no 64-bit integer")?,
            _ => i64::from_sql(kind, raw)?,
        };
        Ok(Self(value))
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::BOOL | Type::INT2 | Type::INT4 | Type::INT8 | Type::NUMERIC)
    }
}

/// Any value, not decoded.
struct Anything;

impl<'r> FromSql<'r> for Anything {
    fn from_sql(_: &Type, _: &'r [u8]) -> Result<Self, DynError> {
        Ok(Self)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// Four 16-bit numbers (how many digits, the first one's weight, sign, scale), then digits to the base of 10,000.
fn whole_numeric(raw: &[u8]) -> Option<i64> {
    let mut parts = raw.chunks_exact(2).map(|pair| i64::from(i16::from_be_bytes([pair[0], pair[1]])));
    let (count, weight, sign, _scale) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let mut value: i64 = 0;
    for place in 0..=weight {
        let digit = if place < count { parts.next()? } else { 0 };
        value = value.checked_mul(10_000)?.checked_sub(digit)?;
    }
    let fraction_is_zero = parts.all(|digit| digit == 0);
    match sign {
        _ if !fraction_is_zero => None,
        0 => value.checked_neg(),
        0x4000 => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::whole_numeric;

    fn raw(parts: &[i16]) -> Vec<u8> {
        parts.iter().flat_map(|part| part.to_be_bytes()).collect()
    }

    #[test]
    fn whole_numerics_are_integers() {
        assert_eq!(whole_numeric(&raw(&[0, 0, 0, 0])), Some(0));
        assert_eq!(whole_numeric(&raw(&[1, 0, 0, 0, 42])), Some(42));
        assert_eq!(whole_numeric(&raw(&[1, 1, 0, 0, 5])), Some(50_000));
        assert_eq!(whole_numeric(&raw(&[2, 1, 0x4000, 0, 1, 2])), Some(-10_002));
        assert_eq!(whole_numeric(&raw(&[5, 4, 0x4000, 0, 922, 3372, 368, 5477, 5808])), Some(i64::MIN));
        assert_eq!(whole_numeric(&raw(&[5, 4, 0, 0, 922, 3372, 368, 5477, 5808])), None);
        assert_eq!(whole_numeric(&raw(&[2, 0, 0, 1, 1, 5000])), None);
        assert_eq!(whole_numeric(&[0, 1]), None);
    }
}
