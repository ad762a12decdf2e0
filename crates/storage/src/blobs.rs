//! Blobs that may be deleted. A batch that removes a reference to a blob records it here; the sweep deletes the blob
//! when no row of any table refers to it.

use std::collections::BTreeSet;

use guildhall_model::{Millis, Result};

use crate::{Granted, Reader, Server, Set, Sql, Statement, Write, in_list, in_values, params};

/// Every column that refers to a blob.
pub(crate) const REFERENCES: &[(&str, &str)] = &[
    ("files", "blob_key"),
    ("files", "thumbnail_key"),
    ("files", "preview_key"),
    ("emoji", "blob_key"),
    ("users", "picture_key"),
    ("teams", "icon_key"),
];

/// Records a blob that a row no longer refers to, or that has no row yet.
pub fn release(key: &str, now: Millis) -> Statement {
    Statement::new(
        Sql::Upsert {
            table: "released_blobs",
            columns: &["blob_key", "released_at"],
            key: &["blob_key"],
            update: &[Set::New("released_at")],
        },
        params![key, now],
    )
}

/// Blobs released before a moment, longest ago first.
pub async fn released(db: &Reader, _server: Granted<Server>, before: Millis, limit: usize) -> Result<Vec<String>> {
    db.all("SELECT blob_key FROM released_blobs WHERE released_at < ? ORDER BY released_at LIMIT ?", params![before, limit]).await
}

/// Deletes the record, unless the blob was released again since.
pub fn remove_released(_server: Granted<Server, Write>, key: &str, before: Millis) -> Statement {
    Statement::new("DELETE FROM released_blobs WHERE blob_key = ? AND released_at < ?", params![key, before])
}

/// The keys among these that a row refers to.
pub async fn referenced(db: &Reader, keys: &[String]) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for (table, column) in REFERENCES {
        let sql = format!("SELECT DISTINCT {column} FROM {table} WHERE {column} IN {}", in_list(keys.len()));
        found.extend(db.all::<String>(sql, in_values(keys.iter())).await?);
    }
    Ok(found)
}
