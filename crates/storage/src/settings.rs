//! Texts by name: what an administrator changed, and what the server remembers of itself (its id, its secrets).

use guildhall_model::Result;

use crate::{Database, Set, Sql, Statement, params};

pub async fn get(db: &Database, name: &str) -> Result<Option<String>> {
    db.optional("SELECT value FROM settings WHERE name = ?", params![name]).await
}

/// Writes a value for good: whoever comes second finds the first one's.
pub fn insert_if_absent(name: &str, value: &str) -> Statement {
    Statement::new(Sql::InsertIgnore { table: "settings", columns: &["name", "value"], key: &["name"] }, params![name, value])
}

pub fn set(name: &str, value: &str) -> Statement {
    Statement::new(
        Sql::Upsert { table: "settings", columns: &["name", "value"], key: &["name"], update: &[Set::New("value")] },
        params![name, value],
    )
}

/// Changes a value only where it is still what was read; else `CONFLICT`.
pub fn replace(name: &str, was: &str, value: &str) -> Statement {
    Statement::new("UPDATE settings SET value = ? WHERE name = ? AND value = ?", params![value, name, was]).expect_rows(1)
}

/// Writes a value for the first time; `CONFLICT` where there is one.
pub fn insert(name: &str, value: &str) -> Statement {
    Statement::new("INSERT INTO settings (name, value) VALUES (?, ?)", params![name, value])
}
