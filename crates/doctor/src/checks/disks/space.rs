//! Space and entries for files on the disk of the data folder.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::finding::Severity;

use super::{INODES_LOW, READ_ONLY, SPACE_LOW, SPACE_RESERVE};
use crate::check::{Check, Context, Verdict};
use crate::text::{GIB, percent, size};

pub(super) static CHECK: Check = Check::new("disks.space", "free space", run);

/// With less of both, it is low: on large disks a few percent are much.
const LOW_PERCENT: u64 = 10;
const LOW_BYTES: u64 = 50 * GIB;
const CRITICAL_PERCENT: u64 = 5;
const CRITICAL_BYTES: u64 = 2 * GIB;
const INODES_PERCENT: u64 = 5;

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let folder = &context.facts.data_folder;
        // Before the first start the folder may be missing: its parent is on the same disk.
        let existing = folder.ancestors().filter(|path| !path.as_os_str().is_empty());
        let mut disk = Err(std::io::ErrorKind::NotFound.into());
        for path in existing {
            disk = context.machine.disk_space(path).await;
            if disk.is_ok() {
                break;
            }
        }
        let disk = match disk {
            Ok(disk) => disk,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Verdict::NotApplicable,
            Err(error) => return Verdict::Failed(error.to_string()),
        };
        let mut findings = Vec::new();
        if disk.is_read_only {
            findings.push(READ_ONLY.found(format!("The file system of {} is read-only.", folder.display())));
        }
        let (available, total) = (disk.available_bytes, disk.total_bytes);
        let free_percent = percent(available, total);
        let amount = format!("{} of {} are free ({free_percent} %)", size(available), size(total));
        if available < context.facts.free_space_reserve_bytes {
            let reserve = size(context.facts.free_space_reserve_bytes);
            findings.push(SPACE_RESERVE.found(format!("{amount}, less than the reserve of {reserve}; uploads are rejected.")));
        } else if (free_percent < CRITICAL_PERCENT && available < LOW_BYTES) || available < CRITICAL_BYTES {
            findings.push(SPACE_LOW.found(format!("{amount}.")).with_severity(Severity::Critical));
        } else if free_percent < LOW_PERCENT && available < LOW_BYTES {
            findings.push(SPACE_LOW.found(format!("{amount}.")));
        }
        if disk.total_inodes > 0 && percent(disk.available_inodes, disk.total_inodes) < INODES_PERCENT {
            findings.push(INODES_LOW.found(format!("{} more files can be created.", disk.available_inodes)));
        }
        Verdict::found_or(findings, format!("{amount} on the disk of the data folder."))
    }
    .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{DATA_FOLDER, RecordedMachine, ids, passed, said};

    const TIB: u64 = 1024 * GIB;

    async fn severities(total: u64, available: u64) -> Vec<(String, Severity)> {
        let machine = RecordedMachine::default().with_disk(DATA_FOLDER, total, available);
        let findings = said(run, &machine, &RecordedMachine::facts()).await;
        findings.into_iter().map(|finding| (finding.id.to_string(), finding.severity)).collect()
    }

    #[tokio::test]
    async fn space_is_judged_by_percent_and_by_amount() {
        let low = |severity| vec![("disks.space_low".to_owned(), severity)];
        assert_eq!(severities(TIB, 500 * GIB).await, []);
        assert_eq!(severities(20 * TIB, 200 * GIB).await, [], "one percent, but much");
        assert_eq!(severities(100 * GIB, 9 * GIB).await, low(Severity::Warning));
        assert_eq!(severities(100 * GIB, 4 * GIB).await, low(Severity::Critical));
        assert_eq!(severities(10 * GIB, GIB * 3 / 2).await, low(Severity::Critical));
        assert_eq!(severities(100 * GIB, GIB / 2).await, [("disks.space_reserve_reached".to_owned(), Severity::Critical)]);
    }

    #[tokio::test]
    async fn entries_and_a_read_only_file_system_are_found() {
        let machine = RecordedMachine::default().with_disk(DATA_FOLDER, TIB, TIB / 2).with_disk_change(DATA_FOLDER, |disk| {
            (disk.available_inodes, disk.is_read_only) = (1_000, true);
        });
        assert_eq!(ids(&said(run, &machine, &RecordedMachine::facts()).await), ["disks.read_only", "disks.inodes_low"]);
    }

    #[tokio::test]
    async fn before_the_first_start_the_parent_is_looked_at() {
        let machine = RecordedMachine::default().with_disk("/var", TIB, TIB / 2);
        let text = passed(run, &machine, &RecordedMachine::facts()).await;
        assert_eq!(text, "512.0 GiB of 1024.0 GiB are free (50 %) on the disk of the data folder.");
    }
}
