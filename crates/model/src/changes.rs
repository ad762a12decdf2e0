//! The changes of an embedded database, page by page, as its commits make them: what a continuous backup copies.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;

use crate::backup::BackupTarget;
use crate::ports::BlobKey;
use crate::time::Millis;

/// The end of a commit in the log of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangePosition {
    /// Which log: one without a gap. The number of a later log is larger, unless the clock went back.
    pub log: u64,
    /// Bytes of the log before it.
    pub offset: u64,
}

/// What some commits, one after the other, have made of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The end of the last commit.
    pub end: ChangePosition,
    /// When the first and the last of them were committed.
    pub first_at: Millis,
    pub last_at: Millis,
    pub page_bytes: u32,
    /// The size of the database after them.
    pub database_pages: u32,
    /// The pages that have changed, by their numbers from 1 on, as the last commit has left them.
    pub pages: BTreeMap<u32, Bytes>,
}

/// What a log has after a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangesAfter {
    Nothing,
    Some(Changes),
    /// The position is not in the log, or not any more: what follows it cannot be known.
    Gone,
}

/// Where a continuous backup is made to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContinuousTarget {
    pub target: BackupTarget,
    /// The files that may be in no backup there yet.
    pub files: BTreeSet<BlobKey>,
}

/// How far the continuous backup to a target is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContinuousState {
    /// Everything that was committed before is at the target, and can be restored; zero until the first copy is complete.
    pub reached_at: Millis,
    /// Why the last attempt failed; empty if it did not.
    pub error: String,
}
