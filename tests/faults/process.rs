//! What a process occupies, as `/proc` says.

use std::path::Path;

#[derive(Debug, Clone, Copy, Default)]
pub struct Process {
    pub rss_kib: u64,
    /// The largest so far.
    pub peak_rss_kib: u64,
    pub descriptors: usize,
    pub threads: u64,
}

impl Process {
    pub fn of(id: u32) -> Self {
        let folder = Path::new("/proc").join(id.to_string());
        let status = std::fs::read_to_string(folder.join("status")).unwrap_or_default();
        let number = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
        };
        let descriptors = std::fs::read_dir(folder.join("fd")).map_or(0, Iterator::count);
        Self { rss_kib: number("VmRSS:"), peak_rss_kib: number("VmHWM:"), descriptors, threads: number("Threads:") }
    }
}
