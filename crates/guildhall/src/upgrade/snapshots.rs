//! The copies of an embedded database that are made before its schema changes: `snapshots/` in the data folder.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};

use guildhall_adapters::machine::LocalMachine;
use guildhall_model::ports::Machine;
use guildhall_model::time::SystemClock;
use guildhall_model::{Clock, Millis};
use guildhall_storage::Database;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use super::{PROGRAM_VERSION, flush_folder};
use crate::config::Config;
use crate::data_folder;
use crate::systemd;
use crate::wiring::error_message;

const FOLDER: &str = "snapshots";
/// Of a copy that is being made, or that was interrupted.
const UNFINISHED: &str = ".new-";
const EXTENSION: &str = ".db";
const TIME_FORMAT: &[BorrowedFormatItem<'_>] = format_description!("[year][month][day]T[hour][minute][second]Z");
/// How many copies are kept.
const KEPT: usize = 3;
/// Room that the upgrade itself, and the log of the database, need beside the copy.
pub(super) const ROOM_BYTES: u64 = 32 * 1024 * 1024;
/// Between two lines about the progress.
const PROGRESS_PERCENT: u8 = 10;

/// A finished copy. The name of its file says all of this:
/// `0003_before-0.2.0_step-21-to-23_20261129T224823Z.db`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Snapshot {
    pub path: PathBuf,
    /// Counts the copies of a folder: the order in which they were made, whatever the clock said.
    number: u32,
    /// The version that has changed the schema afterwards.
    pub program: String,
    /// The step at which the schema is in the copy.
    pub from_step: i64,
    /// The step to which it was brought afterwards.
    pub to_step: i64,
    /// As in the name, in UTC.
    time: String,
}

impl Snapshot {
    fn parse(path: PathBuf) -> Option<Self> {
        let name = path.file_name()?.to_str()?.strip_suffix(EXTENSION)?;
        let mut parts = name.split('_');
        let number = parts.next()?.parse().ok()?;
        let program = parts.next()?.strip_prefix("before-")?.to_owned();
        let (from_step, to_step) = parts.next()?.strip_prefix("step-")?.split_once("-to-")?;
        let (from_step, to_step) = (from_step.parse().ok()?, to_step.parse().ok()?);
        let time = parts.next()?.to_owned();
        parts.next().is_none().then_some(Self { path, number, program, from_step, to_step, time })
    }

    /// `2026-11-29 22:48:23 UTC`.
    pub fn date(&self) -> String {
        let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC");
        let date = PrimitiveDateTime::parse(&self.time, TIME_FORMAT).ok().and_then(|date| date.format(format).ok());
        date.unwrap_or_else(|| self.time.clone())
    }
}

pub(super) struct SnapshotFolder(PathBuf);

impl SnapshotFolder {
    pub fn of(config: &Config) -> Self {
        let data_folder = &config.startup.server.data_dir;
        Self(std::path::absolute(data_folder).unwrap_or_else(|_| data_folder.clone()).join(FOLDER))
    }

    /// The finished copies, oldest first. Other files are left alone.
    pub fn list(&self) -> Vec<Snapshot> {
        let entries = fs::read_dir(&self.0).into_iter().flatten().flatten();
        let mut snapshots: Vec<Snapshot> = entries.filter_map(|entry| Snapshot::parse(entry.path())).collect();
        snapshots.sort_by_key(|snapshot| snapshot.number);
        snapshots
    }

    /// Copies the database, whose schema is about to be changed from and to these steps. It has its name when it is complete and on
    /// the disk.
    ///
    /// # Errors
    /// A sentence; the database is as it was.
    pub async fn write(&self, db: &Database, from_step: i64, to_step: i64) -> Result<PathBuf, String> {
        let failed = |error: io::Error| format!("The database could not be copied to {} before the upgrade: {error}.", self.0.display());
        data_folder::create_private(&self.0).map_err(failed)?;
        self.remove_unfinished().map_err(failed)?;
        let size = db.size().await.map_err(|error| error_message("The size of the database could not be read", &error))?;
        self.check_room(size.bytes + size.log_bytes.unwrap_or_default()).await?;

        let number = self.list().last().map_or(1, |newest| newest.number.saturating_add(1));
        let unfinished = self.0.join(format!("{UNFINISHED}{number:04}{EXTENSION}"));
        fs::File::options().write(true).create_new(true).mode(0o600).open(&unfinished).map_err(failed)?;
        let written = db.write_snapshot(&unfinished, Box::new(report_progress())).await;
        if let Err(error) = written {
            let _ = fs::remove_file(&unfinished);
            return Err(error_message(&format!("The database could not be copied to {} before the upgrade", self.0.display()), &error));
        }
        let time = stamp(SystemClock.now());
        let path = self.0.join(format!("{number:04}_before-{PROGRAM_VERSION}_step-{from_step}-to-{to_step}_{time}{EXTENSION}"));
        tokio::fs::rename(&unfinished, &path).await.map_err(failed)?;
        flush_folder(&self.0).await.map_err(failed)?;
        self.prune();
        Ok(path)
    }

