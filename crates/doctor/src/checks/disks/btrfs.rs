//! Btrfs: errors of devices, and the last scrub.

use std::collections::BTreeMap;

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::Millis;
use guildhall_model::finding::Finding;

use super::{BTRFS_ERRORS, BTRFS_SCRUB_ERRORS, BTRFS_SCRUB_OLD, SCRUB_OVERDUE_MS};
use crate::check::{Check, Context, Verdict};
use crate::text::{duration, parse_date};

pub(super) static CHECK: Check = Check::new("disks.btrfs", "Btrfs", run).with_time_limit(30);

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let mountinfo = context.kernel_value("/proc/self/mountinfo").await.unwrap_or_default();
        let mounts = mounts(&mountinfo);
        if mounts.is_empty() {
            return Verdict::NotApplicable;
        }
        let mut findings = Vec::new();
        let mut looked_at = 0;
        for mount in mounts.values() {
            if let Ok(Some(output)) = context.program("btrfs", &["device", "stats", mount]).await
                && !output.stdout.is_empty()
            {
                looked_at += 1;
                findings.extend(device_errors(mount, &output.stdout));
            }
            // Only root may ask for it.
            if let Ok(Some(output)) = context.program("btrfs", &["scrub", "status", mount]).await
                && output.status == Some(0)
            {
                findings.extend(scrub(mount, &output.stdout, context.machine.now()));
            }
        }
        if looked_at == 0 {
            return Verdict::NotApplicable;
        }
        Verdict::found_or(findings, "Btrfs has found no errors.")
    }
    .boxed()
}

/// One place for each file system, by its device: the fifth field, and the first after `- btrfs`.
fn mounts(mountinfo: &str) -> BTreeMap<&str, &str> {
    let mut mounts = BTreeMap::new();
    for line in mountinfo.lines() {
        let Some((before, after)) = line.split_once(" - btrfs ") else { continue };
        let (place, device) = (before.split_ascii_whitespace().nth(4), after.split_ascii_whitespace().next());
        if let (Some(place), Some(device)) = (place, device) {
            mounts.entry(device).or_insert(place);
        }
    }
    mounts
}

/// Lines such as `[/dev/sda].write_io_errs    0`.
fn device_errors(mount: &str, stats: &str) -> Option<Finding> {
    let errors = stats
        .lines()
        .filter(|line| line.split_ascii_whitespace().last().is_some_and(|count| count.parse::<u64>().is_ok_and(|count| count > 0)));
    let errors: Vec<&str> = errors.collect();
    if errors.is_empty() {
        return None;
    }
    Some(BTRFS_ERRORS.found(format!("Btrfs has counted errors of the devices of {mount}.")).about(mount).with_details(errors))
}

fn scrub(mount: &str, status: &str, now: Millis) -> Vec<Finding> {
    let value = |name: &str| status.lines().find_map(|line| line.trim().strip_prefix(name)).map(str::trim);
    let mut findings = Vec::new();
    let uncorrectable = value("Uncorrectable:").and_then(|count| count.parse::<u64>().ok()).unwrap_or(0);
    if uncorrectable > 0 {
        let text = format!("The last scrub of {mount} has found {uncorrectable} errors that could not be corrected.");
        findings.push(BTRFS_SCRUB_ERRORS.found(text).about(mount));
    }
    match value("Scrub started:").and_then(parse_date) {
        Some(started) if now.0 - started.0 > SCRUB_OVERDUE_MS => {
            findings
                .push(BTRFS_SCRUB_OLD.found(format!("The last scrub of {mount} was {} ago.", duration(now.0 - started.0))).about(mount));
        }
        Some(_) => {}
        None if status.contains("no stats available") => {
            findings.push(BTRFS_SCRUB_OLD.found(format!("There was no scrub of {mount} so far.")).about(mount));
        }
        None => {}
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{RecordedMachine, ids, said};

    const MOUNTS: &str = "29 1 0:26 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n\
        58 29 0:44 /@data /srv rw,relatime shared:30 - btrfs /dev/sdb rw,space_cache=v2\n\
        60 29 0:44 /@home /home rw,relatime shared:31 - btrfs /dev/sdb rw,space_cache=v2\n";
    const STATS: &str = "[/dev/sdb].write_io_errs    0\n[/dev/sdb].read_io_errs     0\n[/dev/sdb].flush_io_errs    0\n\
        [/dev/sdb].corruption_errs  0\n[/dev/sdb].generation_errs  0\n[/dev/sdc].write_io_errs    0\n[/dev/sdc].read_io_errs     0\n\
        [/dev/sdc].flush_io_errs    0\n[/dev/sdc].corruption_errs  0\n[/dev/sdc].generation_errs  0\n";
    const SCRUB: &str = "UUID:             3f2b7f0e-6d2a-4c0e-9e2b-0a1b2c3d4e5f\nScrub started:    Sun Nov  1 02:00:01 2026\n\
        Status:           finished\nDuration:         1:05:12\nTotal to scrub:   812.40GiB\nRate:             212.64MiB/s\n\
        Error summary:    no errors found\n";

    async fn ids_with(stats: &str, scrub: &str) -> Vec<String> {
        let machine = RecordedMachine::default()
            .with_file("/proc/self/mountinfo", MOUNTS)
            .with_output("btrfs device stats /srv", 0, stats)
            .with_output("btrfs scrub status /srv", 0, scrub);
        ids(&said(run, &machine, &RecordedMachine::facts()).await)
    }

    #[tokio::test]
    async fn errors_and_scrubs_are_judged() {
        assert_eq!(ids_with(STATS, SCRUB).await, [""; 0]);
        assert_eq!(
            ids_with(&STATS.replace("[/dev/sdc].corruption_errs  0", "[/dev/sdc].corruption_errs  17"), SCRUB).await,
            ["disks.btrfs_errors"]
        );
        assert_eq!(ids_with(STATS, &SCRUB.replace("Nov  1", "Aug  2")).await, ["disks.btrfs_scrub_overdue"]);
        let never = "UUID:             3f2b7f0e-6d2a-4c0e-9e2b-0a1b2c3d4e5f\n\tno stats available\nTotal to scrub:   812.40GiB\n";
        assert_eq!(ids_with(STATS, never).await, ["disks.btrfs_scrub_overdue"]);
        let damaged = SCRUB.replace("no errors found", "csum=4\n  Corrected:      3\n  Uncorrectable:  1\n  Unverified:     0");
        assert_eq!(ids_with(STATS, &damaged).await, ["disks.btrfs_scrub_errors"]);
    }

    #[test]
    fn each_file_system_is_looked_at_once() {
        assert_eq!(mounts(MOUNTS).into_iter().collect::<Vec<_>>(), [("/dev/sdb", "/srv")]);
    }
}
