//! What a table looks like: its name, its columns in the order of their names, and its key.

use std::collections::{BTreeMap, BTreeSet};

use guildhall_model::codes::storage as codes;
use guildhall_model::{Error, Result};
use serde_json::{Value as Json, json};

use crate::{Dialect, Reader, STEPS, params};

/// The three kinds of column that all databases have alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    Integer,
    Text,
    Bytes,
}

impl ColumnKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Text => "text",
            Self::Bytes => "bytes",
        }
    }

    /// By the type's name in a database's catalogue, or by our own name.
    fn from_type(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().split('(').next().unwrap_or_default().trim() {
            "blob" | "bytea" | "binary" | "varbinary" | "longblob" | "mediumblob" | "bytes" => Some(Self::Bytes),
            "bigint" | "smallint" | "integer" | "int" => Some(Self::Integer),
            "varchar" | "character varying" | "char" | "text" | "mediumtext" | "longtext" => Some(Self::Text),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnShape {
    pub name: String,
    pub kind: ColumnKind,
}

/// A table as it is copied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableShape {
    pub name: String,
    /// In the order of their names, which is the same on all databases.
    pub columns: Vec<ColumnShape>,
    /// What the rows are sorted by, so that two copies resemble each other: the primary key.
    pub(super) order: Vec<String>,
    /// What identifies a row on every database: the primary key, or the id where a database numbers the rows itself.
    pub(super) key: Vec<String>,
}

/// Numbers the rows of a table for SQLite's search index, and exists on no other database.
const ROW_NUMBER: &str = "seq";
/// Identifies the rows of such a table.
const ID: &str = "id";

/// The record of the schema's steps, which belongs to a database and not to its contents.
const STEPS_TABLE: &str = "schema_migrations";

impl TableShape {
    /// The first line of a copy: `{"columns":[["id","bytes"],...],"format":1,"table":"posts"}`.
    pub fn header(&self) -> String {
        let columns: Vec<Json> = self.columns.iter().map(|column| json!([column.name, column.kind.name()])).collect();
        json!({"table": self.name, "format": 1, "columns": columns}).to_string()
    }

    /// Reads the first line of a copy.
    pub fn from_header(line: &[u8]) -> Result<Self> {
        let unreadable = || codes::DUMP_UNREADABLE.with("table", "?").with("reason", "its first line does not describe a table");
        let header: Json = serde_json::from_slice(line).map_err(|_| unreadable())?;
        let name = header["table"].as_str().ok_or_else(unreadable)?;
        if header["format"] != json!(1) {
            return Err(unusable(name, "it is in a format that this program does not know"));
        }
        let column = |column: &Json| {
            let (name, kind) = (column[0].as_str()?, ColumnKind::from_type(column[1].as_str()?)?);
            Some(ColumnShape { name: name.to_owned(), kind })
        };
        let columns = header["columns"].as_array().and_then(|columns| columns.iter().map(column).collect::<Option<Vec<_>>>());
        Ok(Self { name: name.to_owned(), columns: columns.ok_or_else(unreadable)?, order: Vec::new(), key: Vec::new() })
    }

    pub fn has_key(&self) -> bool {
        !self.key.is_empty() && self.key_positions().count() == self.key.len()
    }

    /// The positions of the columns of the key, in the key's order.
    pub(super) fn key_positions(&self) -> impl Iterator<Item = usize> {
        self.key.iter().filter_map(|name| self.columns.iter().position(|column| column.name == *name))
    }

    /// In the order of the key.
    pub(super) fn select(&self) -> String {
        let order = if self.order.is_empty() { String::new() } else { format!(" ORDER BY {}", self.order.join(", ")) };
        format!("{}{order}", self.select_unordered())
    }

    pub(super) fn select_unordered(&self) -> String {
        let columns = self.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
        format!("SELECT {columns} FROM {}", self.name)
    }
}

/// The error of a copy that cannot be loaded.
pub(super) fn unusable(table: &str, reason: impl std::fmt::Display) -> Error {
    codes::DUMP_UNREADABLE.with("table", table).with("reason", reason)
}

/// The names of all tables that the schema's steps make: a server's database may have others beside them.
pub(super) fn own_tables(dialect: Dialect) -> BTreeSet<&'static str> {
    STEPS.iter().flat_map(|step| made_tables(step.text(dialect))).chain([STEPS_TABLE]).collect()
}

/// The names after each `CREATE TABLE`.
fn made_tables(sql: &str) -> impl Iterator<Item = &str> {
    ["CREATE TABLE ", "CREATE VIRTUAL TABLE "].into_iter().flat_map(move |create| {
        sql.split(create).skip(1).filter_map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next())
    })
}

