//! The disks' own diagnosis, by `smartctl`.

use futures::FutureExt;
use futures::future::{BoxFuture, join_all};
use guildhall_model::finding::{Finding, Severity};

use super::block_devices::{Disk, disks};
use super::smart_report::{self, Report};
use super::{SMART_ERRORS, SMART_FAILING, SMART_HOT, SMART_MISSING, SMART_NO_ROOT, SMART_SECTORS, SMART_WORN};
use crate::check::{Check, Context, Verdict};
use crate::text::counted;

pub(super) static CHECK: Check = Check::new("disks.smart", "the health of the disks", run).with_time_limit(30);

/// Reallocated sectors that are more than a flaw of production.
const REALLOCATED_WARNING: i64 = 10;
const REALLOCATED_CRITICAL: i64 = 500;
/// Most disks are made for at most 60 or 70 degrees Celsius.
const HOT_HARD_DISK: i64 = 55;
const HOT_SOLID_STATE: i64 = 75;
const WORN_PERCENT: i64 = 90;

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let disks = disks(context).await;
        if disks.is_empty() {
            return Verdict::NotApplicable;
        }
        if !matches!(context.program("smartctl", &["--version"]).await, Ok(Some(_))) {
            return SMART_MISSING.found("The program smartctl is not installed.").into();
        }
        if !context.is_root() {
            return SMART_NO_ROOT.found("The disks tell their health to root only, and the checks run as another user.").into();
        }
        let reports = join_all(disks.iter().map(async |disk| (disk, report(context, disk).await))).await;
        let mut findings = Vec::new();
        let mut healthy = Vec::new();
        for (disk, report) in &reports {
            let Some(report) = report.as_ref().filter(|report| report.is_available) else { continue };
            let of_disk = judge(&disk.name, report);
            if of_disk.is_empty() {
                healthy.push(disk.name.as_str());
            }
            findings.extend(of_disk);
        }
        if findings.is_empty() && healthy.is_empty() {
            // The disks of virtual machines.
            return Verdict::NotApplicable;
        }
        let count = counted(i64::try_from(healthy.len()).unwrap_or(i64::MAX), "disk");
        Verdict::found_or(findings, format!("{count} in good health: {}.", healthy.join(", ")))
    }
    .boxed()
}

/// The exit status has a bit for each finding, so that it is no error.
async fn report(context: &Context<'_>, disk: &Disk) -> Option<Report> {
    let output = context.program("smartctl", &["-j", "-a", &format!("/dev/{}", disk.name)]).await.ok()??;
    smart_report::parse(&output.stdout)
}

