//! Named values: settings that an administrator changed, and the id and secrets of the server.

use guildhall_model::Result;

use crate::{Granted, Reader, Server, Set, Sql, Statement, Write, params};

pub async fn get(db: &Reader, _server: Granted<Server>, name: &str) -> Result<Option<String>> {
    db.optional("SELECT value FROM settings WHERE name = ?", params![name]).await
}

/// Writes a value unless there is one: of concurrent writers the first one wins.
pub fn insert_if_absent(_server: Granted<Server, Write>, name: &str, value: &str) -> Statement {
    Statement::new(Sql::InsertIgnore { table: "settings", columns: &["name", "value"], key: &["name"] }, params![name, value])
}

pub fn set(_server: Granted<Server, Write>, name: &str, value: &str) -> Statement {
    Statement::new(
        Sql::Upsert { table: "settings", columns: &["name", "value"], key: &["name"], update: &[Set::New("value")] },
        params![name, value],
    )
}

pub fn delete(_server: Granted<Server, Write>, name: &str) -> Statement {
    Statement::new("DELETE FROM settings WHERE name = ?", params![name])
}

/// Changes a value only where it is still what was read; else `CONFLICT`.
pub fn replace(_server: Granted<Server, Write>, name: &str, was: &str, value: &str) -> Statement {
    Statement::new("UPDATE settings SET value = ? WHERE name = ? AND value = ?", params![value, name, was]).expect_rows(1)
}

/// Writes a value for the first time; `CONFLICT` where there is one.
pub fn insert(_server: Granted<Server, Write>, name: &str, value: &str) -> Statement {
    Statement::new("INSERT INTO settings (name, value) VALUES (?, ?)", params![name, value])
}
