//! The embedded database: its log, its mode, and the file system on which it is.

use std::path::{Path, PathBuf};

use futures::FutureExt;
use futures::future::BoxFuture;

use super::{JOURNAL_MODE, LOG_LARGE, NETWORK_FILE_SYSTEM};
use crate::check::{Check, Context, Verdict};
use crate::text::{MIB, size};

pub(super) static CHECK: Check = Check::new("database.sqlite", "the embedded database", run);

/// Twice what the server truncates its log to.
const LOG_BYTES_MAX: u64 = 256 * MIB;
const NETWORK_FILE_SYSTEMS: [&str; 9] = ["nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "fuse.glusterfs", "ceph", "9p"];

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let Some(file) = &context.facts.database_file else { return Verdict::NotApplicable };
        let mut findings = Vec::new();
        let mounts = context.kernel_value("/proc/self/mountinfo").await.unwrap_or_default();
        if let Some(kind) = file_system(&mounts, file).filter(|kind| NETWORK_FILE_SYSTEMS.contains(kind)) {
            findings.push(NETWORK_FILE_SYSTEM.found(format!("The file {} is on a file system of the type {kind}.", file.display())));
        }
        let log = PathBuf::from(format!("{}-wal", file.display()));
        let log_bytes = context.machine.file_info(&log).await.map_or(0, |info| info.size_bytes);
        if log_bytes > LOG_BYTES_MAX {
            findings.push(LOG_LARGE.found(format!("The write-ahead log has {}.", size(log_bytes))));
        }
        let Some(facts) = context.database().filter(|facts| facts.kind == "sqlite") else {
            return if findings.is_empty() { Verdict::NotApplicable } else { Verdict::Found(findings) };
        };
        let mode = facts.value("journal_mode").unwrap_or_default();
        if mode != "wal" {
            findings.push(JOURNAL_MODE.found(format!("The journal mode of the database is {mode}.")));
        }
        let file_bytes = context.machine.file_info(file).await.map_or(0, |info| info.size_bytes);
        Verdict::found_or(findings, format!("The database has {}, and its log {}.", size(file_bytes), size(log_bytes)))
    }
    .boxed()
}

/// The type of the file system of a path: that of the longest mount point which contains it. Fields as in proc(5).
fn file_system<'a>(mountinfo: &'a str, path: &Path) -> Option<&'a str> {
    let mount = |line: &'a str| {
        let (before, after) = line.split_once(" - ")?;
        Some((before.split_ascii_whitespace().nth(4)?, after.split_ascii_whitespace().next()?))
    };
    let mounts = mountinfo.lines().filter_map(mount).filter(|(place, _)| path.starts_with(place));
    mounts.max_by_key(|(place, _)| place.len()).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use guildhall_model::finding::{DatabaseFacts, DatabaseState, Facts};

    use super::*;
    use crate::testing::{RecordedMachine, ids, said};

    const FILE: &str = "/var/lib/guildhall/guildhall.db";
    const MOUNTS: &str = "29 1 8:1 / / rw - ext4 /dev/sda1 rw\n58 29 0:44 / /var/lib rw - nfs4 nas:/export rw\n";

    fn facts(mode: &str) -> Facts {
        let mut database = DatabaseFacts { kind: "sqlite", ..DatabaseFacts::default() };
        database.values.insert("journal_mode".into(), mode.into());
        let database = DatabaseState::Reached(Box::new(database));
        Facts { database_file: Some(FILE.into()), database, ..RecordedMachine::facts() }
    }

    #[tokio::test]
    async fn log_mode_and_file_system_are_judged() {
        let machine = |log: u64| {
            RecordedMachine::default()
                .with_info(FILE, |info| info.size_bytes = 5_000_000)
                .with_info(&format!("{FILE}-wal"), |info| info.size_bytes = log)
                .with_file("/proc/self/mountinfo", MOUNTS.lines().next().unwrap())
        };
        assert_eq!(ids(&said(run, &machine(1_000), &facts("wal")).await), [""; 0]);
        assert_eq!(ids(&said(run, &machine(300 * MIB), &facts("wal")).await), ["database.log_large"]);
        assert_eq!(ids(&said(run, &machine(1_000), &facts("delete")).await), ["database.journal_mode"]);
        let network = machine(1_000).with_file("/proc/self/mountinfo", MOUNTS);
        assert_eq!(ids(&said(run, &network, &facts("wal")).await), ["database.on_network_file_system"]);
    }
}
