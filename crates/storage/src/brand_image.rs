//! The picture where people log in: one row, or none.

use guildhall_model::ports::BlobKey;
use guildhall_model::{Millis, Result};

use crate::{Granted, Reader, Server, Set, Sql, Statement, Write, params};

const ROW: i64 = 1;

pub async fn key(db: &Reader, _server: Granted<Server>) -> Result<Option<BlobKey>> {
    let key: Option<String> = db.optional("SELECT blob_key FROM brand_image WHERE id = ?", params![ROW]).await?;
    Ok(key.and_then(|key| key.parse().ok()))
}

pub fn set(_server: Granted<Server, Write>, key: &BlobKey, now: Millis) -> Statement {
    const SQL: Sql = Sql::Upsert {
        table: "brand_image",
        columns: &["id", "blob_key", "update_at"],
        key: &["id"],
        update: &[Set::New("blob_key"), Set::New("update_at")],
    };
    Statement::new(SQL, params![ROW, key.to_string(), now])
}

pub fn remove(_server: Granted<Server, Write>) -> Statement {
    Statement::new("DELETE FROM brand_image WHERE id = ?", params![ROW]).expect_rows(1)
}
