//! The kernel's arrays (Linux software RAID).

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::finding::Finding;

use super::mdadm;
use super::mdstat::{self, Array};
use super::{RAID_DEGRADED, RAID_FAILED_DISK, RAID_INACTIVE, RAID_NONE, RAID_REBUILDING};
use crate::check::{Check, Context, Verdict};
use crate::text::{counted, size};

pub(super) static CHECK: Check = Check::new("disks.raid", "the arrays", run).with_time_limit(30);

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let arrays = mdstat::parse(&context.kernel_value("/proc/mdstat").await.unwrap_or_default());
        if arrays.is_empty() {
            return without_array(context).await;
        }
        let mut findings = Vec::new();
        for array in &arrays {
            findings.extend(findings_of(context, array).await);
        }
        let names = arrays.iter().map(|array| array.name.as_str()).collect::<Vec<_>>().join(", ");
        let count = counted(i64::try_from(arrays.len()).unwrap_or(i64::MAX), "array");
        Verdict::found_or(findings, format!("{count} with all disks: {names}."))
    }
    .boxed()
}

async fn findings_of(context: &Context<'_>, array: &Array) -> Vec<Finding> {
    let name = &array.name;
    if !array.is_active {
        return vec![RAID_INACTIVE.found(format!("The array {name} could not be started.")).about(name)];
    }
    let detail = detail(context, name).await;
    let mut findings = Vec::new();
    let is_rebuilt = array.action.as_ref().filter(|action| ["recovery", "resync", "reshape"].contains(&action.name.as_str()));
    if let Some(action) = is_rebuilt {
        let progress = match (action.progress.as_str(), action.finish.as_str()) {
            ("", _) => "waits to begin".to_owned(),
            (progress, "") => format!("is at {progress}"),
            (progress, finish) => format!("is at {progress} and takes about {} more", finish.replace("min", " minutes")),
        };
        let what = if array.is_degraded() { "is rebuilt on a new disk" } else { "is synchronized" };
        findings.push(RAID_REBUILDING.found(format!("The array {name} {what}: it {progress}.")).about(name));
    } else if array.is_degraded() {
        let (wanted, working) = array.disks.unwrap_or_default();
        let text = format!("The array {name} ({}) works with {working} of {wanted} disks.", array.level);
        findings.push(RAID_DEGRADED.found(text).about(name).with_details(&detail.devices));
    }
    for member in array.members.iter().filter(|member| member.is_failed) {
        let text = format!("The disk {} of the array {name} has failed.", member.device);
        findings.push(RAID_FAILED_DISK.found(text).about(&member.device).with_details(&detail.devices));
    }
    findings
}

/// Only root may ask; what the kernel's file says suffices.
async fn detail(context: &Context<'_>, name: &str) -> mdadm::Detail {
    match context.program("mdadm", &["--detail", &format!("/dev/{name}")]).await {
        Ok(Some(output)) if output.status.is_some_and(|status| status < 4) => mdadm::parse(&output.stdout),
        _ => mdadm::Detail::default(),
    }
}

async fn without_array(context: &Context<'_>) -> Verdict {
    let disks = super::block_devices::disks(context).await;
    let mounts = context.kernel_value("/proc/self/mountinfo").await.unwrap_or_default();
    // These have copies of their own, and checks of their own.
    let has_other_copies = mounts.contains(" - zfs ") || mounts.contains(" - btrfs ");
    let twin = disks.iter().enumerate().find_map(|(at, disk)| {
        let other = disks.get(at + 1..)?.iter().find(|other| other.size_bytes == disk.size_bytes)?;
        Some((disk, other))
    });
    match twin {
        Some((disk, other)) if !has_other_copies => {
            let text = format!("The disks {} and {} have {} each, and are not an array.", disk.name, other.name, size(disk.size_bytes));
            RAID_NONE.found(text).into()
        }
        _ => Verdict::NotApplicable,
    }
}

#[cfg(test)]
mod tests {
    use guildhall_model::finding::Severity;

    use super::mdstat::recorded::{CHECKING, DEGRADED, FAILED_DISK, HEALTHY, INACTIVE, NONE, REBUILDING, WAITING};
    use super::*;
    use crate::testing::{RecordedMachine, ids, passed, said};

    async fn found(mdstat: &str) -> Vec<Finding> {
        let machine = RecordedMachine::default().with_file("/proc/mdstat", mdstat).with_output(
            "mdadm --detail /dev/md0",
            1,
            super::super::mdadm::DEGRADED,
        );
        said(run, &machine, &RecordedMachine::facts()).await
    }

    #[tokio::test]
    async fn healthy_arrays_pass_also_while_they_are_checked() {
        let machine = RecordedMachine::default().with_file("/proc/mdstat", HEALTHY);
        assert_eq!(passed(run, &machine, &RecordedMachine::facts()).await, "2 arrays with all disks: md1, md0.");
        assert_eq!(ids(&found(CHECKING).await), [""; 0]);
    }

    #[tokio::test]
    async fn a_degraded_array_is_critical_and_names_its_disks() {
        let findings = found(DEGRADED).await;
        assert_eq!((ids(&findings), findings[0].severity), (vec!["disks.raid_degraded".to_owned()], Severity::Critical));
        assert_eq!((findings[0].subject.as_str(), findings[0].details.len()), ("md0", 3));
        assert_eq!(findings[0].summary, "The array md0 (raid1) works with 1 of 2 disks.");
        let findings = found(FAILED_DISK).await;
        assert_eq!(ids(&findings), ["disks.raid_degraded", "disks.raid_failed_disk"]);
        assert_eq!(findings[1].subject, "sdb1");
        assert_eq!(ids(&found(INACTIVE).await), ["disks.raid_inactive"]);
    }

    #[tokio::test]
    async fn a_rebuild_is_told_with_its_progress() {
        let findings = found(REBUILDING).await;
        assert_eq!((ids(&findings), findings[0].severity), (vec!["disks.raid_rebuilding".to_owned()], Severity::Warning));
        assert_eq!(findings[0].summary, "The array md0 is rebuilt on a new disk: it is at 12.6% and takes about 127.5 minutes more.");
        assert_eq!(found(WAITING).await[0].summary, "The array md1 is synchronized: it waits to begin.");
    }

    #[tokio::test]
    async fn two_equal_disks_without_an_array_are_told() {
        let machine = |second: &str| {
            RecordedMachine::default()
                .with_file("/proc/mdstat", NONE)
                .with_folder("/sys/block", ["loop0", "nvme0n1", "nvme1n1"])
                .with_file("/sys/block/loop0/size", "1953525168")
                .with_file("/sys/block/nvme0n1/size", "1953525168")
                .with_file("/sys/block/nvme1n1/size", second)
        };
        let findings = said(run, &machine("1953525168"), &RecordedMachine::facts()).await;
        assert_eq!((ids(&findings), findings[0].severity), (vec!["disks.raid_none".to_owned()], Severity::Info));
        assert_eq!(ids(&said(run, &machine("1000"), &RecordedMachine::facts()).await), [""; 0]);
        let zfs = machine("1953525168").with_file("/proc/self/mountinfo", "36 35 0:40 / / rw - zfs tank/root rw\n");
        assert_eq!(ids(&said(run, &zfs, &RecordedMachine::facts()).await), [""; 0]);
    }
}
