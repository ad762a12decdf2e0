//! Rows as the drivers have them, decoded in place into model types.

mod error;
mod mysql;
mod postgres;
mod sink;
mod sqlite;

use guildhall_model::{Id, Millis};

pub use error::DecodeError;
pub(crate) use sink::{RowSink, Rows};

/// Something that can be read from a row. The columns are counted from 0, in the order of the `SELECT`.
pub trait FromRow: Sized {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError>;
}

/// Something that can be read from one column; tuples of up to eight of them are rows.
pub trait Column: Sized {
    fn column(row: &Row<'_>, index: usize) -> Result<Self, DecodeError>;
}

/// One row of a result.
pub struct Row<'r>(Inner<'r>);

enum Inner<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
    Mysql(&'r mysql_async::Row),
}

impl<'r> From<&'r rusqlite::Row<'r>> for Row<'r> {
    fn from(row: &'r rusqlite::Row<'r>) -> Self {
        Self(Inner::Sqlite(row))
    }
}

impl<'r> From<&'r tokio_postgres::Row> for Row<'r> {
    fn from(row: &'r tokio_postgres::Row) -> Self {
        Self(Inner::Postgres(row))
    }
}

impl<'r> From<&'r mysql_async::Row> for Row<'r> {
    fn from(row: &'r mysql_async::Row) -> Self {
        Self(Inner::Mysql(row))
    }
}

impl Row<'_> {
    pub fn is_null(&self, index: usize) -> Result<bool, DecodeError> {
        match &self.0 {
            Inner::Sqlite(row) => sqlite::is_null(row, index),
            Inner::Postgres(row) => postgres::is_null(row, index),
            Inner::Mysql(row) => mysql::is_null(row, index),
        }
    }

    pub fn opt_i64(&self, index: usize) -> Result<Option<i64>, DecodeError> {
        match &self.0 {
            Inner::Sqlite(row) => sqlite::int(row, index),
            Inner::Postgres(row) => postgres::int(row, index),
            Inner::Mysql(row) => mysql::int(row, index),
        }
    }

    /// The text in the driver's buffer, without a copy.
    pub fn opt_str(&self, index: usize) -> Result<Option<&str>, DecodeError> {
        match &self.0 {
            Inner::Sqlite(row) => sqlite::text(row, index),
            Inner::Postgres(row) => postgres::text(row, index),
            Inner::Mysql(row) => mysql::text(row, index),
        }
    }

    /// The bytes in the driver's buffer, without a copy.
    pub fn opt_slice(&self, index: usize) -> Result<Option<&[u8]>, DecodeError> {
        match &self.0 {
            Inner::Sqlite(row) => sqlite::bytes(row, index),
            Inner::Postgres(row) => postgres::bytes(row, index),
            Inner::Mysql(row) => mysql::bytes(row, index),
        }
    }

    pub fn i64(&self, index: usize) -> Result<i64, DecodeError> {
        present(self.opt_i64(index)?, index)
    }

    pub fn str(&self, index: usize) -> Result<&str, DecodeError> {
        present(self.opt_str(index)?, index)
    }

    pub fn slice(&self, index: usize) -> Result<&[u8], DecodeError> {
        present(self.opt_slice(index)?, index)
    }

    pub fn text(&self, index: usize) -> Result<String, DecodeError> {
        self.str(index).map(str::to_owned)
    }

    pub fn opt_text(&self, index: usize) -> Result<Option<String>, DecodeError> {
        Ok(self.opt_str(index)?.map(str::to_owned))
    }

    pub fn bytes(&self, index: usize) -> Result<Vec<u8>, DecodeError> {
        self.slice(index).map(<[u8]>::to_vec)
    }

    pub fn opt_bytes(&self, index: usize) -> Result<Option<Vec<u8>>, DecodeError> {
        Ok(self.opt_slice(index)?.map(<[u8]>::to_vec))
    }

    pub fn bool(&self, index: usize) -> Result<bool, DecodeError> {
        Ok(self.i64(index)? != 0)
    }

    pub fn opt_bool(&self, index: usize) -> Result<Option<bool>, DecodeError> {
        Ok(self.opt_i64(index)?.map(|value| value != 0))
    }

    pub fn millis(&self, index: usize) -> Result<Millis, DecodeError> {
        self.i64(index).map(Millis)
    }

    pub fn opt_millis(&self, index: usize) -> Result<Option<Millis>, DecodeError> {
        Ok(self.opt_i64(index)?.map(Millis))
    }

    pub fn id<T: Id>(&self, index: usize) -> Result<T, DecodeError> {
        present(self.opt_id(index)?, index)
    }

    pub fn opt_id<T: Id>(&self, index: usize) -> Result<Option<T>, DecodeError> {
        let Some(bytes) = self.opt_slice(index)? else {
            return Ok(None);
        };
        let bytes = bytes.try_into().map_err(|_| DecodeError::new(index, format!("an id of {} bytes", bytes.len())))?;
        Ok(Some(T::from_bytes(bytes)))
    }

    /// Any type that reads itself from a column: `let name: String = row.get(1)?`.
    pub fn get<T: Column>(&self, index: usize) -> Result<T, DecodeError> {
        T::column(self, index)
    }
}

fn present<T>(value: Option<T>, index: usize) -> Result<T, DecodeError> {
    value.ok_or_else(|| DecodeError::new(index, "an unexpected NULL"))
}

macro_rules! columns {
    ($($type:ty: $get:ident, $opt:ident;)+) => {$(
        impl Column for $type {
            fn column(row: &Row<'_>, index: usize) -> Result<Self, DecodeError> {
                row.$get(index)
            }
        }
        impl Column for Option<$type> {
            fn column(row: &Row<'_>, index: usize) -> Result<Self, DecodeError> {
                row.$opt(index)
            }
        }
        impl FromRow for $type {
            fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
                row.$get(0)
            }
        }
        impl FromRow for Option<$type> {
            fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
                row.$opt(0)
            }
        }
    )+};
}

columns! {
    i64: i64, opt_i64;
    bool: bool, opt_bool;
    String: text, opt_text;
    Vec<u8>: bytes, opt_bytes;
    Millis: millis, opt_millis;
}

macro_rules! id_columns {
    ($($id:ident),+ $(,)?) => { columns! { $(guildhall_model::id::$id: id, opt_id;)+ } };
}
guildhall_model::for_each_id_type!(id_columns);

macro_rules! tuple_rows {
    ($($($name:ident $index:tt),+;)+) => {$(
        impl<$($name: Column),+> FromRow for ($($name,)+) {
            fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
                Ok(($($name::column(row, $index)?,)+))
            }
        }
    )+};
}

tuple_rows! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
}
