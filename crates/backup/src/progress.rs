//! The library's progress as ours.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use guildhall_model::backup::BackupControl;
use rustic_core::{Progress, ProgressBars, ProgressType, RusticProgress};

use crate::error::{BackupError, Result};

/// How often a wait looks whether the operation was canceled.
const PACE_STEP: Duration = Duration::from_millis(200);

/// An error once the operation was canceled.
pub(crate) fn check(control: &BackupControl) -> Result<()> {
    if control.is_canceled() { Err(BackupError::Canceled) } else { Ok(()) }
}

/// Waits for as long as so many bytes may take.
pub(crate) fn pace(control: &BackupControl, bytes: u64) -> Result<()> {
    let millis = bytes.saturating_mul(1000).checked_div(control.bytes_per_second()).unwrap_or_default();
    let mut left = Duration::from_millis(millis);
    while !left.is_zero() {
        check(control)?;
        let step = left.min(PACE_STEP);
        thread::sleep(step);
        left -= step;
    }
    Ok(())
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
