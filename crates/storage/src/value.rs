//! Parameters of statements: the five kinds of value that all three databases store alike.

use guildhall_model::codes::storage as codes;
use guildhall_model::{Millis, Result};

/// One parameter of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
    Id([u8; 16]),
}

/// The parameters of a statement, in the order of its `?`: `params![user_id, "name", now]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::Value::from($value)),*] };
}

/// PostgreSQL accepts no NUL in texts, so it is rejected for all three.
pub(crate) fn check(params: &[Value]) -> Result<()> {
    let bad = |value: &Value| matches!(value, Value::Text(text) if text.as_bytes().contains(&0));
    if params.iter().any(bad) { Err(codes::INVALID_TEXT.into()) } else { Ok(()) }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

/// Sizes and limits; clamped to `i64::MAX`.
impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Int(value.into())
    }
}

impl From<Millis> for Value {
    fn from(value: Millis) -> Self {
        Self::Int(value.0)
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(value: [u8; N]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! id_values {
    ($($id:ident),+ $(,)?) => {$(
        impl From<guildhall_model::id::$id> for Value {
            fn from(id: guildhall_model::id::$id) -> Self {
                Self::Id(*id.bytes())
            }
        }
        impl From<&guildhall_model::id::$id> for Value {
            fn from(id: &guildhall_model::id::$id) -> Self {
                Self::Id(*id.bytes())
            }
        }
    )+};
}
guildhall_model::for_each_id_type!(id_values);
