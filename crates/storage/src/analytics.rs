//! Counts for administrators and for the server's own decisions.

use guildhall_model::Result;

use crate::{Database, params};

/// Whether anybody (bots aside) has an account, active or not.
pub async fn has_accounts(db: &Database) -> Result<bool> {
    Ok(db.optional::<i64>("SELECT 1 FROM users WHERE is_bot = 0 LIMIT 1", params![]).await?.is_some())
}
