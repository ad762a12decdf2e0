//! Updates of the operating system, by what the machine knows already: nothing is downloaded.

use futures::FutureExt;
use futures::future::BoxFuture;

use super::{PACKAGE_LISTS_OLD, REBOOT_REQUIRED, SECURITY_UPDATES};
use crate::check::{Check, Context, Verdict};
use crate::text::{DAY_MS, counted, duration};

pub(super) static REBOOT: Check = Check::new("system.reboot", "whether a reboot is due", run_reboot);
pub(super) static UPDATES: Check = Check::new("system.updates", "security updates", run_updates).with_time_limit(30).rare();

/// Packages that are named.
const NAMES_MAX: usize = 8;
const LISTS_OLD_MS: i64 = 14 * DAY_MS;

fn run_reboot<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        // Debian and Ubuntu. Where neither file can exist, there is nothing to say.
        if context.machine.file_info("/etc/debian_version".as_ref()).await.is_err() {
            return Verdict::NotApplicable;
        }
        if context.machine.file_info("/run/reboot-required".as_ref()).await.is_err() {
            return Verdict::passed("No update waits for a reboot.");
        }
        let packages = context.kernel_value("/run/reboot-required.pkgs").await.unwrap_or_default();
        REBOOT_REQUIRED.found("Installed updates apply after a reboot only.").with_details(packages.lines()).into()
    }
    .boxed()
}

fn run_updates<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        // A simulation: it reads the lists that are on the disk and changes nothing.
        let arguments = ["--simulate", "--quiet", "--option", "Debug::NoLocking=true", "dist-upgrade"];
        let output = match context.machine.run_program("apt-get", &arguments, std::time::Duration::from_secs(25)).await {
            Ok(output) if output.status == Some(0) => output.stdout,
            Ok(output) => return Verdict::Failed(format!("apt-get failed: {}", output.stderr.lines().next().unwrap_or_default())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Verdict::NotApplicable,
            Err(error) => return Verdict::Failed(format!("apt-get: {error}")),
        };
        let mut findings = Vec::new();
        let updates: Vec<&str> = output.lines().filter_map(|line| line.strip_prefix("Inst ")).filter(|line| is_security(line)).collect();
        if !updates.is_empty() {
            let count = counted(i64::try_from(updates.len()).unwrap_or(i64::MAX), "package");
            let names: Vec<&str> = updates.iter().filter_map(|line| line.split_ascii_whitespace().next()).take(NAMES_MAX).collect();
            let more = if updates.len() > NAMES_MAX { ", ..." } else { "" };
            let finding = SECURITY_UPDATES.found(format!("Security updates of {count} are not installed."));
            findings.push(finding.with_detail(format!("{}{more}", names.join(", "))));
        }
        if let Ok(lists) = context.machine.file_info("/var/lib/apt/lists".as_ref()).await {
            let age_ms = context.machine.now().0 - lists.modified_at.0;
            if age_ms > LISTS_OLD_MS {
                findings.push(PACKAGE_LISTS_OLD.found(format!("The machine looked for updates {} ago.", duration(age_ms))));
            }
        }
        Verdict::found_or(findings, "No security update waits to be installed.")
    }
    .boxed()
}

/// `Inst openssl [3.0.14-1] (3.0.15-1 Debian-Security:12/stable-security [amd64])`, `(... Ubuntu:24.04/noble-security [amd64])`.
fn is_security(line: &str) -> bool {
    line.split_once('(').is_some_and(|(_, origin)| origin.contains("-security") || origin.contains("Debian-Security"))
}

#[cfg(test)]
mod tests {
    use guildhall_model::Millis;

    use super::*;
    use crate::testing::{NOW, RecordedMachine, ids, said};

    #[tokio::test]
    async fn a_due_reboot_is_found() {
        let debian = || RecordedMachine::default().with_info("/etc/debian_version", |_| ());
        assert_eq!(ids(&said(run_reboot, &debian(), &RecordedMachine::facts()).await), [""; 0]);
        let machine = debian().with_info("/run/reboot-required", |_| ()).with_file("/run/reboot-required.pkgs", "linux-image-amd64\n");
        let findings = said(run_reboot, &machine, &RecordedMachine::facts()).await;
        assert_eq!((findings[0].id.name(), &findings[0].details[..]), ("system.reboot_required", &["linux-image-amd64".to_owned()][..]));
    }

    #[tokio::test]
    async fn security_updates_and_old_lists_are_found() {
        let apt = |lines: &str, age_days: i64| {
            RecordedMachine::default()
                .with_output("apt-get --simulate", 0, lines)
                .with_info("/var/lib/apt/lists", move |info| info.modified_at = Millis(NOW.0 - age_days * DAY_MS))
        };
        let ordinary = "Reading package lists...\nInst tzdata [2026a-0] (2026b-0 Debian:12.9/stable [all])\nConf tzdata (2026b-0 Debian:12.9/stable [all])\n";
        assert_eq!(ids(&said(run_updates, &apt(ordinary, 1), &RecordedMachine::facts()).await), [""; 0]);
        let security = format!("{ordinary}Inst openssl [3.0.14-1] (3.0.15-1 Debian-Security:12/stable-security [amd64])\n");
        let findings = said(run_updates, &apt(&security, 30), &RecordedMachine::facts()).await;
        assert_eq!(ids(&findings), ["system.security_updates", "system.package_lists_old"]);
        assert_eq!(findings[0].details, ["openssl"]);
    }
}
