//! Whether backups are paused: a restored server makes none until an administrator says that it goes on in place of the old one.

use guildhall_model::Result;
use guildhall_model::backup::BackupPause;
use guildhall_model::codes::context;

use crate::{Granted, Reader, Server, Statement, Write, params, settings};

/// The name of the value, which is absent where backups are made. It is in the table of settings, which every version of the
/// schema has: a database is paused before it is brought up to date.
const NAME: &str = "backup_pause";

pub async fn get(db: &Reader, server: Granted<Server>) -> Result<Option<BackupPause>> {
    let stored = settings::get(db, server, NAME).await?;
    // Paused is what cannot be read, too: two servers that write to one target do more harm than none.
    Ok(stored.map(|text| serde_json::from_str(&text).unwrap_or_default()))
}

/// Pauses the backups to all targets. Those that waited or ran in the server of the backup are not made by this one.
pub fn begin(server: Granted<Server, Write>, pause: &BackupPause) -> Result<Vec<Statement>> {
    let text = serde_json::to_string(pause).map_err(|error| context::INTERNAL.with_source(error))?;
    let cancel = "UPDATE jobs SET status = 'canceled', lease_owner = NULL, lease_until = 0, fence = fence + 1 \
                  WHERE type = 'backup' AND status IN ('pending', 'in_progress', 'cancel_requested')";
    Ok(vec![settings::set(server, NAME, &text), Statement::new(cancel, params![])])
}

pub fn end(_server: Granted<Server, Write>) -> Statement {
    Statement::new("DELETE FROM settings WHERE name = ?", params![NAME])
}
