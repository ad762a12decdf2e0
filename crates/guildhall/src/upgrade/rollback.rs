//! `guildhall migrate --rollback`: puts the copy from before an upgrade in the place of the database, which is kept aside.

use std::io;
use std::path::{Path, PathBuf};

use guildhall_adapters::machine::LocalMachine;
use guildhall_model::Clock;
use guildhall_model::ports::Machine;
use guildhall_model::time::SystemClock;
use guildhall_storage::{STEPS, release_of_step};

use super::snapshots::{ROOM_BYTES, Snapshot, SnapshotFolder, replaced_path};
use super::{database_file, flush_folder, target};
use crate::config::Config;
use crate::wiring::{self, error_message};

/// Of a copy that is on its way to the place of the database.
const UNFINISHED_SUFFIX: &str = ".rollback";

/// The process holds the lock of the data folder. Returns what to tell the administrator.
///
/// # Errors
/// A sentence; the database is as it was.
pub async fn roll_back(config: &Config) -> Result<String, String> {
    let Some(file) = database_file(config) else {
        return Err("Only an embedded database (SQLite) has copies from before upgrades: restore a backup of this one.".to_owned());
    };
    if !file.is_file() {
        return Err(format!("There is no database {}.", file.display()));
    }
    let current_step = fold_log(config).await?;
    let folder = SnapshotFolder::of(config);
    let snapshots = folder.list();
    let known_step = STEPS.last().map_or(0, |step| step.version);
    let Some(snapshot) = target(&snapshots, current_step, known_step) else {
        return Err(match snapshots.last() {
            None => "There is no copy of the database from before an upgrade.".to_owned(),
            Some(_) => format!(
                "The database is at step {current_step} of its schema, and there is no copy of an older one that this program can open."
            ),
        });
    };
    let replaced = replace(snapshot, &file).await.map_err(|error| match error.kind() {
        io::ErrorKind::StorageFull => {
            format!("There is no room to put {} in the place of the database; nothing was changed.", snapshot.path.display())
        }
        _ => format!("{} could not be put in the place of the database: {error}.", snapshot.path.display()),
    })?;
    let install = match release_of_step(snapshot.from_step) {
        Some(version) => format!("version {version}"),
        None => "the version that ran before the upgrade".to_owned(),
    };
    Ok(format!(
        "The database is that of {} again (step {} of its schema). The one that was replaced is {replaced}; delete it when nothing is \
         missing.\nNow install {install}: this program, or a newer one, would repeat the upgrade at its next start.",
        snapshot.date(),
        snapshot.from_step
    ))
}

/// Moves the log into the file, which can be moved alone then. Returns the step of its schema.
async fn fold_log(config: &Config) -> Result<i64, String> {
    let db = wiring::open_database(config).await?;
    let step = db.current_step().await.map_err(|error| error_message("The schema could not be read", &error));
    let folded = db.empty_log().await.map_err(|error| error_message("The database could not be read", &error));
    db.close().await;
    if !folded? {
        return Err("Another program uses the database; stop it first.".to_owned());
    }
    step
}

/// At each moment there is a complete database in its place. Returns the path of the one that was replaced.
async fn replace(snapshot: &Snapshot, file: &Path) -> io::Result<String> {
    let folder = file.parent().unwrap_or(Path::new("/"));
    let mut unfinished = file.to_owned().into_os_string();
    unfinished.push(UNFINISHED_SUFFIX);
    let unfinished = PathBuf::from(unfinished);
    let bytes = tokio::fs::metadata(&snapshot.path).await?.len();
    if LocalMachine.disk_space(folder).await.is_ok_and(|space| space.available_bytes < bytes.saturating_add(ROOM_BYTES)) {
        return Err(io::ErrorKind::StorageFull.into());
    }
    let replaced = replaced_path(file, SystemClock.now());
    // A second name, so that the first is never without a file. Not every file system has them.
    if tokio::fs::hard_link(file, &replaced).await.is_err() {
        copy_flushed(file, &unfinished).await?;
        tokio::fs::rename(&unfinished, &replaced).await?;
    }
    let exchanged = async {
        copy_flushed(&snapshot.path, &unfinished).await?;
        flush_folder(folder).await?;
        tokio::fs::rename(&unfinished, file).await
    };
    if let Err(error) = exchanged.await {
        // The database itself is in its place.
        let _ = tokio::fs::remove_file(&replaced).await;
        return Err(error);
    }
    flush_folder(folder).await?;
    Ok(replaced.display().to_string())
}

async fn copy_flushed(from: &Path, to: &Path) -> io::Result<()> {
    let copied = async {
        tokio::fs::copy(from, to).await?;
        tokio::fs::File::open(to).await?.sync_all().await
    };
    let copied = copied.await;
    if copied.is_err() {
        let _ = tokio::fs::remove_file(to).await;
    }
    copied
}
