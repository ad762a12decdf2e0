//! The machine that the server runs on, and what the process uses of it.

use std::time::Duration;

use crate::Millis;

/// Reads the figures of the machine. The call may wait for a slow disk.
pub trait Host: Send + Sync {
    fn figures(&self) -> HostFigures;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostFigures {
    /// The disk with the data folder; `None` where it cannot be read.
    pub disk: Option<DiskFigures>,
    /// CPU time that the process has used, on all processors.
    pub cpu: Duration,
    pub memory_bytes: u64,
    pub descriptors: u64,
    pub descriptors_max: u64,
    pub threads: u64,
    pub started_at: Millis,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskFigures {
    pub size_bytes: u64,
    /// What a process without special rights may still use.
    pub free_bytes: u64,
    pub is_read_only: bool,
}

impl DiskFigures {
    pub const fn used_bytes(&self) -> u64 {
        self.size_bytes.saturating_sub(self.free_bytes)
    }
}
