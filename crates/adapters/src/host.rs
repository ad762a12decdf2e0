//! The figures of a Linux machine: the file system of the data folder, and what `/proc` says about the process.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use guildhall_model::Millis;
use guildhall_model::ports::{DiskFigures, Host, HostFigures};
use rustix::process::{Resource, getrlimit};
use rustix::time::{ClockId, clock_gettime};

use crate::disk_space;

/// A figure that cannot be read is 0: no metric is worth an error.
pub struct LinuxHost {
    data_folder: PathBuf,
    started_at: Millis,
}

impl LinuxHost {
    pub const fn new(data_folder: PathBuf, started_at: Millis) -> Self {
        Self { data_folder, started_at }
    }

    fn disk(&self) -> Option<DiskFigures> {
        let space = disk_space::read(&self.data_folder).ok()?;
        Some(DiskFigures { size_bytes: space.total_bytes, free_bytes: space.available_bytes, is_read_only: space.is_read_only })
    }
}

impl Host for LinuxHost {
    fn figures(&self) -> HostFigures {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let cpu = clock_gettime(ClockId::ProcessCPUTime);
        let open = fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
        HostFigures {
            disk: self.disk(),
            cpu: Duration::new(u64::try_from(cpu.tv_sec).unwrap_or_default(), u32::try_from(cpu.tv_nsec).unwrap_or_default()),
            memory_bytes: field(&status, "VmRSS:").saturating_mul(1024),
            // Reading the folder takes one itself.
            descriptors: open.saturating_sub(1) as u64,
            descriptors_max: getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX),
            threads: field(&status, "Threads:"),
            started_at: self.started_at,
        }
    }
}

/// A number of `/proc/self/status`: `VmRSS:    1234 kB`.
fn field(status: &str, name: &str) -> u64 {
    let value = status.lines().find_map(|line| line.strip_prefix(name)).and_then(|rest| rest.split_whitespace().next());
    value.and_then(|value| value.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_those_of_this_process() {
        let folder = tempfile::tempdir().unwrap();
        let host = LinuxHost::new(folder.path().to_owned(), Millis(7));
        let before = host.figures();
        let files: Vec<_> = (0..5).map(|n| fs::File::create(folder.path().join(n.to_string())).unwrap()).collect();
        let figures = host.figures();
        let disk = figures.disk.unwrap();
        assert!(disk.size_bytes >= disk.free_bytes && disk.size_bytes > 0 && !disk.is_read_only, "{disk:?}");
        assert!(figures.memory_bytes > 1024 * 1024 && figures.threads >= 1 && figures.descriptors_max >= figures.descriptors);
        assert!(figures.descriptors >= files.len() as u64 && figures.cpu >= before.cpu, "{before:?} {figures:?}");
        assert_eq!(figures.started_at, Millis(7));
        assert_eq!(LinuxHost::new("/absent".into(), Millis(7)).figures().disk, None);
    }
}
