//! A consistent copy of the database's file, by SQLite's online backup: what is in the log is in it, and others may read meanwhile.

use std::fs::File;
use std::path::Path;
use std::thread;
use std::time::Duration;

use guildhall_model::codes::storage as codes;
use guildhall_model::{Error, Result};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::connection::{AccessMode, DatabaseFile};
use crate::upgrade::SnapshotReport;

/// Pages between two reports: 16 MiB.
const STEP_PAGES: i32 = 4_096;
/// Another process holds a lock.
const BUSY_DELAY: Duration = Duration::from_millis(20);
const BUSY_ATTEMPTS: u32 = 500;

/// Writes the copy to a file that is empty, or not there, and returns when it is on the disk.
pub(super) fn write(source: &DatabaseFile, path: &Path, report: SnapshotReport) -> Result<()> {
    let source = source.connect(AccessMode::ReadOnly)?;
    copy(&source, path, report).map_err(failed)?;
    File::open(path).and_then(|file| file.sync_all()).map_err(failed)?;
    verify(&source, path)
}

/// A source with an open read is copied as it is there.
pub(super) fn copy(source: &Connection, path: &Path, report: SnapshotReport) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut target = Connection::open_with_flags(path, flags)?;
    // A copy that is interrupted is thrown away, and one that is complete is flushed as a whole.
    target.pragma_update_and_check(None, "journal_mode", "OFF", |_| Ok(()))?;
    target.pragma_update(None, "synchronous", "OFF")?;
    let backup = Backup::new(source, &mut target)?;
    let mut attempts_left = BUSY_ATTEMPTS;
    loop {
        match backup.step(STEP_PAGES)? {
            StepResult::Done => return Ok(()),
            StepResult::More => {
                let progress = backup.progress();
                let (total, left) = (i64::from(progress.pagecount), i64::from(progress.remaining));
                report(u8::try_from((total - left) * 100 / total.max(1)).unwrap_or(100));
            }
            _ => {
                attempts_left -= 1;
                if attempts_left == 0 {
                    return Err(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY), None));
                }
                thread::sleep(BUSY_DELAY);
            }
        }
    }
}

/// Reads the copy as it is on the disk. `immutable`: no other files come into being beside it.
fn verify(source: &Connection, path: &Path) -> Result<()> {
    let mut address = url::Url::from_file_path(path).map_err(|()| failed("its path is not absolute"))?;
    address.set_query(Some("immutable=1"));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let copy = Connection::open_with_flags(address.as_str(), flags).map_err(failed)?;
    let read = |connection: &Connection| -> rusqlite::Result<(i64, i64)> {
        let pages = connection.query_row("SELECT page_count FROM pragma_page_count", [], |row| row.get(0))?;
        Ok((pages, connection.query_row("SELECT COUNT(*) FROM sqlite_master", [], |row| row.get(0))?))
    };
    if read(source).map_err(failed)? == read(&copy).map_err(failed)? { Ok(()) } else { Err(failed("the copy differs from the database")) }
}

fn failed(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    codes::SNAPSHOT_FAILED.with_source(reason)
}
