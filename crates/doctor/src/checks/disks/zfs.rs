//! ZFS: the state of the pools, and their last scrub.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::Millis;
use guildhall_model::finding::{Finding, Severity};

use super::{SCRUB_OVERDUE_MS, ZFS_ERRORS, ZFS_SCRUB_OLD, ZFS_UNHEALTHY};
use crate::check::{Check, Context, Verdict};
use crate::text::{duration, parse_date};

pub(super) static CHECK: Check = Check::new("disks.zfs", "ZFS", run).with_time_limit(30);

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let output = match context.program("zpool", &["status"]).await {
            Ok(Some(output)) if output.stdout.contains("pool:") => output.stdout,
            Ok(_) => return Verdict::NotApplicable,
            Err(error) => return Verdict::Failed(format!("zpool: {error}")),
        };
        // Each pool begins with `  pool: name`.
        let pools = output.split("pool: ").skip(1);
        let findings = pools.flat_map(|pool| judge(pool, context.machine.now())).collect();
        Verdict::found_or(findings, "All ZFS pools are healthy.")
    }
    .boxed()
}

fn judge(pool: &str, now: Millis) -> Vec<Finding> {
    let name = pool.lines().next().unwrap_or_default().trim();
    let value = |label: &str| pool.lines().find_map(|line| line.trim().strip_prefix(label)).map(str::trim);
    let mut findings = Vec::new();
    let state = value("state:").unwrap_or_default();
    if state != "ONLINE" {
        let severity =
            if value("scan:").is_some_and(|scan| scan.contains("resilver in progress")) { Severity::Warning } else { Severity::Critical };
        findings.push(
            ZFS_UNHEALTHY
                .found(format!("The ZFS pool {name} is {state}."))
                .with_severity(severity)
                .about(name)
                .with_details(bad_devices(pool)),
        );
    } else if !bad_devices(pool).is_empty() {
        let text = format!("A device of the ZFS pool {name} has errors.");
        findings.push(ZFS_UNHEALTHY.found(text).with_severity(Severity::Warning).about(name).with_details(bad_devices(pool)));
    }
    if value("errors:").is_some_and(|errors| errors != "No known data errors") {
        findings.push(ZFS_ERRORS.found(format!("The ZFS pool {name} has lost data.")).about(name).with_details(value("errors:")));
    }
    let scan = value("scan:").unwrap_or("none requested");
    let finished = scan.split_once(" on ").and_then(|(_, date)| parse_date(date));
    match finished {
        Some(at) if now.0 - at.0 > SCRUB_OVERDUE_MS => {
            findings.push(
                ZFS_SCRUB_OLD.found(format!("The last scrub of the ZFS pool {name} was {} ago.", duration(now.0 - at.0))).about(name),
            );
        }
        None if scan == "none requested" => {
            findings.push(ZFS_SCRUB_OLD.found(format!("There was no scrub of the ZFS pool {name} so far.")).about(name));
        }
        _ => {}
    }
    findings
}

/// The lines of the table of devices whose state or counters are not as they should be.
fn bad_devices(pool: &str) -> Vec<String> {
    let table = pool.lines().skip_while(|line| !(line.contains("NAME") && line.contains("CKSUM"))).skip(1);
    let rows = table.take_while(|line| !line.trim().is_empty()).map(|line| line.split_ascii_whitespace().collect::<Vec<_>>());
    let is_bad = |row: &Vec<&str>| match row[..] {
        [_, "AVAIL", ..] => false,
        [_, state, read, write, checksum, ..] => state != "ONLINE" || [read, write, checksum].iter().any(|count| *count != "0"),
        _ => false,
    };
    rows.filter(is_bad).map(|row| row.join(" ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{RecordedMachine, ids, said};

    const HEALTHY: &str = "  pool: tank
 state: ONLINE
  scan: scrub repaired 0B in 01:12:44 with 0 errors on Sun Nov  8 01:36:45 2026
config:

\tNAME                        STATE     READ WRITE CKSUM
\ttank                        ONLINE       0     0     0
\t  mirror-0                  ONLINE       0     0     0
\t    ata-WDC_WD40EFRX-1      ONLINE       0     0     0
\t    ata-WDC_WD40EFRX-2      ONLINE       0     0     0

errors: No known data errors
";

    fn degraded() -> String {
        HEALTHY
            .replace(
                " state: ONLINE",
                " state: DEGRADED\nstatus: One or more devices could not be used because the label is missing or\n\tinvalid.",
            )
            .replace("\ttank                        ONLINE ", "\ttank                        DEGRADED")
            .replace(
                "\t    ata-WDC_WD40EFRX-2      ONLINE       0     0     0",
                "\t    ata-WDC_WD40EFRX-2      UNAVAIL      3   211     0  corrupted data",
            )
    }

    async fn found(status: &str) -> Vec<Finding> {
        let machine = RecordedMachine::default().with_output("zpool status", 0, status);
        said(run, &machine, &RecordedMachine::facts()).await
    }

    #[tokio::test]
    async fn pools_are_judged() {
        assert_eq!(ids(&found(HEALTHY).await), [""; 0]);
        assert_eq!(ids(&found("no pools available\n").await), [""; 0]);
        let findings = found(&degraded()).await;
        assert_eq!((ids(&findings), findings[0].severity), (vec!["disks.zfs_degraded".to_owned()], Severity::Critical));
        assert!(findings[0].details.iter().any(|line| line == "ata-WDC_WD40EFRX-2 UNAVAIL 3 211 0 corrupted data"), "{findings:?}");
        let resilvering = degraded().replace(
            "scan: scrub repaired 0B in 01:12:44 with 0 errors on Sun Nov  8 01:36:45 2026",
            "scan: resilver in progress since Sun Nov 29 08:11:02 2026",
        );
        assert_eq!(found(&resilvering).await[0].severity, Severity::Warning);
        assert_eq!(
            ids(&found(&HEALTHY.replace("EFRX-1      ONLINE       0     0     0", "EFRX-1      ONLINE       0     0    12")).await),
            ["disks.zfs_degraded"]
        );
        assert_eq!(ids(&found(&HEALTHY.replace("No known data errors", "2 data errors, use '-v' for a list")).await), ["disks.zfs_errors"]);
        assert_eq!(ids(&found(&HEALTHY.replace("Nov  8", "Jul 12")).await), ["disks.zfs_scrub_overdue"]);
    }

    #[tokio::test]
    async fn each_pool_is_judged() {
        let findings = found(&format!("{HEALTHY}\n{}", degraded().replace("tank", "backup"))).await;
        assert_eq!(findings.iter().map(|finding| finding.subject.as_str()).collect::<Vec<_>>(), ["backup"]);
    }
}
