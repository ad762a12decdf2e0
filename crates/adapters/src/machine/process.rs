//! What `/proc` and the kernel say about this process.

use std::fs;
use std::time::Duration;

use guildhall_model::ports::ProcessFigures;
use rustix::process::{Resource, getrlimit};
use rustix::time::{ClockId, clock_gettime};

pub(super) fn figures() -> ProcessFigures {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let cpu = clock_gettime(ClockId::ProcessCPUTime);
    let open = fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
    ProcessFigures {
        cpu: Duration::new(u64::try_from(cpu.tv_sec).unwrap_or_default(), u32::try_from(cpu.tv_nsec).unwrap_or_default()),
        memory_bytes: field(&status, "VmRSS:").saturating_mul(1024),
        // Reading the folder takes one itself.
        descriptors: open.saturating_sub(1) as u64,
        descriptors_max: getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX),
        threads: field(&status, "Threads:"),
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
        let before = figures();
        let files: Vec<_> = (0..5).map(|n| fs::File::create(folder.path().join(n.to_string())).unwrap()).collect();
        let figures = figures();
        assert!(figures.memory_bytes > 1024 * 1024 && figures.threads >= 1 && figures.descriptors_max >= figures.descriptors);
        assert!(figures.descriptors >= files.len() as u64 && figures.cpu >= before.cpu, "{before:?} {figures:?}");
    }
}
