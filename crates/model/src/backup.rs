//! Backups: where they are made to and how often, and what a backup holds.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::id::BackupTargetId;
use crate::ports::Secret;
use crate::time::Millis;

/// Targets of a server.
pub const TARGETS_MAX: i64 = 10;

/// A place for backups, and what has happened there so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupTarget {
    pub id: BackupTargetId,
    pub create_at: Millis,
    pub update_at: Millis,
    pub name: String,
    /// The address of the repository in restic's notation, such as `/mnt/backup`.
    pub location: String,
    pub keys: TargetKeys,
    /// Hours between two backups; 0 for backups at request only.
    pub interval_hours: i64,
    pub retention: Retention,
    /// 0 is no limit.
    pub bytes_per_second: i64,
    /// Whether the changes of the database are sent there within seconds.
    pub is_continuous: bool,
    pub state: TargetState,
}

/// What opens a target. None of it is ever shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetKeys {
    /// The password of the repository, without which no backup can be read.
    pub password: Secret,
    /// For S3; empty otherwise.
    pub access_key: String,
    pub secret_key: Secret,
}

/// What has happened at a target; times are zero where nothing has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetState {
    pub last_start_at: Millis,
    pub last_success_at: Millis,
    /// The id of the newest backup.
    pub last_snapshot: String,
    pub last_duration_ms: i64,
    pub last_bytes: i64,
    pub last_bytes_added: i64,
    /// Why the last attempt failed; empty if it did not.
    pub last_error: String,
    /// When the target was read and found whole.
    pub last_check_at: Millis,
    pub last_check_error: String,
    /// When a backup was restored as a test.
    pub last_drill_at: Millis,
    pub last_drill_error: String,
    pub last_drill_duration_ms: i64,
}

/// Why a server makes no backups although it has targets: it was restored, and the server that the backup is of may still write to
/// the same targets, with a retention of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct BackupPause {
    /// When it was restored.
    pub at: Millis,
    /// The address of the repository that it was restored from.
    pub restored_from: String,
    /// The moment whose state was restored.
    pub state_at: Millis,
}

/// How many backups are kept: the newest ones, and the newest of each of so many days, weeks, months and years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    pub last: i64,
    pub daily: i64,
    pub weekly: i64,
    pub monthly: i64,
    pub yearly: i64,
}

impl Default for Retention {
    fn default() -> Self {
        Self { last: 3, daily: 7, weekly: 5, monthly: 12, yearly: 3 }
    }
}

/// How much a check of a repository reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckDepth {
    /// Whether everything that the backups need is there, with the right size.
    Structure,
    /// Also so much of the data, chosen at random, in percent.
    Sample(u8),
    /// All data.
    Everything,
}

/// One backup in a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBackup {
    /// 64 hexadecimal digits.
    pub snapshot: String,
    pub create_at: Millis,
    /// The name of the machine.
    pub host: String,
    pub files: u64,
    pub bytes: u64,
    /// What the repository grew by.
    pub bytes_added: u64,
}

/// What a backup has written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedBackup {
    pub backup: StoredBackup,
    /// Files of messages that the database knows and that were not on the disk.
    pub missing_files: u64,
}

/// What was restored and compared in a drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrillReport {
    pub rows: u64,
    /// Files of messages; fewer than the backup has where there was no room for more.
    pub files: u64,
    pub bytes: u64,
    /// The same of the continuous backup, if it was restored, too.
    pub continuous: Option<ContinuousDrillReport>,
}

/// What was restored of a continuous backup in a drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContinuousDrillReport {
    pub rows: u64,
    /// Files of messages that no backup has yet.
    pub files: u64,
    /// Everything that was committed before was there.
    pub reached_at: Millis,
}

/// A piece of the copy of the database that a backup holds, in this order for each table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DumpPart {
    /// The table's first line, without its line feed.
    Table { name: String, header: String },
    /// Whole lines, each with its line feed.
    Lines(bytes::Bytes),
    /// How many rows it has, and the digest of their contents.
    End { rows: u64, digest: String },
}

/// What a backup says about itself besides its contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupDescription {
    pub create_at: Millis,
    pub schema_version: i64,
    /// The version of the program.
    pub version: String,
    pub site_name: String,
    pub site_url: String,
}

/// What a running operation and whoever watches it share: its progress, and the wish to cancel it.
#[derive(Debug, Default)]
pub struct BackupControl {
    /// 0 is no limit.
    bytes_per_second: u64,
    is_canceled: AtomicBool,
    bytes_done: AtomicU64,
    bytes_total: AtomicU64,
}

impl BackupControl {
    /// For an operation that moves no more bytes of data a second; 0 is no limit.
    pub fn limited_to(bytes_per_second: i64) -> Self {
        Self { bytes_per_second: u64::try_from(bytes_per_second).unwrap_or_default(), ..Self::default() }
    }

    pub const fn bytes_per_second(&self) -> u64 {
        self.bytes_per_second
    }

    /// The operation ends at its next access to the repository or a file.
    pub fn cancel(&self) {
        self.is_canceled.store(true, Ordering::Release);
    }

    pub fn is_canceled(&self) -> bool {
        self.is_canceled.load(Ordering::Acquire)
    }

    /// From 0 to 100.
    pub fn percent(&self) -> i64 {
        let (done, total) = (self.bytes_done.load(Ordering::Relaxed), self.bytes_total.load(Ordering::Relaxed));
        i64::try_from((u128::from(done) * 100).checked_div(u128::from(total)).unwrap_or_default()).map_or(100, |percent| percent.min(100))
    }

    pub fn bytes_done(&self) -> u64 {
        self.bytes_done.load(Ordering::Relaxed)
    }

    /// Begins a step that processes so many bytes.
    pub fn begin(&self, bytes_total: u64) {
        self.bytes_done.store(0, Ordering::Relaxed);
        self.bytes_total.store(bytes_total, Ordering::Relaxed);
    }

    pub fn add(&self, bytes: u64) {
        self.bytes_done.fetch_add(bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_a_percentage() {
        let control = BackupControl::default();
        assert_eq!(control.percent(), 0);
        control.begin(200);
        control.add(50);
        assert_eq!((control.percent(), control.bytes_done()), (25, 50));
        control.add(500);
        assert_eq!(control.percent(), 100);
    }
}
