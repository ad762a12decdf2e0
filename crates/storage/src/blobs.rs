//! Blobs that may be deleted. A batch that removes a reference to a blob records it here; the sweep deletes the blob
//! when no row of any table refers to it.

use std::collections::BTreeSet;

use guildhall_model::id::FileId;
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
    ("brand_image", "blob_key"),
    ("data_exports", "blob_key"),
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

/// The keys of files, emoji and pictures of since a moment, some of them several times.
pub async fn since(db: &Reader, _server: Granted<Server>, since: Millis) -> Result<Vec<String>> {
    // Ids begin with the milliseconds.
    let mut first_id = [0; 16];
    first_id.iter_mut().zip(since.0.max(0).to_be_bytes().into_iter().skip(2)).for_each(|(byte, of_time)| *byte = of_time);
    let first = FileId::from_bytes(first_id);
    let mut keys = Vec::new();
    for column in ["blob_key", "thumbnail_key", "preview_key"] {
        let sql = format!("SELECT {column} FROM files WHERE id >= ? AND {column} IS NOT NULL AND {column} <> ''");
        keys.extend(db.all::<String>(sql, params![first]).await?);
    }
    for (table, column) in REFERENCES.iter().filter(|(table, _)| *table != "files") {
        let sql = format!("SELECT {column} FROM {table} WHERE update_at >= ? AND {column} IS NOT NULL AND {column} <> ''");
        keys.extend(db.all::<String>(sql, params![since]).await?);
    }
    Ok(keys)
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
