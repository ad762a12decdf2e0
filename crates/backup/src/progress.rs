//! The library's progress as ours.

use std::sync::Arc;

use guildhall_model::backup::BackupControl;
use rustic_core::{Progress, ProgressBars, ProgressType, RusticProgress};

use crate::error::{BackupError, Result};

/// An error once the operation was canceled.
pub(crate) fn check(control: &BackupControl) -> Result<()> {
    if control.is_canceled() { Err(BackupError::Canceled) } else { Ok(()) }
}

/// Makes the library report the steps that count bytes.
#[derive(Debug)]
pub(crate) struct Steps(pub Arc<BackupControl>);

#[derive(Debug)]
struct Step {
    control: Arc<BackupControl>,
    counts_bytes: bool,
}

impl ProgressBars for Steps {
    fn progress(&self, kind: ProgressType, _: &str) -> Progress {
        Progress::new(Step { control: Arc::clone(&self.0), counts_bytes: matches!(kind, ProgressType::Bytes) })
    }
}

impl RusticProgress for Step {
    fn is_hidden(&self) -> bool {
        !self.counts_bytes
    }
    fn set_length(&self, length: u64) {
        if self.counts_bytes {
            self.control.begin(length);
        }
    }
    fn set_title(&self, _: &str) {}
    fn inc(&self, bytes: u64) {
        if self.counts_bytes {
            self.control.add(bytes);
        }
    }
    fn finish(&self) {}
}