/// Every table that is copied, in the order of their names.
pub(super) async fn tables(db: &Reader) -> Result<Vec<TableShape>> {
    let columns: Vec<(String, String, String)> = db.all(columns_sql(db.dialect()), params![]).await?;
    let keys: Vec<(String, String)> = db.all(keys_sql(db.dialect()), params![]).await?;
    let own = own_tables(db.dialect());
    let mut tables: BTreeMap<String, TableShape> = BTreeMap::new();
    for (table, name, type_name) in columns {
        if name == ROW_NUMBER || table == STEPS_TABLE || !own.contains(table.as_str()) {
            continue;
        }
        let kind = ColumnKind::from_type(&type_name)
            .ok_or_else(|| unusable(&table, format_args!("its column {name} has the type {type_name}, which no copy can hold")))?;
        let shape = tables.entry(table).or_insert_with_key(|name| TableShape { name: name.clone(), ..TableShape::default() });
        shape.columns.push(ColumnShape { name, kind });
    }
    for (table, column) in keys {
        if let Some(table) = tables.get_mut(&table) {
            table.key.push(if column == ROW_NUMBER { ID.to_owned() } else { column.clone() });
            table.order.push(column);
        }
    }
    for table in tables.values_mut() {
        table.columns.sort_by(|left, right| left.name.cmp(&right.name));
    }
    Ok(tables.into_values().collect())
}

/// Table, column and type. Without full-text indexes, which are virtual tables or have a column of an own type or index.
const fn columns_sql(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "SELECT t.name, c.name, c.type FROM pragma_table_list t JOIN pragma_table_info(t.name) c \
             WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        }
        Dialect::Postgres => {
            "SELECT c.table_name::text, c.column_name::text, c.data_type::text FROM information_schema.columns c \
             JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name \
             WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND NOT EXISTS \
             (SELECT 1 FROM information_schema.columns w WHERE w.table_schema = c.table_schema AND w.table_name = c.table_name \
             AND w.data_type = 'tsvector')"
        }
        Dialect::Mysql => {
            "SELECT c.table_name, c.column_name, CAST(c.data_type AS CHAR) FROM information_schema.columns c \
             JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name \
             WHERE c.table_schema = DATABASE() AND t.table_type = 'BASE TABLE' AND NOT EXISTS \
             (SELECT 1 FROM information_schema.statistics s WHERE s.table_schema = c.table_schema AND s.table_name = c.table_name \
             AND s.index_type = 'FULLTEXT')"
        }
    }
}

/// Every table, also those that are not copied.
pub(super) const fn names_sql(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        }
        Dialect::Postgres => {
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
        }
        Dialect::Mysql => "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'",
    }
}

/// Table and column of each primary key, in the order of the key.
const fn keys_sql(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "SELECT t.name, c.name FROM pragma_table_list t JOIN pragma_table_info(t.name) c \
             WHERE t.schema = 'main' AND t.type = 'table' AND c.pk > 0 ORDER BY t.name, c.pk"
        }
        Dialect::Postgres => {
            "SELECT t.relname::text, a.attname::text FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid \
             CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k(attnum, position) \
             JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum \
             WHERE x.indisprimary AND t.relnamespace = current_schema()::regnamespace ORDER BY 1, k.position"
        }
        Dialect::Mysql => {
            "SELECT table_name, column_name FROM information_schema.statistics \
             WHERE table_schema = DATABASE() AND index_name = 'PRIMARY' ORDER BY table_name, seq_in_index"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape() -> TableShape {
        let column = |name: &str, kind| ColumnShape { name: name.to_owned(), kind };
        let columns = vec![column("body", ColumnKind::Text), column("id", ColumnKind::Bytes), column("n", ColumnKind::Integer)];
        TableShape { name: "notes".to_owned(), columns, order: vec!["id".to_owned()], key: vec!["id".to_owned()] }
    }

    #[test]
    fn a_header_describes_the_table() {
        let header = shape().header();
        assert_eq!(header, r#"{"columns":[["body","text"],["id","bytes"],["n","integer"]],"format":1,"table":"notes"}"#);
        let read = TableShape::from_header(header.as_bytes()).unwrap();
        assert_eq!((read.name, read.columns), (shape().name, shape().columns));
    }

    #[test]
    fn other_headers_are_refused() {
        for line in [
            "",
            "[]",
            r#"{"table":"a","format":1}"#,
            r#"{"table":"a","format":2,"columns":[]}"#,
            r#"{"table":"a","format":1,"columns":[["a","float"]]}"#,
        ] {
            assert!(TableShape::from_header(line.as_bytes()).unwrap_err().is(codes::DUMP_UNREADABLE), "{line}");
        }
    }

    #[test]
    fn the_tables_of_the_steps_are_known() {
        let sql = "-- CREATE nothing\nCREATE TABLE a (x BIGINT);\nCREATE INDEX a_x ON a (x);\nCREATE VIRTUAL TABLE b_c USING fts5(x);";
        assert_eq!(made_tables(sql).collect::<Vec<_>>(), ["a", "b_c"]);
        assert!(own_tables(Dialect::Mysql).contains("posts") && own_tables(Dialect::Sqlite).contains("search_posts"));
    }

    #[test]
    fn rows_are_selected_in_the_order_of_the_key() {
        assert_eq!(shape().select(), "SELECT body, id, n FROM notes ORDER BY id");
    }
}