fn judge(name: &str, report: &Report) -> Vec<Finding> {
    let mut findings = Vec::new();
    let hours = report.power_on_hours.map(|hours| format!("Switched on for {hours} hours"));
    let mut add = |finding: Finding| {
        let model = format!("{} (serial number {})", report.model, report.serial_number);
        findings.push(finding.about(name).with_detail(model).with_details(&hours));
    };
    if report.passed == Some(false) || report.critical_warning != 0 {
        let finding = SMART_FAILING.found(format!("The disk {name} says that it is failing."));
        let warning = (report.critical_warning != 0).then(|| format!("Critical warning {:#04x}", report.critical_warning));
        add(finding.with_details(warning));
    }
    let Report { reallocated_sectors, pending_sectors, uncorrectable_sectors, .. } = report;
    if *pending_sectors > 0 || *uncorrectable_sectors > 0 || *reallocated_sectors >= REALLOCATED_WARNING {
        let text = format!(
            "The disk {name} has {} replaced, {pending_sectors} unreadable and {uncorrectable_sectors} uncorrectable.",
            counted(*reallocated_sectors, "sector")
        );
        let is_critical = *reallocated_sectors >= REALLOCATED_CRITICAL || *uncorrectable_sectors >= REALLOCATED_WARNING;
        add(SMART_SECTORS.found(text).with_severity(if is_critical { Severity::Critical } else { Severity::Warning }));
    }
    if report.media_errors > 0 {
        add(SMART_ERRORS
            .found(format!("The disk {name} has {}.", counted(report.media_errors, "error of its medium").replace("mediums", "medium"))));
    }
    if let Some(used) = report.used_percent.filter(|used| *used >= WORN_PERCENT) {
        let severity = if used >= 100 { Severity::Critical } else { Severity::Warning };
        add(SMART_WORN.found(format!("The disk {name} has used {used} % of the writing that it is made for.")).with_severity(severity));
    }
    let hot = if report.is_solid_state { HOT_SOLID_STATE } else { HOT_HARD_DISK };
    if let Some(celsius) = report.temperature_celsius.filter(|celsius| *celsius >= hot) {
        add(SMART_HOT.found(format!("The disk {name} has {celsius} °C.")));
    }
    findings
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::smart_report::recorded::{ata, denied, nvme};
    use super::*;
    use crate::testing::{RecordedMachine, ids, passed, said};

    fn machine(sda: &Value, nvme0: &Value) -> RecordedMachine {
        RecordedMachine::default()
            .with_folder("/sys/block", ["md0", "nvme0n1", "sda"])
            .with_file("/sys/block/md0/size", "7814037168")
            .with_file("/sys/block/nvme0n1/size", "1953525168")
            .with_file("/sys/block/sda/size", "7814037168")
            .with_output("smartctl --version", 0, "smartctl 7.3")
            .with_output("smartctl -j -a /dev/sda", 0, &sda.to_string())
            .with_output("smartctl -j -a /dev/nvme0n1", 0, &nvme0.to_string())
    }

    fn changed(mut value: Value, pointer: &str, to: Value) -> Value {
        *value.pointer_mut(pointer).unwrap() = to;
        value
    }

    async fn found(sda: &Value, nvme0: &Value) -> Vec<(String, String, Severity)> {
        let findings = said(run, &machine(sda, nvme0), &RecordedMachine::facts()).await;
        findings.into_iter().map(|finding| (finding.id.to_string(), finding.subject, finding.severity)).collect()
    }

    #[tokio::test]
    async fn healthy_disks_pass() {
        let text = passed(run, &machine(&ata(), &nvme()), &RecordedMachine::facts()).await;
        assert_eq!(text, "2 disks in good health: nvme0n1, sda.");
    }

    #[tokio::test]
    async fn failing_disks_are_found() {
        for (pointer, value, id, severity) in [
            ("/smart_status/passed", json!(false), "disks.smart_failing", Severity::Critical),
            ("/ata_smart_attributes/table/3/raw/value", json!(8), "disks.smart_sectors", Severity::Warning),
            ("/ata_smart_attributes/table/0/raw/value", json!(24), "disks.smart_sectors", Severity::Warning),
            ("/ata_smart_attributes/table/0/raw/value", json!(1_904), "disks.smart_sectors", Severity::Critical),
            ("/temperature/current", json!(61), "disks.smart_temperature", Severity::Warning),
        ] {
            let findings = found(&changed(ata(), pointer, value), &nvme()).await;
            assert_eq!(findings, [(id.to_owned(), "sda".to_owned(), severity)], "{pointer}");
        }
        let log = "/nvme_smart_health_information_log";
        for (name, value, id, severity) in [
            ("critical_warning", json!(4), "disks.smart_failing", Severity::Critical),
            ("media_errors", json!(3), "disks.smart_media_errors", Severity::Warning),
            ("percentage_used", json!(94), "disks.smart_worn", Severity::Warning),
            ("percentage_used", json!(113), "disks.smart_worn", Severity::Critical),
        ] {
            let findings = found(&ata(), &changed(nvme(), &format!("{log}/{name}"), value)).await;
            assert_eq!(findings, [(id.to_owned(), "nvme0n1".to_owned(), severity)], "{name}");
        }
    }

    #[tokio::test]
    async fn a_missing_program_and_a_missing_permission_are_told() {
        let disks = RecordedMachine::default().with_folder("/sys/block", ["sda"]).with_file("/sys/block/sda/size", "100");
        assert_eq!(ids(&said(run, &disks, &RecordedMachine::facts()).await), ["disks.smart_not_installed"]);
        let user = machine(&denied(), &denied()).with_user(998);
        assert_eq!(ids(&said(run, &user, &RecordedMachine::facts()).await), ["disks.smart_needs_root"]);
        let virtual_disk = json!({"smart_support": {"available": false}, "smartctl": {"exit_status": 4}});
        assert_eq!(found(&virtual_disk, &virtual_disk).await, []);
    }
}
