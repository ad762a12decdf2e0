//! Model types as rows of one table each: the columns once, and from them the SELECT list, the decoding and the INSERT.

use crate::{DecodeError, Row, Statement, Value};

/// A model type that is a row of a table. Implemented by `entity!`, or by hand where a column needs conversion.
pub(crate) trait Entity: Sized {
    const TABLE: &'static str;
    /// The id or the first column of the key comes first: it is NULL only where an outer join found no row.
    const COLUMNS: &'static [&'static str];
    /// Selected after the columns and not inserted: an expression with `{}` for the table's alias, whose own tables have aliases that
    /// no query uses.
    const DERIVED: Option<&'static str> = None;
    /// How many columns of a row it takes to decode one.
    const WIDTH: usize = Self::COLUMNS.len() + Self::DERIVED.is_some() as usize;

    fn decode(row: &Row<'_>, at: usize) -> Result<Self, DecodeError>;
    /// In the order of `COLUMNS`.
    fn values(&self) -> Vec<Value>;

    /// The row, or `None` where an outer join found none.
    fn decode_optional(row: &Row<'_>, at: usize) -> Result<Option<Self>, DecodeError> {
        if row.opt_slice(at)?.is_none() {
            return Ok(None);
        }
        Self::decode(row, at).map(Some)
    }

    /// `alias.first, alias.second, ...`
    fn columns_of(alias: &str) -> String {
        match Self::DERIVED {
            None => join_columns(Self::COLUMNS, alias),
            Some(expression) => Self::columns_with(alias, &expression.replace("{}", alias)),
        }
    }

    /// The same with another expression for what is derived: where a query has joined the table already from which it comes.
    fn columns_with(alias: &str, derived: &str) -> String {
        format!("{}, {derived}", join_columns(Self::COLUMNS, alias))
    }

    /// `SELECT every column FROM table <tail>`.
    fn select(tail: &str) -> String {
        let columns = if Self::DERIVED.is_some() { Self::columns_of(Self::TABLE) } else { Self::COLUMNS.join(", ") };
        format!("SELECT {columns} FROM {} {tail}", Self::TABLE)
    }

    /// Inserts exactly this row.
    fn insert(&self) -> Statement {
        let placeholders = vec!["?"; Self::COLUMNS.len()].join(", ");
        let sql = format!("INSERT INTO {} ({}) VALUES ({placeholders})", Self::TABLE, Self::COLUMNS.join(", "));
        Statement::new(sql, self.values())
    }
}

fn join_columns(columns: &[&str], alias: &str) -> String {
    columns.iter().map(|column| format!("{alias}.{column}")).collect::<Vec<_>>().join(", ")
}

/// `entity!(Team, "teams", [id, create_at, kind, trigger as "command_trigger"]);`, and after the columns `scheme_id from "(SELECT ..)"`
/// for a field that is derived.
macro_rules! entity {
    ($type:ident, $table:literal, [$($field:ident $(as $column:literal)?),+ $(,)?] $(, $derived:ident from $expression:literal)?) => {
        impl $crate::entity::Entity for $type {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &[$($crate::entity::column_name!($field $(as $column)?)),+];

            $(const DERIVED: Option<&'static str> = Some($expression);)?

            fn decode(row: &$crate::Row<'_>, at: usize) -> Result<Self, $crate::DecodeError> {
                let mut next = at..;
                let mut index = || next.next().unwrap_or(at);
                Ok(Self { $($field: row.get(index())?,)+ $($derived: row.get(index())?)? })
            }

            fn values(&self) -> Vec<$crate::Value> {
                vec![$($crate::Value::from(self.$field.clone())),+]
            }
        }
        impl $crate::FromRow for $type {
            fn from_row(row: &$crate::Row<'_>) -> Result<Self, $crate::DecodeError> {
                <Self as $crate::entity::Entity>::decode(row, 0)
            }
        }
    };
}

macro_rules! column_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident as $column:literal) => {
        $column
    };
}

pub(crate) use {column_name, entity};
