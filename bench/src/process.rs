//! CPU time and memory of a process, from `/proc`.

use std::fs;

use serde::Serialize;

#[derive(Debug, Clone, Copy)]
pub struct Process {
    pid: u32,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct Memory {
    pub rss_kib: u64,
    /// Of it, what is no file's: heap and stacks, without the program's text.
    pub anonymous_kib: u64,
    /// The most that it ever was.
    pub peak_rss_kib: u64,
}

impl Process {
    pub fn new(pid: u32) -> Self {
        Self { pid }
    }

    pub fn of_this_program() -> Self {
        Self::new(std::process::id())
    }

    /// Seconds of all threads, those that ended too, in user and in kernel mode. `None` if the process is gone.
    pub fn cpu_s(self) -> Option<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid)).ok()?;
        Some(cpu_ticks(&stat)? as f64 / rustix::param::clock_ticks_per_second() as f64)
    }

    pub fn memory(self) -> Option<Memory> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid)).ok()?;
        // The kernel adds up the status' figures per CPU, and late; the roll-up walks the page tables.
        let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.pid)).unwrap_or_default();
        let figure = |exact: &str, fallback: &str| kib(&rollup, exact).or_else(|| kib(&status, fallback));
        let rss_kib = figure("Rss:", "VmRSS:")?;
        let anonymous_kib = figure("Anonymous:", "RssAnon:")?;
        Some(Memory { rss_kib, anonymous_kib, peak_rss_kib: kib(&status, "VmHWM:")?.max(rss_kib) })
    }
}

/// Fields 14 and 15; the second one, the program's name, may contain blanks and parentheses.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let kernel: u64 = fields.next()?.parse().ok()?;
    Some(user + kernel)
}

fn kib(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_found_behind_a_name_with_parentheses() {
        let stat = "42 (a) b) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 7 9 20 0 1 0 100 1000 200";
        assert_eq!(cpu_ticks(stat), Some(300));
        assert_eq!(cpu_ticks("42 (a) S"), None);
    }

    #[test]
    fn this_process_has_memory_and_time() {
        let process = Process::of_this_program();
        let memory = process.memory().unwrap();
        assert!(memory.rss_kib > memory.anonymous_kib && memory.peak_rss_kib >= memory.rss_kib);
        assert!(process.cpu_s().is_some());
    }
}