    async fn check_room(&self, database_bytes: u64) -> Result<(), String> {
        // Where it cannot be read, the copy itself tells.
        let Ok(space) = LocalMachine.disk_space(&self.0).await else { return Ok(()) };
        let needed_bytes = database_bytes.saturating_add(ROOM_BYTES);
        if space.available_bytes >= needed_bytes {
            return Ok(());
        }
        let size = guildhall_doctor::size;
        Err(format!(
            "Before the upgrade the database is copied to {}, which takes {} of free space, and {} are free: make room, or upgrade \
             without a copy by guildhall migrate --without-backup.",
            self.0.display(),
            size(needed_bytes),
            size(space.available_bytes)
        ))
    }

    fn remove_unfinished(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Removes the oldest copies. Of several of one schema only the newest counts: a server that tries an upgrade again and again does
    /// not displace those of other versions.
    fn prune(&self) {
        let mut snapshots = self.list();
        snapshots.sort_by_key(|snapshot| Reverse(snapshot.number));
        let mut kept = HashSet::new();
        for snapshot in snapshots {
            if kept.contains(&snapshot.from_step) || kept.len() >= KEPT {
                if let Err(error) = fs::remove_file(&snapshot.path) {
                    tracing::warn!(path = %snapshot.path.display(), %error, "an old copy of the database could not be removed");
                }
            } else {
                kept.insert(snapshot.from_step);
            }
        }
    }
}

/// Tells systemd, and a person at a terminal.
fn report_progress() -> impl Fn(u8) + Send {
    let told = AtomicU8::new(0);
    move |percent| {
        if percent >= told.load(Ordering::Relaxed).saturating_add(PROGRESS_PERCENT) {
            told.store(percent, Ordering::Relaxed);
            let line = format!("Copying the database before the upgrade: {percent} %");
            systemd::status(&line);
            let mut terminal = io::stderr();
            if terminal.is_terminal() {
                let _ = writeln!(terminal, "{line}");
            }
        }
    }
}

/// `20261129T224823Z`.
pub(super) fn stamp(at: Millis) -> String {
    let date = OffsetDateTime::from_unix_timestamp(at.0.div_euclid(1_000)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    date.format(TIME_FORMAT).unwrap_or_default()
}

/// Where a database that was replaced is kept: beside it, under a name that is free whatever the clock says.
pub(super) fn replaced_path(database: &Path, at: Millis) -> PathBuf {
    let stem = database.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let name = |number: u32| match number {
        1 => format!("{stem}-replaced-{}{EXTENSION}", stamp(at)),
        _ => format!("{stem}-replaced-{}-{number}{EXTENSION}", stamp(at)),
    };
    let mut paths = (1..=u32::MAX).map(|number| database.with_file_name(name(number)));
    paths.find(|path| !path.exists()).unwrap_or_else(|| database.with_file_name(name(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(names: &[&str]) -> (tempfile::TempDir, SnapshotFolder) {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        let snapshots = SnapshotFolder(folder.path().to_owned());
        (folder, snapshots)
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_name_says_what_a_copy_is_and_the_number_its_place() {
        let (_folder, snapshots) = folder_with(&[
            // The clock was wrong at the first one.
            "0009_before-0.2.0-rc.1_step-21-to-23_20991231T235959Z.db",
            "0010_before-0.2.0_step-23-to-24_20261129T224823Z.db",
            ".new-0011.db",
            "guildhall.db",
            "0012_before-0.2.0_step-a-to-24_20261129T224823Z.db",
        ]);
        let list = snapshots.list();
        let facts: Vec<_> = list.iter().map(|one| (one.number, one.program.as_str(), one.from_step, one.to_step)).collect();
        assert_eq!(facts, [(9, "0.2.0-rc.1", 21, 23), (10, "0.2.0", 23, 24)]);
        assert_eq!(list[1].date(), "2026-11-29 22:48:23 UTC");
    }

    #[test]
    fn the_newest_copies_of_three_schemas_are_kept() {
        let (folder, snapshots) = folder_with(&[
            "0001_before-0.2.0_step-21-to-23_20260101T000000Z.db",
            "0002_before-0.3.0_step-23-to-25_20260201T000000Z.db",
            "0003_before-0.4.0_step-25-to-26_20260301T000000Z.db",
            "0004_before-0.5.0_step-26-to-27_20260401T000000Z.db",
            "0005_before-0.5.0_step-26-to-27_20250401T000000Z.db",
            "0006_before-0.5.0_step-26-to-27_20260401T000001Z.db",
            "notes.txt",
        ]);
        snapshots.prune();
        let expected = [
            "0002_before-0.3.0_step-23-to-25_20260201T000000Z.db",
            "0003_before-0.4.0_step-25-to-26_20260301T000000Z.db",
            "0006_before-0.5.0_step-26-to-27_20260401T000001Z.db",
            "notes.txt",
        ];
        assert_eq!(names(folder.path()), expected);
    }

    #[test]
    fn times_are_written_in_utc() {
        assert_eq!(stamp(Millis(1_796_000_000_000)), "20261130T005320Z");
        assert_eq!(stamp(Millis(i64::MAX)), "19700101T000000Z");
    }

    #[test]
    fn a_replaced_database_displaces_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("guildhall.db");
        for expected in ["guildhall-replaced-20261130T005320Z.db", "guildhall-replaced-20261130T005320Z-2.db"] {
            let path = replaced_path(&database, Millis(1_796_000_000_000));
            assert_eq!(path, folder.path().join(expected));
            fs::write(path, "x").unwrap();
        }
    }
}
