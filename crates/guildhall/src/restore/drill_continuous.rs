//! The drill of a continuous backup: its newest state is built, read whole, and served once.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use guildhall_model::Millis;
use guildhall_model::backup::{BackupControl, ContinuousDrillReport};
use guildhall_model::ports::BlobKey;
use guildhall_storage::{Database, Server, blobs, dump};

use super::continuous::{Continuous, FileLimits, open};
use super::drill::Scratch;
use crate::config::Config;
use crate::wiring::error_message;

/// Large files may need so long on a slow line until they are at the target.
const SENDING_MS_MAX: i64 = 24 * 60 * 60 * 1000;

/// Restores it into an empty folder, which is removed after it. Each part is authentic or an error, the structure of the database is
/// checked, each row is read, and each file of a message must be there, except those that may still be on their way. The files that
/// the backup has are not restored: the drill of the backup does that.
pub async fn drill_continuous(
    config: &Config,
    continuous: &Continuous,
    parent: &Path,
    control: &Arc<BackupControl>,
) -> Result<ContinuousDrillReport, String> {
    let scratch = Scratch::create(parent)?;
    let limits = FileLimits { backup_bytes_max: 0, newer_bytes_max: scratch.bytes_max };
    let report = continuous.restore_part(&scratch.destination, control, limits).await?;
    let reached_at = report.pages.reached_at;
    let db = open(&scratch.database()).await?;
    let contents = read(&db, reached_at).await;
    db.close().await;
    let Contents { rows, people, recent } = contents?;
    let known = continuous.backup.iter().flat_map(|backup| &backup.manifest.missing_blobs).collect::<HashSet<_>>();
    check_missing(report.missing.iter().filter(|key| !recent.contains(*key) && !known.contains(key)))?;
    scratch.check(config, people).await?;
    Ok(ContinuousDrillReport { rows, files: report.files.files, reached_at })
}

struct Contents {
    rows: u64,
    people: u64,
    /// Files of messages that may not be at the target yet.
    recent: HashSet<BlobKey>,
}

/// Reads every row.
async fn read(db: &Database, reached_at: Millis) -> Result<Contents, String> {
    let failed = |error: guildhall_model::Error| error_message("The restored database could not be read", &error);
    let (mut rows, mut people) = (0, 0);
    let mut snapshot = dump::snapshot(db, db.grant(Server)).await.map_err(failed)?;
    for table in snapshot.tables().to_vec() {
        let summary = snapshot.summarize_table(&table).await.map_err(failed)?;
        rows += summary.rows;
        if table.name == "users" {
            people = summary.rows;
        }
    }
    snapshot.close().await;
    let recent = blobs::since(db, db.grant(Server), reached_at.minus_ms(SENDING_MS_MAX)).await.map_err(failed)?;
    Ok(Contents { rows, people, recent: recent.iter().filter_map(|key| key.parse().ok()).collect() })
}

/// An error that names one of them.
fn check_missing<'a>(missing: impl Iterator<Item = &'a BlobKey>) -> Result<(), String> {
    let missing: Vec<&BlobKey> = missing.collect();
    match missing.as_slice() {
        [] => Ok(()),
        [key, ..] => Err(format!("Of {} files of messages, {key} for example, neither a backup nor it has the content.", missing.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_nowhere_are_counted() {
        check_missing([].iter()).unwrap();
        let keys = [1, 2].map(|byte| BlobKey::from_sha256([byte; 32]));
        let error = check_missing(keys.iter()).unwrap_err();
        assert!(error.starts_with("Of 2 files of messages, 0101"), "{error}");
    }
}
